import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FieldConflict } from '../../../shared/contract/frameworks.ts';
import { decides, mayDecide } from '../../../shared/domain/programme/decisive.ts';
import { kindOf } from '../../../shared/ledger/entry.ts';
import { moment } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { fieldWord, valueWord } from './value-words.ts';

const LETTERS = 'ABCDEFGH';

/** Values that were set apart: every side with its author and time, kept until a person decides. */
export function ConflictBox(props: {
  conflict: FieldConflict;
  withLabel?: boolean;
  may?: boolean;
  keys?: boolean;
  /** The keys that keep the first and the second side. */
  letters?: string;
  /** A further way out, below the sides. */
  children?: ReactNode;
}) {
  const { client } = useApi();
  const { conflict, letters = '[]' } = props;
  const decisive = decides(kindOf(conflict.record), conflict.field);
  const { role } = useOpenSession().member;
  const may = (props.may ?? true) && (!decisive || mayDecide(role).allowed);
  const field = fieldWord(conflict.field);
  const resolve = useAct(
    (keep: number) => client.conflicts.resolve({ record: conflict.record, field: conflict.field, keep }),
    { done: ({ value }) => showDone(`${field}: kept "${valueWord(value)}". Both sides stay in the ledger.`) },
  );
  const keep = (i: number) => {
    const side = conflict.sides[i];
    if (side && may && !resolve.isPending) resolve.mutate(side.index);
  };
  useSingleKeys(
    Object.fromEntries([...letters].map((key, i) => [key, () => keep(i)])),
    props.keys === true && may,
  );
  return (
    <section className="callout callout-bad conflict" aria-label={`Conflict: ${field}`}>
      <strong>
        {props.withLabel && `${conflict.label} · `}
        {field} was set apart; {conflict.sides.length} values are kept
      </strong>
      <ol className="list-plain">
        {conflict.sides.map((side, i) => (
          <li key={side.index}>
            <div className="grow">
              <div className="conflict-value">{valueWord(side.value)}</div>
              <div className="quiet">
                {side.by} on {side.device}, {moment(side.at)}
              </div>
            </div>
            <Button
              size="compact-sm"
              variant="default"
              disabled={!may || resolve.isPending}
              onClick={() => keep(i)}
            >
              Keep this
              <span className="visually-hidden">{`, side ${LETTERS[i] ?? i + 1}: ${valueWord(side.value).slice(0, 60)}`}</span>
              {props.keys && i < letters.length && <KeyHint keys={letters.charAt(i)} />}
            </Button>
          </li>
        ))}
      </ol>
      {may && props.children}
    </section>
  );
}
