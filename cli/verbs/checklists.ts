import type { ChecklistView } from '../../shared/contract/work.ts';
import { RESULTS, Result } from '../../shared/domain/results.ts';
import { table } from '../lines.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { PLACE_FLAGS, place } from './engagements.ts';

/** More checklists than any plan has; the contract pages them. */
const PAGE = 1000;

export const checklistList: Verb = {
  summary: 'Lists the checklists of an engagement',
  words: ['DIR'],
  flags: PLACE_FLAGS,
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const { total, rows } = await client.checklists.list({ ...place(args), limit: PAGE });
    return {
      // `rows` as every list has, `checklist` as every checklist verb has.
      value: { total, rows, checklist: rows },
      lines: table(rows, [
        { title: 'id', of: (row) => row.id },
        { title: 'title', of: (row) => row.title },
        { title: 'items', of: (row) => row.items, right: true },
        { title: 'open', of: (row) => row.results['not-reviewed'] ?? 0, right: true },
        { title: 'status', of: (row) => (row.voided ? `${row.status}, void` : row.status) },
      ]),
    };
  },
};

export const checklistShow: Verb = {
  summary: 'Shows a checklist with its items',
  words: ['DIR', 'CHECKLIST'],
  flags: PLACE_FLAGS,
  async run({ args, unlock }) {
    const client = await unlock(args.word(0));
    const value = await client.checklists.get({ checklist: args.word(1), ...place(args) });
    return { value, lines: linesOf(value.checklist) };
  },
};

export const checklistSet: Verb = {
  summary: 'Records the result and note of an item',
  words: ['DIR', 'ITEM'],
  flags: {
    checklist: { value: 'C', summary: 'The checklist, where the item is given by its number' },
    ...PLACE_FLAGS,
    result: { value: 'RESULT', summary: RESULTS.join(', '), choices: RESULTS },
    note: { value: 'TEXT', summary: 'What was found' },
  },
  async run({ args, unlock }) {
    const result = args.text('result');
    const note = args.text('note');
    const checklist = args.text('checklist');
    const client = await unlock(args.word(0));
    const value = await client.checklists.set({
      item: args.word(1),
      ...place(args),
      ...(checklist === undefined ? {} : { checklist }),
      ...(result === undefined ? {} : { result: Result.parse(result) }),
      ...(note === undefined ? {} : { note }),
    });
    return { value, lines: linesOf(value.checklist) };
  },
};

function linesOf(checklist: ChecklistView): string[] {
  return [
    harmless(
      `${checklist.title} (${checklist.status}${checklist.voided ? ', void: changed after sign-off' : ''})`,
    ),
    '',
    ...table(checklist.rows, [
      { title: 'no.', of: (row) => row.label },
      { title: 'item', of: (row) => `${'  '.repeat(row.depth)}${row.text}` },
      { title: 'result', of: (row) => row.result },
      { title: 'note', of: (row) => row.note },
      { title: 'id', of: (row) => row.id },
    ]),
  ];
}
