import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const AT_ONCE = 1 << 20;

/** SHA-256 (hex) and size of a file, read through one buffer, so that a large file takes no more memory than a small one. */
export async function digestOf(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(AT_ONCE);
  const handle = await open(file, 'r');
  let bytes = 0;
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, AT_ONCE, bytes);
      if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
