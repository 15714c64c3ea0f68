/** Opens the files that the person gave to the page, by a name of their own, as Node opens those on a disk. */
const given = new Map<string, File>();
let count = 0;

/** Makes a file openable; answers the name it can be opened by. */
export function give(file: File): string {
  count += 1;
  const path = `${count}/${file.name}`;
  given.set(path, file);
  return path;
}

/** Forgets it. */
export function takeBack(path: string): void {
  given.delete(path);
}

export const constants = { O_RDONLY: 0, O_NONBLOCK: 0 };

/** What Node's file handle is to the verifier: pieces are read from the disk when they are asked for. */
export async function open(path: string) {
  const file = given.get(path);
  if (!file) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return {
    stat: async () => ({ isFile: () => true, size: file.size }),
    read: async (out: Uint8Array, at: number, length: number, from: number) => {
      const piece = new Uint8Array(await file.slice(from, from + length).arrayBuffer());
      out.set(piece, at);
      return { bytesRead: piece.length };
    },
    close: async () => undefined,
  };
}
