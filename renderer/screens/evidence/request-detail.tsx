import { ActionIcon, Button, FileButton, Textarea } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { RequestRow } from '../../../shared/contract/register.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { day, plural } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { stillNeeded } from '../../parts/needs.ts';
import { Section } from '../../parts/panel.tsx';
import { Pill, type Tone } from '../../parts/pill.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { ChooseEvidence } from '../common/choose-evidence.tsx';
import { DropArea } from '../common/drop-area.tsx';
import { Because } from '../common/evidence-beside.tsx';
import { EvidenceStatePill } from '../common/words.tsx';
import { openRecord } from '../programme/open-record.ts';
import { AnswerPackage } from './answer-package.tsx';

const STATES: Readonly<Record<string, { word: string; tone: Tone; shape: string }>> = {
  open: { word: 'Open', tone: 'none', shape: '○' },
  answered: { word: 'Answered', tone: 'info', shape: '▶' },
  accepted: { word: 'Accepted', tone: 'good', shape: '✓' },
  returned: { word: 'Returned', tone: 'warn', shape: '↩' },
};

/** A field of a request as text. */
export function textOf(request: RequestRow, field: string): string {
  const value = request.row.body[field];
  return typeof value === 'string' ? value : '';
}

export function RequestState({ request }: { request: RequestRow }) {
  const state = textOf(request, 'state');
  const { word, tone, shape } = STATES[state] ?? { word: state, tone: 'plain' as const, shape: '–' };
  return (
    <Pill tone={tone} shape={shape}>
      {word}
    </Pill>
  );
}

/** One request: what is asked, the answer so far, and accepting or returning it. */
export function RequestDetail({ request, onClose }: { request: RequestRow; onClose: () => void }) {
  const { place } = request;
  return (
    <aside className="dossier" aria-label="Request">
      <header className="dossier-head">
        <p className="quiet">Request for evidence</p>
        <KeyHint keys={['J', 'K']}>next, previous</KeyHint>
        <ActionIcon aria-label="Close the request" onClick={onClose}>
          <IconX size={15} />
        </ActionIcon>
      </header>
      <div className="dossier-body dossier-one">
        <div className="dossier-claim">
          <h2>{request.row.title}</h2>
          <div className="row-acts dossier-pills">
            <RequestState request={request} />
            {request.overdue && <Pill tone="bad">Overdue</Pill>}
            <span className="quiet">
              {textOf(request, 'asked') && `asked from ${textOf(request, 'asked')} · `}
              due {day(textOf(request, 'due') || null)}
            </span>
          </div>
          {place && (
            <p>
              For{' '}
              <button type="button" className="link" onClick={() => openRecord(place.record)}>
                {place.label} {place.title}
              </button>
            </p>
          )}
          {textOf(request, 'note') && <p className="said">{textOf(request, 'note')}</p>}
          <Answer request={request} />
          <Decide request={request} />
          {textOf(request, 'state') !== 'open' && (
            <div className="section-part">
              <AnswerPackage request={request} />
            </div>
          )}
        </div>
      </div>
    </aside>
  );
}

function Answer({ request }: { request: RequestRow }) {
  const { client, files: door } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare');
  const [choosing, setChoosing] = useState(false);
  const said = () => showDone('Answered. Whoever asked accepts it or returns it.');
  const answer = useAct(
    async (files: readonly File[]) => {
      const staged: { upload: string }[] = [];
      for (const file of files) staged.push({ upload: (await door.stage(file)).upload });
      return client.register.answer({ request: request.row.id, files: staged });
    },
    { done: said },
  );
  const accepted = textOf(request, 'state') === 'accepted';
  return (
    <DropArea
      hint="Drop to answer with these files"
      disabled={!may.allowed || accepted}
      onFiles={(files) => answer.mutate(files)}
    >
      <Section
        title={
          request.evidence.length === 0 ? 'Answer' : `Answer: ${plural(request.evidence.length, 'record')}`
        }
        aside={
          !accepted && (
            <Because because={may.allowed ? '' : may.because}>
              <FileButton
                multiple
                onChange={(files) => files.length > 0 && answer.mutate(files)}
                inputProps={{ 'aria-label': 'Files of the answer' }}
              >
                {(props) => (
                  <Button
                    {...props}
                    size="compact-sm"
                    variant="default"
                    disabled={!may.allowed}
                    loading={answer.isPending}
                  >
                    Answer with files
                  </Button>
                )}
              </FileButton>
              <Button
                ml={6}
                size="compact-sm"
                variant="default"
                disabled={!may.allowed}
                onClick={() => setChoosing(true)}
              >
                With evidence that is there
              </Button>
            </Because>
          )
        }
      >
        {request.evidence.length === 0 && (
          <p className="quiet beside-none">
            {may.allowed ? 'Nothing yet. Pick files or drop them here.' : `Nothing yet. ${may.because}`}
          </p>
        )}
        <ul className="list-plain">
          {request.evidence.map((row) => (
            <li key={row.id} className="evidence-line-head">
              <button type="button" className="evidence-pick" onClick={() => go('evidence', row.id)}>
                <code>{row.reference}</code> {row.title}
              </button>
              <EvidenceStatePill state={row.state} />
            </li>
          ))}
        </ul>
      </Section>
      <ChooseEvidence
        opened={choosing}
        title={`Answer “${request.row.title}”`}
        word="Use"
        taken={new Set(request.evidence.map(({ id }) => id))}
        onClose={() => setChoosing(false)}
        onChoose={async (row) => {
          await client.register.answer({ request: request.row.id, evidence: [row.id] });
          said();
        }}
      />
    </DropArea>
  );
}

/** Accepts the answer, or returns it with what is missing. */
function Decide({ request }: { request: RequestRow }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare');
  const [returning, setReturning] = useState(false);
  const [note, setNote] = useState('');
  const accept = useAct(() => client.register.acceptAnswer({ request: request.row.id }), {
    done: () => showDone('The answer is accepted.'),
  });
  const giveBack = useAct(
    () => client.register.returnAnswer({ request: request.row.id, note: note.trim() }),
    {
      done: () => {
        showDone('Returned with what is missing.');
        setReturning(false);
      },
    },
  );
  const answered = textOf(request, 'state') === 'answered';
  useSingleKeys({ a: () => may.allowed && accept.mutate(undefined), r: () => setReturning(true) }, answered);
  if (!answered) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (note.trim() !== '') giveBack.mutate(undefined);
  };
  return (
    <div className="section-part">
      <div className="row-acts">
        <Because because={may.allowed ? '' : may.because}>
          <Button disabled={!may.allowed} loading={accept.isPending} onClick={() => accept.mutate(undefined)}>
            Accept the answer
            <KeyHint keys="A" />
          </Button>
        </Because>
        <Because because={may.allowed ? '' : may.because}>
          <Button variant="default" disabled={!may.allowed} onClick={() => setReturning(true)}>
            Return it
            <KeyHint keys="R" />
          </Button>
        </Because>
      </div>
      {returning && (
        <form className="stack inline-form" onSubmit={submit} aria-label="Return the answer">
          <Textarea
            label="What is missing"
            autosize
            minRows={2}
            autoFocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <div className="row-acts">
            <Button type="submit" disabled={note.trim() === ''} loading={giveBack.isPending}>
              Return with this note
            </Button>
            <Button variant="default" onClick={() => setReturning(false)}>
              Cancel
            </Button>
            <span className="quiet">{stillNeeded({ 'what is missing': note.trim() === '' })}</span>
          </div>
        </form>
      )}
    </div>
  );
}
