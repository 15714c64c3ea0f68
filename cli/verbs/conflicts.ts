import type { FieldConflict } from '../../shared/contract/frameworks.ts';
import { refuse } from '../../shared/fault.ts';
import { RoleGrant } from '../../shared/ledger/fields.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import type { Client } from '../workbench.ts';

/** The contract gives so many rows a page. */
const PAGE = 1000;
/** People count from here; the contract counts from 0. */
const FIRST = 1;

export const conflictsList: Verb = {
  summary: 'Lists what was edited apart, with every side',
  words: ['DIR'],
  flags: {},
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const rows = (await allConflicts(client)).map(numbered);
    return {
      value: { total: rows.length, rows },
      lines: rows.length === 0 ? ['Nothing was edited apart.'] : rows.flatMap(linesOf),
    };
  },
};

export const conflictsResolve: Verb = {
  summary: 'Resolves a conflict by keeping a side or giving a value',
  words: ['DIR', 'RECORD', 'FIELD'],
  flags: {
    keep: { value: 'N', summary: 'The number of the side to keep, as the list shows it' },
    value: { value: 'V', summary: 'Another value' },
  },
  async run({ args, unlock }) {
    const keep = args.whole('keep');
    const typed = args.text('value');
    if ((keep === undefined) === (typed === undefined)) {
      refuse({ code: 'usage', detail: 'Say either --keep N or --value V.' });
    }
    if (keep !== undefined && keep < FIRST)
      refuse({
        code: 'usage',
        detail: `Sides are numbered from ${FIRST}, as "conflicts DIR list" shows them.`,
      });
    const record = args.word(1);
    const field = args.word(2);
    const client = await unlock(args.word(0));
    const decision =
      keep === undefined
        ? { value: await valueLike(client, record, field, typed ?? '') }
        : { keep: keep - FIRST };
    const value = await client.conflicts.resolve({ record, field, ...decision });
    return { value, lines: [harmless(`${value.field} is now ${told(value.value)}.`)] };
  },
};

/** A conflict with its sides numbered as `--keep` takes them. */
function numbered(conflict: FieldConflict): FieldConflict {
  return { ...conflict, sides: conflict.sides.map((side) => ({ ...side, index: side.index + FIRST })) };
}

async function allConflicts(client: Client): Promise<FieldConflict[]> {
  const rows: FieldConflict[] = [];
  for (;;) {
    const page = await client.conflicts.list({ offset: rows.length, limit: PAGE });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= page.total) return rows;
  }
}

/** Text stays text; where the sides hold something else, the typed value is read as JSON. */
async function valueLike(client: Client, record: string, field: string, typed: string): Promise<unknown> {
  const conflict = (await allConflicts(client)).find((one) => one.record === record && one.field === field);
  if (!conflict || conflict.sides.some((side) => typeof side.value === 'string')) return typed;
  try {
    return JSON.parse(typed);
  } catch {
    return refuse({ code: 'usage', detail: `The field ${field} takes a JSON value; "${typed}" is none.` });
  }
}

/** Of a role what it is, without what its giver had seen. */
function told(value: unknown): string {
  const grant = RoleGrant.safeParse(value);
  return JSON.stringify(grant.success ? grant.data.role : value);
}

function linesOf(conflict: FieldConflict): string[] {
  return [
    harmless(`${conflict.label}  ${conflict.field}  (${conflict.record})`),
    ...conflict.sides.map((side) =>
      harmless(`  ${side.index}  ${told(side.value)}  ${side.by} on ${side.device}, ${side.at}`),
    ),
  ];
}
