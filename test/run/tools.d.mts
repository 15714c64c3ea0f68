export function provideTools(): Promise<void>;
export function findChromium(): Promise<string | null>;
