export function provideTools(): Promise<void>;
export function findPreflight(): string[] | null;
export function findChromium(): Promise<string | null>;
