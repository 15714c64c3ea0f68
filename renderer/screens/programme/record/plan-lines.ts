/**
 * What a plan says of a record, without labels such as `Scope:` whose lines have a field of their own, so that nothing
 * follows them here.
 */
export function withoutEmptyLabels(lines: readonly string[]): string[] {
  const isLabel = (line: string | undefined) => line === undefined || line.trimEnd().endsWith(':');
  return lines.filter((line, place) => !(isLabel(line) && isLabel(lines[place + 1])));
}
