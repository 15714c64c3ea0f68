import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeBinder } from '../../core/binder/compose/compose-binder.ts';
import type { BinderModel } from '../../core/binder/model.ts';
import { signPdf } from '../../core/binder/sign/sign-pdf.ts';
import { FileBytes } from '../../core/binder/verify/file-bytes.ts';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import { PdfView } from '../../core/binder/verify/pdf/view.ts';
import { type Role, rolesOf } from '../../core/binder/verify/roles.ts';
import { ATTACHMENT_NAMES, type VerifyReport } from '../../shared/domain/binder.ts';
import { evidenceReference } from '../../shared/domain/evidence.ts';
import { FaultError } from '../../shared/fault.ts';
import { attachmentOf, manifestAttachment, manifestOf, sampleBinderModel } from '../support/binder-model.ts';
import { type KnownSigner, memberSigner } from '../support/signers.ts';
import {
  CONTROL,
  ENGAGEMENT,
  ledgerModel,
  PICTURE,
  WORKSPACE,
} from '../unit/core/binder/verify/ledger-files.ts';
import { problemsOf } from '../unit/core/binder/verify/verify.ts';

let folder = '';
let bytes: Buffer;
let onceSigned = 0;
let places: Place[] = [];
const signers: KnownSigner[] = [memberSigner('Ada Ångström'), memberSigner('Grace')];
const path = (): string => join(folder, 'binder.pdf');

interface Place extends Role {
  readonly num: number;
  readonly stream: { readonly start: number; readonly length: number } | null;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-composed-'));
  await composeBinder(modelWithLedger(), path());
  await sign('Preparer');
  onceSigned = (await readFile(path())).length;
  await sign('Reviewer');
  bytes = await readFile(path());
  places = await placesOf(path());
});
afterAll(() => rm(folder, { recursive: true }));

/** The sample with ledger files that hold: the sample's own are made for their looks. */
function modelWithLedger(): BinderModel {
  const sample = sampleBinderModel();
  const [first, ...others] = sample.attachments.filter(
    ({ name }) => !Object.values<string>(ATTACHMENT_NAMES).includes(name),
  );
  const picture = attachmentOf('picture.png', PICTURE, { mediaType: 'image/png' });
  const evidence = [...(first ? [first] : []), ...others, picture];
  const { extract, proofs, checkpoint } = ledgerModel(first?.sha256 ?? '', {
    further: others.map(({ sha256 }) => sha256),
  });
  const json = (name: string, value: object) =>
    attachmentOf(name, JSON.stringify(value), { mediaType: 'application/json' });
  const files = [
    ...evidence,
    json(ATTACHMENT_NAMES.extract, extract),
    json(ATTACHMENT_NAMES.proofs, proofs),
    json(ATTACHMENT_NAMES.checkpoint, checkpoint),
  ];
  const workspace = { id: WORKSPACE, name: sample.workspace.name };
  const engagement = { ...sample.engagement, id: ENGAGEMENT };
  const told = manifestOf({ ...sample, workspace, engagement, attachments: files });
  const held = [
    { id: 'evidence-1', title: 'Access list' },
    { id: 'evidence-3', title: 'Screenshot' },
  ];
  const included = [
    { kind: 'control', id: CONTROL, label: 'AC-2 Accounts' },
    ...held.map(({ id, title }) => ({ kind: 'evidence', id, label: `${evidenceReference(id)} ${title}` })),
  ];
  const ownerOf = (file: (typeof told.files)[number]) =>
    file.role === 'evidence' ? { ...file, evidence: held[file.name === picture.name ? 1 : 0]?.id } : file;
  const counts = {
    ...told.counts,
    controls: 1,
    checklists: 0,
    items: 0,
    evidence: held.length,
    files: evidence.length,
    signOffs: extract.signOffs.length,
  };
  const { at } = checkpoint.body;
  const manifest = { ...told, at, included, files: told.files.map(ownerOf), counts };
  return {
    ...sample,
    workspace,
    engagement,
    manifest,
    attachments: [...files, manifestAttachment(manifest)],
  };
}

async function sign(field: 'Preparer' | 'Reviewer'): Promise<void> {
  const first = field === 'Preparer';
  const signer = signers[first ? 0 : 1]?.signer;
  if (!signer) throw new Error('no signer');
  const common = { at: new Date(), reason: 'I stand for it.', capacityText: field };
  await signPdf(path(), { ...common, field, signer, certification: first });
}

async function placesOf(file: string): Promise<Place[]> {
  const open = await FileBytes.open(file);
  try {
    const view = await PdfView.open(open, open.size);
    const found: Place[] = [];
    for (const [num, role] of await rolesOf(view)) {
      found.push({ num, ...role, stream: (await view.object(num))?.stream ?? null });
    }
    return found;
  } finally {
    await open.close();
  }
}

async function verify(changed: Buffer): Promise<VerifyReport> {
  await writeFile(path(), changed);
  return verifyBinder(path(), { trust: signers.map(({ trustPem }) => trustPem) });
}

function flipped(at: number, bit = 1): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ bit;
  return changed;
}

/**
 * A byte near the middle of a stream of which the bit says something: where a text repeats itself, a copy from further
 * back unpacks to the same, and then nothing of the page was changed.
 */
