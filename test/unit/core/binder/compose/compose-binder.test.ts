import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { composeBinder } from '../../../../../core/binder/compose/compose-binder.ts';
import { FaultError } from '../../../../../shared/fault.ts';
import { attachmentOf, controlOf, sampleBinderModel } from '../../../../support/binder-model.ts';
import { composedIn, folder, run, textOf } from './composed.ts';

const { results: RESULTS } = sampleBinderModel().summary;

async function faultOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof FaultError ? error.fault : error;
}

describe('a composed binder', () => {
  test('is a clean PDF with a classic cross-reference table and no object streams', async () => {
    await using dir = await folder();
    const file = await composedIn(dir.path, sampleBinderModel());
    expect(run('qpdf', '--check', file)).toContain('No syntax or stream encoding errors found');
    const bytes = (await readFile(file)).toString('latin1');
    expect(bytes.startsWith('%PDF-1.7\n')).toBe(true);
    expect(bytes).toMatch(/\nxref\n0 \d+\n0000000000 65535 f \n(\d{10} 00000 n \n)+trailer\n/);
    expect(bytes).not.toMatch(/\/ObjStm|\/Type \/XRef/);
    expect(bytes).not.toContain('pdfaid');
    expect(bytes).not.toContain('NaN');
  });

  test('answers what it wrote', async () => {
    await using dir = await folder();
    const file = join(dir.path, 'binder.pdf');
    const answer = await composeBinder(sampleBinderModel(), file);
    const bytes = await readFile(file);
    expect(answer).toEqual({
      pages: Number(/Pages:\s+(\d+)/.exec(run('pdfinfo', file))?.[1]),
      attachments: 6,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  test('has the same bytes whenever the same model is composed', async () => {
    await using dir = await folder();
    const first = await readFile(await composedIn(dir.path, sampleBinderModel(), 'a.pdf'));
    const second = await readFile(await composedIn(dir.path, sampleBinderModel(), 'b.pdf'));
    expect(first.equals(second)).toBe(true);
    const later = sampleBinderModel({ at: '2026-02-04T10:00:00.000Z' });
    const third = await readFile(await composedIn(dir.path, later, 'c.pdf'));
    expect(third.equals(first)).toBe(false);
  });

  test('stands in Letter as well as in A4', async () => {
    await using dir = await folder();
    const file = join(dir.path, 'letter.pdf');
    await composeBinder(sampleBinderModel(), file, { pageSize: 'Letter' });
    expect(run('pdfinfo', file)).toMatch(/Page size:\s+612 x 792 pts/);
  });

  test('carries title, dates and language from the model', async () => {
    await using dir = await folder();
    const file = await composedIn(dir.path, sampleBinderModel({ title: 'Révision < été & 監査' }));
    const info = run('pdfinfo', '-isodates', file);
    expect(info).toContain('Révision < été & 監査');
    expect(info).toMatch(/CreationDate:\s+2026-02-03T10:00:00Z/);
    expect(run('pdfinfo', '-meta', file)).toContain('Révision &lt; été &amp; 監査');
    expect(info).toMatch(/Tagged:\s+yes/);
  });

  test('has every control, worked on or not, and says where withdrawn ones went', async () => {
    await using dir = await folder();
    const text = textOf(await composedIn(dir.path, sampleBinderModel()));
    for (const label of ['AC-1', 'AC-2', 'AC-3', 'AC-4']) expect(text).toContain(label);
    expect(text).toContain('Withdrawn: Incorporated into AC-3');
    expect(text).toContain('Void: changed after sign-off');
    expect(text).toContain('Passphrase was set by somebody else and not yet changed');
    expect(text).toContain('Ivo Quist on quist-desk: satisfied');
  });

  test('prints page n of m on every page and in the contents the page a chapter begins on', async () => {
    await using dir = await folder();
    const file = join(dir.path, 'binder.pdf');
    const { pages } = await composeBinder(sampleBinderModel(), file);
    for (let page = 1; page <= pages; page++) {
      const text = textOf(file, page, page);
      expect(text).toContain(`Page ${page} of ${pages}`);
      expect(text).toContain('Binder b1nd3r-0001-2026');
      expect(text.split('Confidential').length - 1).toBeGreaterThanOrEqual(2);
    }
    const printed = Number(
      /Checkpoint\s+(\d+)/.exec(run('pdftotext', '-layout', '-f', '2', '-l', '2', file, '-'))?.[1],
    );
    expect(textOf(file, printed, printed)).toContain(
      'The state of the ledger that this binder was composed from',
    );
  });

  test('keeps page numbers right when the contents take many pages', async () => {
    await using dir = await folder();
    const [sample] = sampleBinderModel().groups[0]?.controls.filter((c) => c.label === 'AC-2') ?? [];
    const assessments = sample?.assessments.slice(1) ?? [];
    const controls = Array.from({ length: 150 }, (_, i) =>
      controlOf(`CM-${i}`, `Number ${i}`, { assessments }),
    );
    const file = join(dir.path, 'binder.pdf');
    const { pages } = await composeBinder(sampleBinderModel({ groups: [{ title: 'Many', controls }] }), file);
    const contents = run('pdftotext', '-layout', '-f', '2', '-l', '6', file, '-');
    const printed = Number(/CM-149\s+Number 149[ .]*(\d+)/.exec(contents)?.[1]);
    expect(textOf(file, printed, printed)).toContain('CM-149 Number 149');
    expect(textOf(file, pages, pages)).toContain(`Page ${pages} of ${pages}`);
  });

  test('has all 1,189 controls of a large catalogue with nothing recorded, on few pages', async () => {
    await using dir = await folder();
    const controls = Array.from({ length: 1189 }, (_, i) => controlOf(`XX-${i}`, `Control number ${i}`));
    const file = join(dir.path, 'binder.pdf');
    const { pages } = await composeBinder(sampleBinderModel({ groups: [{ title: 'All', controls }] }), file);
    const labels = new Set(textOf(file).match(/XX-\d+ Control number \d+ Not reviewed/g));
    expect(labels.size).toBe(1189);
    expect(pages).toBeLessThan(70);
  });

  test('is whole even when nothing was recorded', async () => {
    await using dir = await folder();
    const model = sampleBinderModel({
      marking: '',
      people: [],
      frameworks: [],
      groups: [],
      checklists: [],
      registers: [],
      evidence: [],
      attachments: [],
      ledger: { entries: [], total: 0 },
      summary: { ...sampleBinderModel().summary, byGroup: [], results: { ...RESULTS, satisfied: 0 } },
    });
    const file = await composedIn(dir.path, model);
    expect(run('qpdf', '--check', file)).toContain('No syntax');
    expect(textOf(file)).toContain('No evidence was recorded in this engagement.');
    expect(run('pdfdetach', '-list', file)).toContain('0 embedded files');
  });

  test('says of a checklist too what its reviewers asked and what nobody has decided', async () => {
    await using dir = await folder();
    const [checklist] = sampleBinderModel().checklists;
    const checklists = checklist
      ? [
          {
            ...checklist,
            conflicts: ['Unresolved: two notes.'],
            reviewNotes: ['Ivo Quist: Who?', 'Ivo Quist: When?'],
          },
        ]
      : [];
    const text = textOf(await composedIn(dir.path, sampleBinderModel({ groups: [], checklists })));
    expect(text).toContain(
      'decided between them yet: Unresolved: two notes. 2 open review notes Ivo Quist: Who?',
    );
  });

  test('says once that nothing was left out', async () => {
    await using dir = await folder();
    const { manifest } = sampleBinderModel();
    const whole = { ...manifest, omitted: [], counts: { ...manifest.counts, omitted: 0 } };
    const text = textOf(await composedIn(dir.path, sampleBinderModel({ manifest: whole })));
    expect(text).toContain('Nothing in scope was left out. Attached files');
    expect(text).not.toContain('each named below');
  });

  test('names the kind of a file in words, and the number of evidence once beside it', async () => {
    await using dir = await folder();
    const [record] = sampleBinderModel().evidence;
    const [file] = record?.files ?? [];
    const name = 'E-7K3QF plan.docx';
    const mediaType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    const files = file ? [{ ...file, attachment: name, name: 'plan.docx', mediaType }] : [];
    const evidence = record ? [{ ...record, title: 'plan.docx', files }] : [];
    const pdf = await composedIn(dir.path, sampleBinderModel({ evidence, checklists: [] }));
    const text = textOf(pdf);
    expect(text).toContain('Word document');
    expect(text).not.toContain('openxml');
    const controls = text.slice(text.indexOf('Title, files and SHA-256'));
    expect(controls.slice(0, 200)).toContain('plan.docx');
    expect(controls).not.toContain('E-7K3QF E-7K3QF');
  });

  test('calls what nobody has touched not started, as the screens do', async () => {
    await using dir = await folder();
    const [checklist] = sampleBinderModel().checklists;
    const checklists = checklist ? [{ ...checklist, status: 'draft' as const, begun: false }] : [];
    const text = textOf(await composedIn(dir.path, sampleBinderModel({ checklists })));
    expect(text).toContain('2 not started, 1 draft, 0 submitted for review, 1 accepted, 0 returned');
    expect(text).toContain('Part of Phase 1 · Not started');
  });

  test('moves the contents together where a few lines of them would stand on a page of their own', async () => {
    await using dir = await folder();
    const pagesOf = async (count: number) => {
      const groups = Array.from({ length: count }, (_, i) => ({ title: `Family ${i}`, controls: [] }));
      const file = await composedIn(dir.path, sampleBinderModel({ groups }), `${count}.pdf`);
      const pages = run('pdftotext', file, '-').split('\f');
      return (
        pages.filter((page) => page.includes('Family 0') || /Contents/.test(page.slice(0, 120))).length - 1
      );
    };
    const counts = await Promise.all([13, 24, 27, 45].map(pagesOf));
    expect(counts).toEqual([1, 1, 1, 2]);
  });

  test('keeps controls in the order of their framework and names those without work', async () => {
    await using dir = await folder();
    const text = textOf(await composedIn(dir.path, sampleBinderModel()));
    const controls = text.slice(text.indexOf('Nothing recorded'));
    const places = ['Policy and procedures', 'Account management', 'Access enforcement', 'Separation of'].map(
      (title) => controls.indexOf(title),
    );
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
    expect(controls.match(/Nothing recorded/g)).toHaveLength(2);
  });

  test('keeps the place of an entry on one line', async () => {
    await using dir = await folder();
    const { ledger } = sampleBinderModel();
    const entries = ledger.entries.map((entry) => ({ ...entry, position: '16223954 #1000' }));
    const file = await composedIn(dir.path, sampleBinderModel({ ledger: { ...ledger, entries } }));
    expect(run('pdftotext', '-layout', file, '-')).toContain('16223954 #1000');
  });

  test('links both ways between controls and evidence, and every link leads somewhere', async () => {
    await using dir = await folder();
    const file = await composedIn(dir.path, sampleBinderModel());
    const plain = (await readFile(file)).toString('latin1');
    const used = new Set([...plain.matchAll(/\/Dest \(([^)]*)\)/g)].map((match) => match[1]));
    const names = new Set([...plain.matchAll(/\(([^()]*)\) \[\d+ 0 R \/XYZ/g)].map((match) => match[1]));
    const evidence = `evidence.${sampleBinderModel().evidence[0]?.id}`;
    const control = `control.${sampleBinderModel().evidence[0]?.supports[0]?.id}`;
    expect([...used]).toEqual(expect.arrayContaining([evidence, control, 'summary', 'signatures']));
    expect([...used].filter((name) => !names.has(name))).toEqual([]);
  });

  test('finds its destinations in the order of their bytes, whatever the ids hold', async () => {
    await using dir = await folder();
    const ids = ['é', 'z', 'control (a)', '\ud800', '監査', 'A'];
    const controls = ids.map((id, i) => controlOf(`C-${i}`, 'Control', { id }));
    const file = await composedIn(dir.path, sampleBinderModel({ groups: [{ title: 'All', controls }] }));
    const names = [...(await readFile(file)).toString('latin1').matchAll(/\((\S+)\) \[\d+ 0 R \/XYZ/g)];
    const keys = names.map((match) => (match[1] ?? '').replace(/\\/g, ''));
    expect(keys.filter((key) => key.startsWith('control.'))).toHaveLength(ids.length);
    expect(keys).toEqual([...keys].sort());
  });

  test('repeats the header of a table on every page it takes', async () => {
    await using dir = await folder();
    const [register] = sampleBinderModel().registers;
    const rows = Array.from({ length: 200 }, (_, i) => ({ cells: [`Row ${i}`, 'low', 'Nobody'], notes: [] }));
    const file = await composedIn(
      dir.path,
      sampleBinderModel({ registers: register ? [{ ...register, rows }] : [] }),
    );
    const pages = run('pdftotext', file, '-')
      .split('\f')
      .filter((page) => /Row \d+/.test(page));
    expect(pages.length).toBeGreaterThan(3);
    for (const page of pages) expect(page).toContain('Owner');
    expect(new Set(textOf(file).match(/Row \d+/g)).size).toBe(200);
  });

  test('drops no cell of a register, however many there are and whatever has a title', async () => {
    await using dir = await folder();
    const row = (cells: string[]) => ({ cells, notes: [] });
    const rows = [row(Array.from({ length: 14 }, (_, i) => `c${i}`)), row([])];
    const registers = [
      { title: 'Wide', columns: [{ title: 'Only', share: 0 }], rows },
      { title: 'Without columns', columns: [], rows: [row([])] },
    ];
    const file = await composedIn(dir.path, sampleBinderModel({ registers }));
    expect((await readFile(file)).toString('latin1')).not.toContain('NaN');
    expect(textOf(file).match(/\bc\d+\b/g)).toHaveLength(14);
  });

  test('divides neither a date nor a word of a title, however small the share of the column', async () => {
    await using dir = await folder();
    const columns = [
      { title: 'Risk', share: 90 },
      { title: 'Due', share: 1 },
      { title: 'Severity', share: 1 },
    ];
    const registers = [
      { title: 'Risks', columns, rows: [{ cells: ['Something', '2026-04-24', 'high'], notes: [] }] },
    ];
    const file = await composedIn(dir.path, sampleBinderModel({ registers }));
    expect(run('pdftotext', file, '-').split(/\s+/)).toEqual(
      expect.arrayContaining(['2026-04-24', 'Severity']),
    );
  });

  test('loses no word of a row that is longer than a page', async () => {
    await using dir = await folder();
    const [register] = sampleBinderModel().registers;
    const words = Array.from({ length: 3000 }, (_, i) => `word${i}`);
    const rows = [{ cells: [words.join(' '), 'low', 'Nobody'], notes: [] }];
    const file = await composedIn(
      dir.path,
      sampleBinderModel({ registers: register ? [{ ...register, rows }] : [] }),
    );
    const found = new Set(textOf(file).match(/word\d+/g));
    expect(words.filter((word) => !found.has(word))).toEqual([]);
  });
});

describe('composing', () => {
  test('tells its progress up to the end', async () => {
    await using dir = await folder();
    const steps: [string, number, number][] = [];
    const onProgress = (...step: [string, number, number]) => steps.push(step);
    await composeBinder(sampleBinderModel(), join(dir.path, 'b.pdf'), { onProgress });
    expect(steps[0]?.[0]).toBe('cover');
    expect(steps.map(([, done]) => done)).toEqual(steps.map((_, i) => i));
    expect(steps.at(-1)).toEqual(['done', steps.length - 1, steps.length - 1]);
  });

  test('leaves nothing behind when an attachment is not what its hash says', async () => {
    await using dir = await folder();
    const wrong = { ...attachmentOf('a.bin', 'abc'), sha256: '0'.repeat(64) };
    const work = composeBinder(sampleBinderModel({ attachments: [wrong] }), join(dir.path, 'b.pdf'));
    expect(await faultOf(work)).toMatchObject({ code: 'corrupt', what: 'a.bin' });
    expect(await readdir(dir.path)).toEqual([]);
  });

  test('keeps the binder that was there before when the new one cannot be made', async () => {
    await using dir = await folder();
    const out = join(dir.path, 'b.pdf');
    await writeFile(out, 'before');
    const short = { ...attachmentOf('a.bin', 'abc'), bytes: 4 };
    expect(await faultOf(composeBinder(sampleBinderModel({ attachments: [short] }), out))).toMatchObject({
      code: 'corrupt',
      what: 'a.bin',
    });
    expect(await readFile(out, 'utf8')).toBe('before');
    expect(await readdir(dir.path)).toEqual(['b.pdf']);
  });

  test('stops when it is cancelled in the middle of an attachment, and leaves nothing behind', async () => {
    await using dir = await folder();
    const stop = new AbortController();
    let closed = false;
    const endless = {
      ...attachmentOf('endless.bin', ''),
      bytes: Number.MAX_SAFE_INTEGER / 1e7,
      async *open() {
        try {
          for (let i = 0; ; i++) {
            if (i === 5) stop.abort();
            yield new Uint8Array(1 << 16);
          }
        } finally {
          closed = true;
        }
      },
    };
    const model = sampleBinderModel({ attachments: [endless] });
    const work = composeBinder(model, join(dir.path, 'b.pdf'), { signal: stop.signal });
    expect(await faultOf(work)).toEqual({ code: 'cancelled' });
    expect(closed).toBe(true);
    expect(await readdir(dir.path)).toEqual([]);
  });

  test('says so when the folder is not there', async () => {
    await using dir = await folder();
    const work = composeBinder(sampleBinderModel(), join(dir.path, 'missing', 'b.pdf'));
    expect(await faultOf(work)).toMatchObject({ code: 'unavailable', what: 'binder file' });
  });
});
