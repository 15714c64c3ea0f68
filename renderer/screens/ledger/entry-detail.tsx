import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { moment } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Section } from '../../parts/panel.tsx';
import { WordDiff } from '../../parts/word-diff.tsx';
import { go } from '../../state/place.ts';
import { actionWord, fieldWord, valueWord } from '../common/words.tsx';
import { EntryState } from './columns.tsx';
import type { LedgerEntry } from './ledger-screen.tsx';

/** Fields of an entry shown one by one; a bulk import has thousands. */
const SHOWN = 100;

/** One entry: who, when, where in which chain, and each value before and after. */
export function EntryDetail({ entry, onClose }: { entry: LedgerEntry; onClose: () => void }) {
  return (
    <aside className="dossier dossier-narrow" aria-label="Ledger entry">
      <header className="dossier-head">
        <p className="quiet mono cut">
          {actionWord(entry.action)} · no. {entry.seq}
        </p>
        <ActionIcon aria-label="Close the entry" onClick={onClose}>
          <IconX size={15} />
        </ActionIcon>
      </header>
      <div className="dossier-body">
        <div className="dossier-claim">
          <h2>{entry.summary}</h2>
          <dl className="facts">
            <dt>When</dt>
            <dd>{moment(entry.at)}, by the writer's own clock</dd>
            <dt>Who</dt>
            <dd>
              {entry.by.name} on {entry.device}
            </dd>
            <dt>State</dt>
            <dd>
              <EntryState entry={entry} /> {entry.because}
            </dd>
            <dt>Writer</dt>
            <dd className="mono">{entry.writer}</dd>
            <dt>Hash</dt>
            <dd>
              <Hash value={entry.hash} label="hash" whole />
            </dd>
          </dl>
          <Section title={entry.fields.length === 1 ? '1 value' : `${entry.fields.length} values`}>
            <ul className="list-plain">
              {entry.fields.slice(0, SHOWN).map((field) => (
                <li key={`${field.record} ${field.field}`}>
                  <div className="line">
                    <strong className="grow">{fieldWord(field.field)}</strong>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="gray"
                      onClick={() => go('ledger', field.record)}
                      aria-label={`All entries of the record of ${fieldWord(field.field)}`}
                    >
                      History of this record
                    </Button>
                  </div>
                  <Change before={field.before} after={field.after} />
                </li>
              ))}
            </ul>
            {entry.fields.length > SHOWN && <p className="quiet">and {entry.fields.length - SHOWN} more</p>}
          </Section>
        </div>
      </div>
    </aside>
  );
}

/** A first value has nothing before it to compare with. */
function Change({ before, after }: { before: unknown; after: unknown }) {
  if (before === null || before === undefined) return <div className="entry-value">{valueWord(after)}</div>;
  return (
    <div className="entry-value">
      <WordDiff before={valueWord(before)} after={valueWord(after)} />
    </div>
  );
}
