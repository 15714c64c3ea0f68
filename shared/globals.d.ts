// The one platform class `shared` needs that every environment has; the language library does not name it.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
