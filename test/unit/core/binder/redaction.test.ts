import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAttachments, readAttachment } from '../../../../core/binder/verify/attachments.ts';
import { Chains } from '../../../../core/binder/verify/chains.ts';
import { type Contents, derivation } from '../../../../core/binder/verify/derivation.ts';
import { FileBytes } from '../../../../core/binder/verify/file-bytes.ts';
import { Findings } from '../../../../core/binder/verify/findings.ts';
import { readBinder } from '../../../../core/binder/verify/index.ts';
import { checkEntries } from '../../../../core/binder/verify/ledger-entries.ts';
import { LedgerValues } from '../../../../core/binder/verify/ledger-values.ts';
import { Placing } from '../../../../core/binder/verify/placing.ts';
import { checkRedaction } from '../../../../core/binder/verify/redaction.ts';
import { openNewest } from '../../../../core/binder/verify/versions.ts';
import type { RedactionRequest } from '../../../../shared/contract/proof.ts';
import type { VerifyReport } from '../../../../shared/domain/binder.ts';
import type { BinderDiffResult } from '../../../../shared/domain/binder-diff.ts';
import { faultOf, finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

const SECRET = 'Mrs Example of the payroll team lacks a form since March.';
const EARLIER = 'Mr Sample of the payroll team lacks a form since May.';
const ITEM = 'The rehearsal failed on the machine of the treasurer.';
const CONTENT = 'user,salary\nexample,1000\n';

let test: TestWorkspace;
const paths: Record<string, string> = {};
let evidence = '';
let plain = '';

const compose = async (name: string, redact: RedactionRequest[] = [], more = {}) => {
  paths[name] = test.file(`${name}.pdf`, '');
  await finish(test.api, test.api.binders.compose({ out: paths[name], force: true, redact, ...more }));
  return paths[name];
};
const at = (name: string) => ({ path: paths[name] ?? name });
const verify = (name: string, against?: string): Promise<VerifyReport> =>
  finish(test.api, test.api.binders.verify({ file: at(name), ...(against ? { against: at(against) } : {}) }));

/** Everything a binder holds, as texts: its pages, and each file embedded in it. */
async function textsOf(name: string): Promise<Map<string, string>> {
  const path = paths[name] ?? '';
  const texts = new Map([['pages', execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })]]);
  const file = await FileBytes.open(path);
  try {
    const view = await openNewest(file, new Findings());
    if (!view) throw new Error('it cannot be read');
    for (const attachment of await listAttachments(view, new Findings()))
      texts.set(attachment.name, (await readAttachment(view, attachment, 1e8)).toString('utf8'));
  } finally {
    await file.close();
  }
  return texts;
}

async function contentsOf(name: string): Promise<Contents> {
  const { content } = await readBinder(paths[name] ?? '');
  if (!content?.manifest || !content.ledger) throw new Error('it cannot be read');
  const { extract, checkpoint } = content.ledger.state;
  const composer = { id: checkpoint.member, name: checkpoint.memberName };
  return { manifest: content.manifest, extract, composer };
}

