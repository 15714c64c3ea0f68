/** Files on the clipboard; a screenshot gets a name that says when it was pasted. */
export function pastedFiles(data: DataTransfer | null, now = new Date()): File[] {
  const stamp = now.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  return [...(data?.files ?? [])].map((file) =>
    file.name === 'image.png' || file.name === ''
      ? new File([file], `Screenshot ${stamp}.png`, { type: file.type })
      : file,
  );
}
