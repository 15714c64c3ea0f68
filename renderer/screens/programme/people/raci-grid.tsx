import { useQuery } from '@tanstack/react-query';
import type { ProgrammeRow } from '../../../../shared/contract/programme.ts';
import { Panel } from '../../../parts/panel.tsx';
import { Scroll } from '../../../parts/scroll.tsx';
import { showDone, useAct, useUndo } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { useMay } from '../record/record-acts.ts';
import { textIn } from '../record/record-fields.tsx';
import { useBoard } from '../record/use-board.ts';

const LETTERS = ['', 'R', 'A', 'C', 'I', 'RA', 'RC', 'RI', 'AC', 'AI', 'CI'] as const;
const MEANS: Readonly<Record<string, string>> = {
  R: 'responsible',
  A: 'accountable',
  C: 'consulted',
  I: 'informed',
};

const inWords = (letters: string) => [...letters].map((letter) => MEANS[letter] ?? letter).join(' and ');

/** Who is responsible, accountable, consulted and informed for each pillar, phase and gate. */
export function RaciGrid({ engagement, people }: { engagement: string; people: readonly ProgrammeRow[] }) {
  const { orpc } = useApi();
  const board = useBoard(engagement);
  const input = { kind: 'raci' as const, engagement, limit: 1000 };
  const said = useQuery(orpc.programme.list.queryOptions({ input }));
  if (!board.data || !said.data) return null;
  const groups = [
    { title: 'Pillars', rows: board.data.pillars },
    { title: 'Phases', rows: board.data.phases },
    { title: 'Gates', rows: board.data.gates },
  ].filter(({ rows }) => rows.length > 0);
  if (groups.length === 0) return null;
  return (
    <Panel
      title="Who answers for what"
      flush
      aside="R responsible · A accountable · C consulted · I informed"
    >
      <Scroll label="Who answers for what" className="raci-scroll">
        <table className="plain-table raci">
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">Record</span>
              </th>
              {people.map((person) => (
                <th key={person.id} scope="col" title={textIn(person, 'part')}>
                  {person.title}
                </th>
              ))}
              <th scope="col">
                <span className="visually-hidden">What is missing</span>
              </th>
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group.title}>
              <tr>
                <th scope="rowgroup" colSpan={people.length + 2}>
                  {group.title}
                </th>
              </tr>
              {group.rows.map((row) => (
                <RaciRow
                  key={row.record}
                  record={row.record ?? ''}
                  title={row.title}
                  people={people}
                  said={said.data.rows}
                  engagement={engagement}
                />
              ))}
            </tbody>
          ))}
        </table>
      </Scroll>
    </Panel>
  );
}

interface RowProps {
  readonly record: string;
  readonly title: string;
  readonly people: readonly ProgrammeRow[];
  readonly said: readonly ProgrammeRow[];
  readonly engagement: string;
}

function RaciRow(props: RowProps) {
  const here = props.said.filter((row) => textIn(row, 'for') === props.record);
  const accountable = here.filter((row) => textIn(row, 'letters').includes('A')).length;
  return (
    <tr>
      <th scope="row">{props.title}</th>
      {props.people.map((person) => (
        <td key={person.id}>
          <RaciCell
            {...props}
            person={person}
            entry={here.find((row) => [person.id, person.record].includes(textIn(row, 'person')))}
          />
        </td>
      ))}
      <td className="quiet">
        {accountable === 1
          ? ''
          : accountable === 0
            ? 'nobody is accountable'
            : `${accountable} are accountable`}
      </td>
    </tr>
  );
}

function RaciCell(props: RowProps & { person: ProgrammeRow; entry: ProgrammeRow | undefined }) {
  const { client } = useApi();
  const may = useMay();
  const undo = useUndo();
  const { entry, person, record, title } = props;
  const letters = entry === undefined ? '' : textIn(entry, 'letters');
  const set = useAct(
    (chosen: string) =>
      client.programme.put(
        entry === undefined
          ? {
              kind: 'raci',
              engagement: props.engagement,
              fields: { person: person.id, for: record, letters: chosen },
            }
          : { kind: 'raci', record: entry.record, fields: { letters: chosen } },
      ),
    {
      done: (_, chosen) =>
        showDone(`${person.title}: ${chosen === '' ? 'nothing' : inWords(chosen)} for ${title}.`, () =>
          undo(),
        ),
    },
  );
  const options = LETTERS.some((one) => one === letters) ? LETTERS : [...LETTERS, letters];
  return (
    <select
      className={letters === '' ? 'raci-cell' : 'raci-cell raci-said'}
      aria-label={`${person.title} for ${title}`}
      disabled={!may.prepare || set.isPending}
      value={letters}
      onChange={(event) => set.mutate(event.currentTarget.value)}
    >
      {options.map((one) => (
        <option key={one} value={one} title={inWords(one)}>
          {one === '' ? '·' : [...one].join(' ')}
        </option>
      ))}
    </select>
  );
}
