import { open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { CourierVerification } from '../../shared/contract/courier.ts';
import { count } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Call } from '../verb.ts';

const BEGINNINGS = ['age-encryption.org/v1\n', 'bindery-courier-volume/'];

/** Whether a file begins as a courier bundle or one of its volumes does. */
export async function isBundle(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return false;
  const handle = await open(file, 'r');
  try {
    const start = Buffer.alloc(32);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    const text = start.subarray(0, bytesRead).toString('latin1');
    return BEGINNINGS.some((beginning) => text.startsWith(beginning));
  } finally {
    await handle.close();
  }
}

export async function verifyBundles(
  { path, secrets, workbench }: Pick<Call, 'path' | 'secrets' | 'workbench'>,
  words: readonly string[],
): Promise<CourierVerification[]> {
  if (words.length === 0) return [];
  const passphrase = await secrets.bundlePassphrase();
  const client = await workbench.client();
  const job = await client.courier.verify({
    files: words.map((file) => ({ path: path(file) })),
    ...(passphrase === null ? {} : { passphrase }),
  });
  return z.array(CourierVerification).parse(await workbench.follow(job));
}

export function bundleLines(report: CourierVerification): string[] {
  const verdict =
    report.verdict === 'invalid' ? 'Not valid.' : 'Valid, by a key that only its workspace knows.';
  return [
    `${report.file}: ${verdict}`,
    `  Courier bundle, ${count(report.volumes, 'volume')}, ${count(report.bytes, 'byte')}`,
    ...report.problems.map(({ message }) => `  ${message}`),
    ...report.proven.map((line) => `  Proven: ${line}`),
    ...report.notProven.map((line) => `  Not proven: ${line}`),
    '',
  ].map(harmless);
}