beforeAll(async () => {
  test = await makeEngagement({ Rita: 'reviewer' }, ['Payroll']);
  const { api } = test;
  await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen the policy, all of it.' });
  await api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: EARLIER });
  await api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
  await api.assessments.set({ control: 'AC-2', note: SECRET });
  const salaries = test.file('salaries.csv', CONTENT);
  const list = test.file('list.csv', 'user\nexample\n');
  const taken = await api.evidence.add({ files: [{ path: salaries }], links: [{ control: 'AC-2' }] });
  const other = await api.evidence.add({ files: [{ path: list }], links: [{ control: 'AC-2' }] });
  evidence = taken.evidence[0]?.id ?? '';
  plain = other.evidence[0]?.id ?? '';
  for (const id of ['AC-1', 'AC-2']) await api.review.sign({ kind: 'assessment', id, as: 'preparer' });
  await test.as('Rita');
  for (const id of ['AC-1', 'AC-2']) await test.api.review.sign({ kind: 'assessment', id, as: 'reviewer' });
  await test.as('Ada');
  const { rows } = await test.api.checklists.list({});
  const checklist = rows[0]?.id ?? '';
  const { checklist: worked } = await test.api.checklists.get({ checklist });
  const items = worked.rows;
  await test.api.checklists.set({ item: items[0]?.id ?? '', result: 'not-satisfied', note: ITEM });
  for (const item of items.slice(1))
    await test.api.checklists.set({ item: item.id, result: 'satisfied', note: 'Done as it says.' });
  await test.api.review.sign({ kind: 'checklist', id: checklist, as: 'preparer' });
  await compose('full');
  await compose('redacted', [
    { what: 'note', of: 'AC-2', reason: 'Names of staff' },
    { what: 'note', of: items[0]?.id ?? '', reason: 'Names an office' },
    { what: 'file', of: evidence, name: 'salaries.csv', reason: 'Salaries' },
  ]);
  await compose('fewer', [{ what: 'note', of: 'AC-2', reason: 'Names of staff' }]);
});
afterAll(() => test.close());

describe('the notes that can be redacted', () => {
  it('are listed by where they stand and for which subject, and found by what they say', async () => {
    const told = async (text: string) =>
      (await test.api.binders.notes({ text })).map(
        ({ label, subjectName, excerpt }) => `${label} · ${subjectName}: ${excerpt}`,
      );
    expect((await told('')).slice(0, 3)).toEqual([
      'AC-1 Policy · Payroll: Seen the policy, all of it.',
      `AC-2 Accounts · Payroll: ${SECRET}`,
      `Freeze the configuration · Payroll: ${ITEM}`,
    ]);
    expect(await told('treasurer')).toEqual([`Freeze the configuration · Payroll: ${ITEM}`]);
    expect(await told('AC-2')).toEqual([`AC-2 Accounts · Payroll: ${SECRET}`]);
    expect(await told('%')).toEqual([]);
    expect(await test.api.binders.notes({ limit: 1 })).toHaveLength(1);
  });
});

