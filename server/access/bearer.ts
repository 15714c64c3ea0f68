/** What an `Authorization` header bears; null for another scheme. A scheme's name is written in any case (RFC 9110, 11.1). */
export function bearerOf(header: string | undefined): string | null {
  return /^bearer +(.+)$/i.exec(header ?? '')?.[1] ?? null;
}
