import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finish, makeEngagement, type TestWorkspace } from '../support/workspaces.ts';

/** Words that are nowhere else, one for every place a person can write in. */
const MARKS = [
  'zephyr-note-4711',
  'zephyr-title-4711',
  'zephyr-file-4711',
  'zephyr-content-4711',
  'zephyr-member-4711',
  'zephyr-framework-4711',
  'zephyr-item-4711',
  'zephyr-control-4711',
  'zephyr-review-4711',
  'Цефир-заметка',
];

let test: TestWorkspace;

beforeAll(async () => {
  test = await makeEngagement({ 'zephyr-member-4711': 'reviewer' });
  const { api } = test;
  const control = {
    id: 'zz-1',
    title: 'zephyr-control-4711',
    parts: [{ name: 'statement', prose: MARKS.join(' ') }],
  };
  const metadata = { title: 'zephyr-framework-4711', version: '1', 'oscal-version': '1.1.2' };
  const catalog = { uuid: '11111111-1111-4111-8111-111111111112', metadata, controls: [control] };
  const files = [
    test.file('marked.json', JSON.stringify({ catalog })),
    test.file('marked.md', '# zephyr-framework-4711 plan\n\n## Phase 1\n\n- [ ] zephyr-item-4711\n'),
  ];
  await api.frameworks.import({ files: files.map((path) => ({ path })) });
  await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'zephyr-note-4711 Цефир-заметка' });
  const path = test.file('zephyr-file-4711.txt', 'zephyr-content-4711\n'.repeat(100_000));
  const links = [{ control: 'AC-1' }];
  await api.evidence.add({ files: [{ path }], title: 'zephyr-title-4711', links });
  await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  await api.review.note({ record: await assessmentId(), text: 'zephyr-review-4711' }).catch(() => undefined);
  await api.search.find({ text: 'zephyr', limit: 20 });
}, 60_000);

afterAll(() => test.close());

async function assessmentId(): Promise<string> {
  const { rows } = await test.api.records.list({ kind: 'assessment', where: {}, offset: 0, limit: 1 });
  return String(rows[0]?.id ?? '');
}

/** Each mark as every encoding a careless writer could leave it in. */
const NEEDLES = MARKS.flatMap((mark) => [
  Buffer.from(mark, 'utf8'),
  Buffer.from(mark, 'utf16le'),
  Buffer.from(mark, 'utf16le').swap16(),
  Buffer.from(Buffer.from(mark, 'utf8').toString('base64').slice(4, -4)),
  Buffer.from(Buffer.from(mark, 'utf8').toString('hex')),
]);

function readable(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = Buffer.concat([
        Buffer.from(entry.name),
        entry.isFile() ? readFileSync(path) : Buffer.alloc(0),
      ]);
      return NEEDLES.some((needle) => bytes.includes(needle));
    })
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

describe('nothing that was written can be read on the disk', () => {
  it('finds a mark where there is one, so that finding none means something', () => {
    expect(readable(test.home)).toContain('zephyr-file-4711.txt');
  });

  it('while the workspace is open, in its write-ahead log too', () => {
    expect(readdirSync(test.dir)).toContain('workspace.db-wal');
    expect(readable(test.dir)).toEqual([]);
  });

  it('nor in the folder of workspaces beside it', () => {
    const beside = readdirSync(test.home).filter((name) => !/^(w|marked|zephyr|catalog|plan)/.test(name));
    for (const name of beside)
      expect(NEEDLES.some((needle) => readFileSync(join(test.home, name)).includes(needle))).toBe(false);
  });

  it('while and after a binder is written, which leaves nothing behind but itself', async () => {
    const out = join(test.home, 'binder.pdf');
    await finish(test.api, test.api.binders.compose({ out }));
    expect(readable(test.dir)).toEqual([]);
    expect(readdirSync(test.home).filter((name) => name.startsWith('.bindery'))).toEqual([]);
  });

  it('after it is locked', async () => {
    await test.api.workspace.lock();
    expect(readable(test.dir)).toEqual([]);
  });
});