describe('a redacted binder', () => {
  it('holds what was redacted nowhere: not on its pages and in none of its files, neither as it is nor as it was', async () => {
    const full = await textsOf('full');
    const all = [...full.values()].join('\n').replace(/\s+/g, ' ');
    for (const text of [SECRET, EARLIER, ITEM, CONTENT.replace(/\s+/g, ' ').trim()])
      expect(all).toContain(text);
    for (const [name, text] of await textsOf('redacted')) {
      const told = text.replace(/\s+/g, ' ');
      for (const secret of ['Mrs Example', 'Mr Sample', 'treasurer', 'example,1000'])
        expect([name, told.includes(secret)]).toEqual([name, false]);
      if (name === 'pages' || name === 'assessment-results.json') expect(told).toContain('Seen the policy');
    }
  });

  it('lists each redaction with reason, hash, size and who did it, on a page and in the manifest', async () => {
    const texts = await textsOf('redacted');
    const manifest = JSON.parse(texts.get('manifest.json') ?? '');
    expect(manifest.redaction.by.name).toBe('Ada');
    const told = manifest.redaction.list.map(
      (one: { kind: string; label: string; reason: string; bytes: number }) =>
        `${one.kind} ${one.label.replace(/E-[0-9A-Z]+/, 'E-')}: ${one.reason}, ${one.bytes}`,
    );
    expect(told).toEqual([
      `note Note on AC-2 Accounts · Payroll: Names of staff, ${SECRET.length}`,
      `note Note on Freeze the configuration · Payroll: Names an office, ${ITEM.length}`,
      `file E- salaries.csv: Salaries, ${CONTENT.length}`,
    ]);
    expect(manifest.redaction.list[2].sha256).toBe(createHash('sha256').update(CONTENT).digest('hex'));
    const left = manifest.omitted.filter(({ reason }: { reason: string }) => reason === 'redacted');
    expect(left).toHaveLength(3);
    const pages = (texts.get('pages') ?? '').replace(/\s+/g, ' ');
    for (const words of [
      'Redactions',
      '3 redactions by Ada',
      'Names of staff',
      '[Redacted. Reason: Names an office]',
    ])
      expect(pages).toContain(words);
    for (const { sha256 } of manifest.redaction.list) expect(pages).toContain(sha256);
  });

  it('gives away no hash of a note by which it could be guessed in the list', async () => {
    const { manifest } = await contentsOf('redacted');
    const [note] = manifest.redaction?.list ?? [];
    const plainHashes = [SECRET, JSON.stringify(SECRET)].map((text) =>
      createHash('sha256').update(text).digest('hex'),
    );
    expect(plainHashes).not.toContain(note?.sha256);
  });

  it('is valid, and says which sign-offs it can no longer recompute', async () => {
    const report = await verify('redacted');
    expect(report).toMatchObject({
      verdict: 'valid-unknown-signer',
      problems: [],
      signOffs: { total: 6, recomputed: 2, voided: 0, redacted: 4, mismatched: [] },
    });
    expect(report.notProven.join(' ')).toContain(
      'What 4 sign-offs referred to, and in which capacity: the values are redacted here.',
    );
  });

  it('derives from the full one, whichever of the two is named first, and a diff says so', async () => {
    for (const [one, other] of [
      ['redacted', 'full'],
      ['full', 'redacted'],
    ] as const) {
      const { against } = await verify(one, other);
      expect(against).toMatchObject({
        relation: 'consistent',
        derivation: {
          derives: true,
          redactions: 3,
          undeclared: [],
          sentence:
            'The redacted binder derives from the full one: all that is not redacted is the same; 3 redactions, each declared with its reason.',
        },
      });
    }
    const { diff } = await finish<BinderDiffResult>(
      test.api,
      test.api.binders.diff({ before: at('full'), after: at('redacted') }),
    );
    expect(diff.notes[0]).toContain('derives from the full one');
    expect((await verify('full', 'full')).against?.derivation).toBeUndefined();
  });

  it('does not derive from one that is redacted itself', async () => {
    const { against } = await verify('redacted', 'fewer');
    expect(against?.derivation?.derives).toBe(false);
    expect(against?.derivation?.undeclared).toContain(
      'The one that should be the full binder is redacted itself.',
    );
  });

  it('is the same as itself, and as itself countersigned, and no difference is counted', async () => {
    const { against } = await verify('redacted', 'redacted');
    expect(against).toMatchObject({ relation: 'consistent', newer: null });
    expect(against?.derivation).toBeUndefined();
    expect(against?.sentences[0]).toBe(
      'Both are one and the same file, byte for byte: there is no difference.',
    );
    await test.as('Rita');
    paths.countersigned = test.file('countersigned.pdf', '');
    await finish(
      test.api,
      test.api.binders.countersign({ file: at('redacted'), out: paths.countersigned, force: true }),
    );
    await test.as('Ada');
    for (const [one, other] of [
      ['countersigned', 'redacted'],
      ['redacted', 'countersigned'],
    ] as const) {
      const compared = (await verify(one, other)).against;
      expect(compared).toMatchObject({ relation: 'consistent' });
      expect(compared?.derivation).toBeUndefined();
      expect(compared?.sentences[0]).toMatch(/^Both are the same binder/);
    }
    const derived = (await verify('countersigned', 'full')).against?.derivation;
    expect(derived).toMatchObject({ derives: true, undeclared: [] });
  });

  it('does not derive from a full one made of another state of the work', async () => {
    await test.api.assessments.set({ control: 'CM-1', result: 'satisfied', note: 'Looked at the baseline.' });
    await compose('later');
    const { against } = await verify('redacted', 'later');
    expect(against?.derivation).toMatchObject({ derives: false, redactions: 3 });
    expect(against?.derivation?.undeclared.join(' ')).toMatch(
      /The ledger entry .* is in the full binder alone/,
    );
  });
});

