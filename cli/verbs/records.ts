import { z } from 'zod';
import { EvidenceRevision } from '../../shared/contract/frameworks.ts';
import { KINDS, Kind } from '../../shared/contract/proof.ts';
import { refuse } from '../../shared/fault.ts';
import { type Column, count, facts, table } from '../lines.ts';
import { nearest } from '../nearest.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';

/** The contract gives so many rows a page. */
const PAGE = 1000;
const USUAL_LIMIT = 200;

export const list: Verb = {
  summary: 'Lists any kind of record, paged',
  words: ['DIR', 'KIND'],
  flags: {
    where: { value: 'FIELD=VALUE', summary: 'Only records with this value', many: true },
    limit: { value: 'N', summary: `At most so many rows (${USUAL_LIMIT})` },
    offset: { value: 'N', summary: 'Leave so many out at the start' },
  },
  async run({ args, unlock }) {
    const kind = kindOf(args.word(1));
    const where = Object.fromEntries(args.list('where').map(condition));
    const limit = args.whole('limit') ?? USUAL_LIMIT;
    const offset = args.whole('offset') ?? 0;
    const client = await unlock(args.word(0));
    const rows: Record<string, unknown>[] = [];
    let total = 0;
    do {
      const page = await client.records.list({
        kind,
        where,
        offset: offset + rows.length,
        limit: Math.max(1, Math.min(PAGE, limit - rows.length)),
      });
      total = page.total;
      rows.push(...page.rows.slice(0, limit - rows.length));
      if (page.rows.length === 0) break;
    } while (rows.length < Math.min(limit, total - offset));
    return {
      value: { total, rows },
      lines: [...recordTable(rows), '', `${rows.length} of ${count(total, 'record')}`],
    };
  },
};

export const show: Verb = {
  summary: 'Shows one record with its history',
  words: ['DIR', 'KIND', 'ID'],
  flags: {},
  async run({ args, unlock }) {
    const kind = kindOf(args.word(1));
    const client = await unlock(args.word(0));
    const value = await client.records.show({ kind, id: args.word(2) });
    const history = value.history.map((row) => harmless(`${row.at}  ${row.by.name}  ${row.summary}`));
    return {
      value,
      lines: [
        ...facts(
          Object.entries(value.record)
            .filter(([name]) => name !== 'revisions')
            .map(([name, field]) => [name, inWords(field)] as const),
        ),
        '',
        ...revisionLines(value.record.revisions),
        'History',
        ...(history.length > 0 ? history : ['Nothing was changed since it was taken in.']),
      ],
    };
  },
};

/** Evidence alone has revisions: every set of files it ever consisted of. */
function revisionLines(revisions: unknown): string[] {
  const { data } = z.array(EvidenceRevision).safeParse(revisions);
  if (data === undefined) return [];
  const files = data.flatMap((revision) => revision.files.map((file) => ({ ...revision, file })));
  const columns: Column<(typeof files)[number]>[] = [
    { title: 'revision', of: (row) => `${row.revision}${row.current ? ' (current)' : ''}` },
    { title: 'at', of: (row) => row.at },
    { title: 'by', of: (row) => row.by.name },
    { title: 'file', of: (row) => row.file.name },
    { title: 'bytes', of: (row) => row.file.bytes, right: true },
    { title: 'sha-256', of: (row) => row.file.sha256 },
  ];
  return ['Revisions', ...table(files, columns), ''];
}

const PLURALS: Readonly<Record<string, KindWord>> = Object.fromEntries([
  ...KINDS.map((kind) => [`${kind}s`, kind] as const),
  ['criteria', 'criterion'],
  ['maturities', 'maturity'],
]);
type KindWord = (typeof KINDS)[number];

/** A kind in the singular or the plural, in any case. */
export function kindOf(typed: string): KindWord {
  const word = typed.toLowerCase();
  const kind = Kind.safeParse(PLURALS[word] ?? word);
  if (kind.success) return kind.data;
  const near = nearest(word, KINDS);
  return refuse({
    code: 'usage',
    detail: `There is no kind "${typed}".${near ? ` Did you mean "${near}"?` : ` Kinds: ${KINDS.join(', ')}.`}`,
  });
}

function condition(typed: string): readonly [string, string] {
  const at = typed.indexOf('=');
  if (at < 1) refuse({ code: 'usage', detail: `--where takes FIELD=VALUE, not "${typed}".` });
  return [typed.slice(0, at), typed.slice(at + 1)];
}

/** The columns people look at first; what a kind lacks is left out. */
const COLUMNS = [
  'id',
  'reference',
  'label',
  'name',
  'title',
  'text',
  'role',
  'kind',
  'result',
  'status',
  'state',
];

function recordTable(rows: readonly Record<string, unknown>[]): string[] {
  const present = COLUMNS.filter((name) => rows.some((row) => row[name] !== undefined && row[name] !== null));
  return table(
    rows,
    present.map((name) => ({ title: name, of: (row) => inWords(row[name]) })),
  );
}

function inWords(field: unknown): string {
  if (field === null || field === undefined) return '';
  return typeof field === 'object' ? JSON.stringify(field) : String(field);
}
