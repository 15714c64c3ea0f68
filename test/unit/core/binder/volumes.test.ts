import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeVolume } from '../../../../core/binder/compose/compose-volume.ts';
import type { EvidenceFiles } from '../../../../core/binder/evidence-files.ts';
import { largestFile, planVolumes, refuseTooLarge, volumeModel } from '../../../../core/binder/volumes.ts';
import { VOLUME_BYTES, volumeFile } from '../../../../shared/domain/volumes.ts';
import { FaultError } from '../../../../shared/fault.ts';
import { attachmentOf, sha256Hex } from '../../../support/binder-model.ts';

const MEGA = 2 ** 20;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bindery-volumes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function filesOf(...sizes: readonly number[]): EvidenceFiles {
  const attachments = sizes.map((bytes, at) => ({ ...attachmentOf(`E-${at}.bin`, `content ${at}`), bytes }));
  const manifest = attachments.map(({ name, sha256, bytes, mediaType }) => ({
    ...{ name, original: name, role: 'evidence' as const, sha256, bytes, mediaType },
  }));
  return { manifest, attachments, missing: [], attachmentOf: () => null };
}

const planOf = (volumeBytes: number, ...sizes: readonly number[]) =>
  planVolumes(filesOf(...sizes), volumeBytes).map(({ volume, files, attachments }) => {
    expect(attachments.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
    return [volume, ...files.map(({ name }) => name)];
  });

test('what fits into one file is not split', () => {
  expect(planOf(VOLUME_BYTES.usual)).toEqual([]);
  expect(planOf(VOLUME_BYTES.usual, ...Array.from({ length: 1000 }, () => MEGA))).toEqual([]);
  expect(planOf(4 * MEGA, MEGA, MEGA)).toEqual([]);
});

test('what does not fit goes into further volumes in its order, each as full as may be', () => {
  expect(planOf(4 * MEGA, MEGA, 2 * MEGA, 3 * MEGA, MEGA, MEGA)).toEqual([
    [2, 'E-0.bin', 'E-1.bin'],
    [3, 'E-2.bin'],
    [4, 'E-3.bin', 'E-4.bin'],
  ]);
  const sizes = Array.from({ length: 500 }, (_, n) => (n * 7919) % (3 * MEGA));
  const plans = planVolumes(filesOf(...sizes), 4 * MEGA);
  expect(plans.flatMap(({ files }) => files.map(({ name }) => name))).toEqual(
    sizes.map((_, n) => `E-${n}.bin`),
  );
  for (const { files } of plans)
    expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(largestFile(4 * MEGA));
});

test('the largest file that is taken has a volume of its own', () => {
  const most = largestFile(MEGA);
  expect(planOf(MEGA, most, 10, most)).toEqual([
    [2, 'E-0.bin'],
    [3, 'E-1.bin'],
    [4, 'E-2.bin'],
  ]);
});

test('a packet that needs what is too large is refused, and one that does not goes on', () => {
  const missing = [
    {
      kind: 'file',
      id: 'a',
      label: 'E-1 tape.bin',
      reason: 'too-large' as const,
      sha256: sha256Hex('a'),
      bytes: 9,
    },
    {
      kind: 'file',
      id: 'b',
      label: 'E-2 gone.bin',
      reason: 'missing' as const,
      sha256: sha256Hex('b'),
      bytes: 9,
    },
  ];
  expect(() => refuseTooLarge(missing, new Set([sha256Hex('a')]))).toThrow(FaultError);
  refuseTooLarge(missing, new Set([sha256Hex('b'), sha256Hex('c')]));
});

test('the same volume composed twice is the same to the byte', async () => {
  const [planned] = planVolumes(filesOf(), MEGA).concat({
    volume: 2,
    files: filesOf(9).manifest,
    attachments: filesOf(9).attachments,
  });
  if (planned === undefined) throw new Error('no volume was planned');
  const ofAll = {
    binder: 'b'.repeat(32),
    title: 'Audit',
    workspace: { id: 'w', name: 'Harbour' },
    engagement: { id: 'e', name: 'Audit' },
    at: '2026-02-03T10:00:00.000Z',
    generator: 'Bindery',
  };
  const twice: string[] = [];
  for (const name of ['one.pdf', 'two.pdf']) {
    const model = volumeModel(planned, 2, ofAll, { marking: 'Internal', first: 'Audit.pdf' });
    const { sha256, bytes, attachments } = await composeVolume(model, join(folder, name));
    expect(attachments).toBe(2);
    const file = readFileSync(join(folder, name));
    expect([file.length, sha256Hex(file)]).toEqual([bytes, sha256]);
    twice.push(sha256);
  }
  expect(twice[0]).toBe(twice[1]);
});

test('volumes are called after the first one', () => {
  expect(volumeFile('/x/Audit.pdf', 2, 3)).toBe('/x/Audit volume 2 of 3.pdf');
  expect(volumeFile('Audit', 3, 3)).toBe('Audit volume 3 of 3.pdf');
});
