/** A moment as day and minute in UTC, `2026-11-22 06:53 UTC`, as every page and every line prints it; what is none, unchanged. */
export function momentWords(iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
