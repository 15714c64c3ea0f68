// The one platform class `shared` needs that every environment has; the language library does not name it.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, into: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean });
  decode(input: Uint8Array): string;
}
declare function btoa(text: string): string;
declare function atob(text: string): string;
