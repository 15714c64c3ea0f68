import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { z } from 'zod';
import type { ReviewNoteRow } from '../../../shared/contract/frameworks.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { moment } from '../../parts/format.ts';
import { Section } from '../../parts/panel.tsx';
import { Pill, type Tone } from '../../parts/pill.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';

type Note = z.infer<typeof ReviewNoteRow>;

const STATE_TONES: Readonly<Record<Note['state'], Tone>> = {
  open: 'warn',
  answered: 'info',
  cleared: 'good',
};

/** What reviewers asked, what was answered, and what is cleared. */
export function ReviewNotes({ notes }: { notes: readonly Note[] }) {
  if (notes.length === 0) return null;
  return (
    <Section title="Review notes">
      <ul className="list-plain">
        {notes.map((note) => (
          <NoteLine key={note.id} note={note} />
        ))}
      </ul>
    </Section>
  );
}

function NoteLine({ note }: { note: Note }) {
  const { client } = useApi();
  const { member } = useOpenSession();
  const [answer, setAnswer] = useState('');
  const reply = useAct((text: string) => client.review.answer({ note: note.id, text }), {
    done: () => setAnswer(''),
  });
  const clear = useAct(() => client.review.clear({ note: note.id }), {
    done: () => showDone('Note cleared.'),
  });
  return (
    <li className="review-note">
      <div className="row-acts">
        <strong>{note.by.name}</strong>
        <span className="quiet">{moment(note.at)}</span>
        <Pill tone={STATE_TONES[note.state]}>{note.state}</Pill>
      </div>
      <p>{note.text}</p>
      {note.answer && <p className="review-answer">{note.answer}</p>}
      {note.state === 'open' && mayAccess(member.role, 'prepare').allowed && (
        <form
          className="row-acts"
          onSubmit={(event) => {
            event.preventDefault();
            if (answer.trim()) reply.mutate(answer.trim());
          }}
        >
          <Textarea
            className="grow"
            aria-label="Answer"
            placeholder="Answer"
            autosize
            minRows={1}
            value={answer}
            onChange={(e) => setAnswer(e.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={answer.trim() === ''} loading={reply.isPending}>
            Answer
          </Button>
        </form>
      )}
      {note.state !== 'cleared' && mayAccess(member.role, 'review').allowed && (
        <Button
          size="compact-xs"
          variant="default"
          loading={clear.isPending}
          onClick={() => clear.mutate(undefined)}
        >
          Clear note
        </Button>
      )}
    </li>
  );
}
