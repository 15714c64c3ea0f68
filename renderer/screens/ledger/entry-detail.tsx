import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { actionWords } from '../../../shared/domain/change-words.ts';
import { dated, moment } from '../../parts/format.ts';
import { CopyText, Hash } from '../../parts/hash.tsx';
import { Section } from '../../parts/panel.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { WordDiff } from '../../parts/word-diff.tsx';
import { go } from '../../state/place.ts';
import { fieldWord, recordWord, valueLines, valueWord } from '../common/value-words.ts';
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
          {actionWords(entry.action)} · no. {entry.seq}
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
              <EntryState entry={entry} /> {dated(entry.because)}
            </dd>
            <dt>Writer</dt>
            <dd className="mono">{entry.writer}</dd>
            <dt>Hash</dt>
            <dd>
              <Hash value={entry.hash} label="hash" whole />
            </dd>
          </dl>
          <Section
            title={
              entry.fields.length === 1 ? 'What it changed' : `What it changed: ${entry.fields.length} values`
            }
          >
            <ul className="list-plain">
              {entry.fields.slice(0, SHOWN).map((field) => (
                <li key={`${field.record} ${field.field}`}>
                  <div className="line">
                    <strong className="grow">
                      {fieldWord(field.field)}
                      <span className="quiet"> · {recordWord(field.record)}</span>
                    </strong>
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
          <AsRecorded entry={entry} />
        </div>
      </div>
    </aside>
  );
}

/** A first value has nothing before it to compare with; one of several parts is told part by part. */
function Change({ before, after }: { before: unknown; after: unknown }) {
  const isFirst = before === null || before === undefined;
  if (!isFirst && typeof before !== 'object' && typeof after !== 'object')
    return (
      <div className="entry-value">
        <WordDiff before={valueWord(before)} after={valueWord(after)} />
      </div>
    );
  return (
    <div className="entry-value">
      {!isFirst && <Value of={before} word="Before" />}
      <Value of={after} word={isFirst ? '' : 'After'} />
    </div>
  );
}

function Value({ of, word }: { of: unknown; word: string }) {
  let place = 0;
  return (
    <>
      {word !== '' && <div className="quiet">{word}</div>}
      {valueLines(of).map(({ label, text }) => (
        <div key={`${label} ${place++}`}>
          {label !== '' && <span className="quiet">{label}: </span>}
          {text}
        </div>
      ))}
    </>
  );
}

/** The entry for who reads data: shown on demand, with every field in full. */
function AsRecorded({ entry }: { entry: LedgerEntry }) {
  const [open, setOpen] = useState(false);
  const text = open ? JSON.stringify(entry, null, 2) : '';
  return (
    <details className="more as-recorded" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show the entry as recorded</summary>
      {open && (
        <>
          <CopyText value={text} label="Copy the entry" />
          <Scroll label="The entry as recorded" className="preview-text">
            <pre>{text}</pre>
          </Scroll>
        </>
      )}
    </details>
  );
}