function telling(
  { start, length }: { readonly start: number; readonly length: number },
  bit: number,
): number {
  const unpacked = (of: Buffer) => {
    try {
      return inflateSync(of.subarray(start, start + length)).toString('latin1');
    } catch {
      return null;
    }
  };
  const before = unpacked(bytes);
  for (let at = start + Math.floor(length / 2); at < start + length; at += 1)
    if (before === null || unpacked(flipped(at, bit)) !== before) return at;
  throw new Error('no byte of the stream says anything');
}

/** Appends an incremental update that replaces one object. */
function updated(base: Buffer, num: number, body: string): Buffer {
  const tail = base.toString('latin1', base.length - 4096);
  const startxref = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)?.[1];
  const trailer = /trailer\s*(<<[\s\S]*?>>)\s*startxref/.exec(tail)?.[1] ?? '';
  const kept = trailer.replace(/\/Prev \d+/, '').replace(/>>$/, '');
  const object = `\n${num} 0 obj\n${body}\nendobj\n`;
  const entry = `${String(base.length + 1).padStart(10, '0')} 00000 n \n`;
  const table = `xref\n${num} 1\n${entry}trailer\n${kept} /Prev ${startxref} >>\nstartxref\n${base.length + object.length}\n%%EOF\n`;
  return Buffer.concat([base, Buffer.from(object + table, 'latin1')]);
}

const numberOf = (where: string, part: Role['part']): number =>
  places.find((place) => place.where === where && place.part === part)?.num ?? 0;

describe('a binder as the product composes and signs it', () => {
  it('is valid, with every file, sign-off and ledger entry recomputed', async () => {
    const report = await verify(bytes);
    expect(problemsOf(report)).toEqual([]);
    expect(report.verdict).toBe('valid');
    expect(report.manifest?.mismatches).toEqual([]);
    expect(report.signOffs).toMatchObject({ total: 1, recomputed: 1 });
    // Three entries of the work, and the one that gave their author a key.
    expect(report.checkpoint).toMatchObject({ valid: true, proofsChecked: 4 });
    expect((await verify(bytes.subarray(0, onceSigned))).verdict).toBe('valid');
  });

  it('names each page, attachment and the manifest when a byte of it was changed', async () => {
    const streams = places.filter(({ part }) => part === 'page-content' || part === 'attachment');
    const checked = new Set<string>();
    for (const { where, stream } of streams) {
      if (!stream || stream.length < 40 || checked.has(where)) continue;
      checked.add(where);
      const report = await verify(flipped(telling(stream, 4), 4));
      expect(report.problems.map((problem) => problem.where)).toContain(where);
      expect(report.verdict).toBe('invalid');
    }
    expect([...checked]).toEqual(expect.arrayContaining(['page 1', 'page 2', 'manifest']));
    expect(checked.size).toBeGreaterThan(12);
  });

  it('spares every other page when a byte of one page was changed', async () => {
    const pages = places.filter(({ part, where }) => part === 'page-content' && where.startsWith('page '));
    const checked: string[] = [];
    for (const { where, stream } of pages) {
      if (!stream) continue;
      const at = stream.start + Math.floor(stream.length / 2);
      const { problems } = await verify(flipped(at));
      const named = [...new Set(problems.map((problem) => problem.where))];
      expect(named.filter((one) => /^page \d+$/.test(one))).toEqual([where]);
      checked.push(where);
    }
    const all = places.flatMap(({ where }) => (/^page \d+$/.test(where) ? [where] : []));
    expect(checked.sort()).toEqual([...new Set(all)].sort());
  });

  it('is invalid whichever byte was changed', { timeout: 120_000 }, async () => {
    const rounds = Number(process.env.BINDERY_FLIPS ?? 120);
    for (let i = 0; i < rounds; i += 1) {
      // A step that shares no factor with the length visits bytes all over the file.
      const at = (i * 7_919 + 13) % bytes.length;
      const verdict = await verify(flipped(at, 1 << (i % 8))).then(
        (report) => report.verdict,
        (error: unknown) => (error instanceof FaultError ? 'refused' : String(error)),
      );
      expect(verdict, `byte ${at}`).toBe('invalid');
    }
  });

  it.each([
    [
      'what a page shows',
      'page 3',
      'page-content',
      '<< /Length 8 >>\nstream\n0 g f  \n\nendstream',
      'page-changed @ page 3',
    ],
    ['an embedded file', 'manifest', 'attachment', '<< /Type /Filespec >>', 'attachment-changed @ manifest'],
    ['the bookmarks', 'bookmarks', 'other', '<< /Type /Outlines >>', 'document-changed @ bookmarks'],
  ] as const)(
    'is invalid when %s was replaced, before or after the reviewer signed',
    async (_, where, part, body, problem) => {
      expect(numberOf(where, part)).toBeGreaterThan(0);
      expect(problemsOf(await verify(updated(bytes, numberOf(where, part), body)))).toContain(problem);
      await writeFile(path(), updated(bytes.subarray(0, onceSigned), numberOf(where, part), body));
      await sign('Reviewer');
      const report = await verifyBinder(path());
      expect(problemsOf(report)).toContain(problem);
      expect(report.verdict).toBe('invalid');
    },
  );
});