describe('what is not declared is named', () => {
  const changed = async (change: (redacted: Contents) => void) => {
    const redacted = structuredClone(await contentsOf('redacted'));
    change(redacted);
    return derivation(await contentsOf('full'), redacted);
  };
  const list = ({ manifest }: Contents) => manifest.redaction?.list ?? [];

  it('nothing is where nothing was changed', async () => {
    expect((await changed(() => {})).undeclared).toEqual([]);
  });

  it.each<[string, (redacted: Contents) => void, RegExp]>([
    [
      'a redaction taken off the list',
      (one) => {
        one.manifest.redaction?.list.splice(0, 1);
      },
      /\(note\) is not shown, and no redaction declares it/,
    ],
    [
      'a redaction under the name of something else',
      (one) => {
        for (const note of list(one)) note.label = note.label.replace('AC-2 ', 'AC-1 ');
      },
      /^What is redacted as .* is something else in the full binder/,
    ],
    [
      'a file redacted under another name',
      (one) => {
        for (const file of list(one)) if (file.kind === 'file') file.label = 'E-11111 other.csv';
      },
      /^What is redacted as E-11111 other\.csv is something else in the full binder/,
    ],
    [
      'a redaction in somebody else’s name',
      (one) => {
        if (one.manifest.redaction) one.manifest.redaction.by.name = 'Rita';
      },
      /^The redactions are said to be by Rita, and Ada composed the redacted binder\.$/,
    ],
    [
      'a file left out beside the list',
      (one) => {
        one.manifest.files = one.manifest.files.filter(({ original }) => original !== 'list.csv');
      },
      /^A file is in the full binder alone: .*list.csv/,
    ],
    [
      'a file exchanged',
      (one) => {
        for (const file of one.manifest.files) if (file.original === 'list.csv') file.sha256 = 'a'.repeat(64);
      },
      /^A file is in the redacted binder alone/,
    ],
    [
      'a record left out',
      (one) => {
        one.manifest.included.pop();
      },
      /^A record is in the full binder alone/,
    ],
    [
      'a reason for leaving out more',
      (one) => {
        one.manifest.omitted.push({ kind: 'control', id: 'x', label: 'x', reason: 'withheld' });
      },
      /^A line of what is left out is in the redacted binder alone/,
    ],
    [
      'a sign-off left out',
      (one) => {
        one.extract.signOffs.pop();
      },
      /^A sign-off is in the full binder alone/,
    ],
    [
      'a sign-off told otherwise',
      (one) => {
        for (const own of one.extract.signOffs) own.byName = 'Mallory';
      },
      /^A sign-off is not the same/,
    ],
    [
      'an entry left out',
      (one) => {
        one.extract.entries.pop();
      },
      /^The ledger entry .* is in the full binder alone/,
    ],
    [
      'an entry exchanged',
      (one) => {
        const [own] = one.extract.entries;
        if (own) own.hash = 'a'.repeat(64);
      },
      /^The ledger entry .* is another one/,
    ],
    [
      'a value hidden',
      (one) => {
        for (const own of one.extract.entries) own.values = own.values.map(() => null);
      },
      /is not shown, and no redaction declares it/,
    ],
    [
      'signed values left out',
      (one) => {
        one.extract.signed = {};
      },
      /^A set of signed values is in the full binder alone/,
    ],
    [
      'another hash of the note',
      (one) => {
        for (const own of list(one)) own.sha256 = 'a'.repeat(64);
      },
      /has nothing of that hash and size/,
    ],
    [
      'another size of the note',
      (one) => {
        for (const own of list(one)) own.bytes += 1;
      },
      /has nothing of that hash and size/,
    ],
  ])('%s', async (_, change, found) => {
    const { derives, undeclared } = await changed(change);
    expect(derives).toBe(false);
    expect(undeclared.some((sentence) => found.test(sentence))).toBe(true);
  });
});

