/** Saves a blob under a name, the way a link with `download` does. */
export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download starts in a later task; an address revoked at once would be empty.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
