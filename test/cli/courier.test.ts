import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  asReviewer,
  type Disk,
  emptyDisk,
  OWN_CATALOG,
  OWNER,
  REVIEWER,
  twoMembersQuickly,
} from '../support/whole-way.ts';

let disk: Disk;
const BUNDLE = { BINDERY_BUNDLE_PASSPHRASE: 'words for the road' };

beforeAll(async () => {
  disk = emptyDisk();
  await twoMembersQuickly(disk);
  await disk.done('import', ['ws', OWN_CATALOG]);
  await disk.done('engagement new', ['ws', '--name', 'Audit', '--framework', 'Harbour controls']);
}, 120_000);
afterAll(() => disk.remove());

it('a workspace goes to a new device and back by bundles, and both end with the same', async () => {
  expect(
    await disk.run(['courier', 'export', 'ws', '--first', '--out', 'first.age'], { env: BUNDLE }),
  ).toMatchObject({ code: 0, value: { number: 1, files: [disk.path('first.age')] } });
  const begun = await disk.run(['courier', 'import', 'tablet', 'first.age', '--device', 'Tablet'], {
    ...asReviewer,
    env: BUNDLE,
  });
  expect(begun).toMatchObject({ code: 0, value: { device: { name: 'Tablet' }, member: { name: REVIEWER } } });

  // A passphrase that is still in the environment is not what a bundle for somebody is locked with.
  const back = await disk.run(['courier', 'export', 'tablet', '--for', OWNER, '--out', 'back.age'], {
    ...asReviewer,
    env: BUNDLE,
  });
  expect(back).toMatchObject({ code: 0, value: { to: OWNER } });
  expect(recipientsOf('back.age')).toEqual(['ssh-ed25519']);
  expect(recipientsOf('first.age')).toEqual(['scrypt']);
  const preview = await disk.run(['courier', 'import', 'ws', 'back.age', '--dry-run']);
  expect(preview).toMatchObject({
    code: 0,
    value: {
      received: 1,
      bundles: [{ verdict: 'new', taken: false, content: { news: [{ what: 'Device joined' }] } }],
    },
  });
  expect(await disk.run(['courier', 'import', 'ws', 'back.age'])).toMatchObject({
    code: 0,
    value: { received: 1, quarantined: 0, conflicts: 0 },
  });
  expect(await disk.run(['courier', 'import', 'ws', 'back.age'])).toMatchObject({
    code: 0,
    value: { bundles: [{ verdict: 'duplicate' }] },
  });

  const control = (await disk.run(['list', 'ws', 'control', '--limit', '1'])).value as {
    rows: { label: string }[];
  };
  const label = control.rows[0]?.label ?? '';
  await disk.run(['assess', 'ws', label, '--result', 'satisfied', '--note', 'Seen']);
  writeFileSync(disk.path('photo.bin'), Buffer.alloc(200_000, 'photo'));
  await disk.run(['evidence', 'add', 'ws', 'photo.bin', '--control', label]);
  const sent = await disk.run([
    'courier',
    'export',
    'ws',
    '--for',
    'Tablet',
    '--out',
    'to.courier.age',
    '--volume-size',
    '1MiB',
  ]);
  expect(sent).toMatchObject({ code: 0, value: { evidence: 1, to: 'Tablet' } });
  const files = (sent.value as { files: string[] }).files;
  expect(files).toEqual([disk.path('to.volume-1-of-1.courier.age')]);
  expect(await disk.run(['courier', 'import', 'tablet', ...files], asReviewer)).toMatchObject({
    code: 0,
    value: { bundles: [{ verdict: 'new', taken: true, content: { files: 1 } }] },
  });
  for (const [dir, how] of [
    ['ws', {}],
    ['tablet', asReviewer],
  ] as const) {
    expect(await disk.run(['ledger', 'verify', dir, '--rebuild'], how)).toMatchObject({
      code: 0,
      value: { intact: true, rebuild: { differences: [] } },
    });
  }
}, 180_000);

it('who carries a copy is recorded and listed', async () => {
  expect(
    await disk.run(['courier', 'out', 'ws', 'Tablet', '--holder', 'Night shift', '--note', 'Site visit']),
  ).toMatchObject({ code: 0, value: { carried: { act: 'out', holder: 'Night shift', by: OWNER } } });
  expect((await disk.run(['courier', 'list', 'ws'], { prose: true })).stdout).toMatch(
    /out with Night shift since/,
  );
  expect(await disk.run(['courier', 'in', 'ws', 'Tablet'])).toMatchObject({
    code: 0,
    value: { carried: { act: 'in', holder: REVIEWER } },
  });
}, 120_000);

it('verify says of a bundle what its bytes prove, and a flaw is a finding', async () => {
  expect(await disk.run(['verify', 'first.age'], { env: BUNDLE })).toMatchObject({
    code: 0,
    value: { files: [{ kind: 'courier', verdict: 'valid-unknown-signer', signatures: [{ by: OWNER }] }] },
  });
  expect(await disk.run(['verify', 'first.age'])).toMatchObject({ code: 1, fault: { code: 'unavailable' } });
  const bytes = readFileSync(disk.path('first.age'));
  writeFileSync(disk.path('cut.age'), bytes.subarray(0, bytes.length - 10));
  expect(await disk.run(['verify', 'cut.age'], { env: BUNDLE })).toMatchObject({
    code: 3,
    value: { files: [{ verdict: 'invalid', problems: [{ code: 'truncated' }] }] },
  });
  expect(await disk.run(['courier', 'import', 'ws', 'cut.age'], { env: BUNDLE })).toMatchObject({
    code: 1,
    value: { bundles: [{ verdict: 'truncated', taken: false }] },
  });
}, 120_000);

/** The kinds of key that open an age file, by its header: https://age-encryption.org/v1. */
function recipientsOf(name: string): string[] {
  const [header = ''] = readFileSync(disk.path(name), 'latin1').split('\n---');
  return [...header.matchAll(/^-> (\S+)/gm)].map(([, kind = '']) => kind);
}