describe('a redaction that is none', () => {
  const found = async (change: (one: Contents) => void) => {
    const one = structuredClone(await contentsOf('redacted'));
    change(one);
    const findings = new Findings();
    const placing = new Placing(one.extract, new Chains({ chains: [] }));
    const ledger = new LedgerValues(checkEntries(one.extract, placing, findings).values());
    checkRedaction({ ...one, ledger }, findings);
    return findings.list().map(({ message }) => message.replace(/E-[0-9A-Z]+/, 'E-'));
  };

  it('is found in a binder that shows what it says it redacted', async () => {
    expect(await found(() => {})).toEqual([]);
    const full = await contentsOf('full');
    const shown = await found((one) => {
      one.extract.entries = full.extract.entries;
      one.manifest.files = full.manifest.files;
    });
    expect(shown).toEqual([
      'Note on AC-2 Accounts · Payroll is said to be redacted, and is here all the same.',
      'Note on Freeze the configuration · Payroll is said to be redacted, and is here all the same.',
      'E- salaries.csv is said to be redacted, and is here all the same.',
    ]);
  });

  it('is found where list and omissions differ', async () => {
    const short = await found(({ manifest }) => {
      manifest.omitted = manifest.omitted.filter(({ kind }) => kind !== 'file');
      manifest.redaction?.list.splice(0, 1);
    });
    expect(short).toEqual([
      'Note on AC-2 Accounts · Payroll is left out as redacted, and is not in the list of redactions as that.',
      'E- salaries.csv is said to be redacted, and is not among what is left out.',
    ]);
  });
});

describe('what cannot be redacted is refused', () => {
  const refused = (redact: RedactionRequest[]) => faultOf(compose('refused', redact));

  it('because nothing of that name is in scope', async () => {
    expect(await refused([{ what: 'note', of: 'AC-2(1)', reason: 'x' }])).toMatchObject({
      code: 'not-found',
    });
    expect(await refused([{ what: 'note', of: 'XX-1', reason: 'x' }])).toMatchObject({ code: 'not-found' });
    expect(await refused([{ what: 'file', of: plain, name: 'other.csv', reason: 'x' }])).toMatchObject({
      code: 'not-found',
      what: 'file to redact',
    });
  });

  it('because two reasons are given for one thing, of which one would be dropped', async () => {
    const twice = (first: string, second: string): RedactionRequest[] => [
      { what: 'file', of: evidence, reason: first },
      { what: 'file', of: evidence, name: 'salaries.csv', reason: second },
    ];
    expect(await refused(twice('Salaries', 'Staff'))).toMatchObject({
      code: 'invalid-input',
      where: expect.stringMatching(/ salaries\.csv$/),
      detail: 'It is to be redacted for two reasons: Salaries; Staff.',
    });
    await compose('same reason', twice('Salaries', 'Salaries'));
    expect((await contentsOf('same reason')).manifest.redaction?.list).toHaveLength(1);
  });

  it('because the same is told elsewhere', async () => {
    await test.api.assessments.set({ control: 'CM-1', note: `As with accounts: ${SECRET}` });
    expect(await refused([{ what: 'note', of: 'AC-2', reason: 'Names of staff' }])).toMatchObject({
      code: 'rule-broken',
      because:
        'Note on AC-2 Accounts · Payroll is to be redacted, and what it says stands in the pages of the controls as well.',
    });
    const both = ['AC-2', 'CM-1'].map((of) => ({ what: 'note' as const, of, reason: 'Names of staff' }));
    await compose('both', both);
    expect((await verify('both')).problems).toEqual([]);
  });
});
