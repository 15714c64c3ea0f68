import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusDir, corpusFacts } from '../support/corpus.ts';
import {
  type Binder,
  type Disk,
  differing,
  emptyDisk,
  OWNER,
  REVIEWER,
  toCountersigned,
  twoMembersQuickly,
} from '../support/whole-way.ts';

const CATALOG = 'oscal/NIST_SP-800-53_rev5_catalog.json';
const SOURCES = [CATALOG, ...corpusFacts('plans-origin/').map((entry) => entry.file)];

describe.runIf(corpusDir !== null)('the whole way with the files of the corpus', () => {
  let disk: Disk;
  const binders = new Map<string, Binder>();

  beforeAll(async () => {
    disk = emptyDisk();
    await twoMembersQuickly(disk);
    const { files } = await disk.done('import', ['ws', ...SOURCES.map((file) => `${corpusDir}/${file}`)]);
    const { rows } = await disk.done('list', ['ws', 'items', '--limit', '1000']);
    for (const [at, file] of files.entries()) {
      const source = SOURCES[at] ?? '';
      const title = file.framework?.title ?? '';
      const item = rows.find((row) => row.framework === title)?.id;
      const work = source === CATALOG ? { control: 'AC-2(1)' } : { item: item ?? 'no item' };
      const evidence = { [`Beleg ${at}.txt`]: `Evidence for ${source}` };
      binders.set(source, await toCountersigned(disk, source, file.framework?.id ?? '', work, evidence));
    }
  }, 400_000);

  afterAll(() => disk.remove());

  it('brought a catalog and three plans', () => expect(SOURCES).toHaveLength(4));

  it('counts the catalog as its own bytes do', async () => {
    const { files } = await disk.done('import', ['ws', `${corpusDir}/${CATALOG}`]);
    expect(files).toMatchObject([
      {
        outcome: 'unchanged',
        sha256: corpusFacts(CATALOG)[0]?.sha256,
        counts: { groups: 20, controls: 1189, enhancements: 867, withdrawn: 182, parameters: 1258 },
      },
    ]);
  });

  it.each(SOURCES)(
    'ends for %s with a binder that both signed and that gives its evidence back',
    async (source) => {
      const binder = binders.get(source);
      if (binder === undefined) throw new Error('There is no binder.');
      expect(binder.status).toEqual(['submitted', 'accepted']);
      const { files } = await disk.done('verify', [binder.file]);
      expect(files).toMatchObject([
        {
          verdict: 'valid-unknown-signer',
          signatures: [
            { by: OWNER, valid: true },
            { by: REVIEWER, valid: true },
          ],
          manifest: { mismatches: [] },
          problems: [],
        },
      ]);
      expect(await differing(disk, binder)).toEqual([]);
    },
  );

  it('leaves a ledger that replays to exactly the tables there are', async () => {
    const report = await disk.done('ledger verify', ['ws', '--rebuild']);
    expect(report).toMatchObject({ intact: true, problems: [], rebuild: { differences: [] } });
  });
});
