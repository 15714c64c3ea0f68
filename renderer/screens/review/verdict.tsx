import { Button, Textarea } from '@mantine/core';
import { useRef } from 'react';
import type { QueueRow } from '../../../shared/contract/work.ts';
import { Hash } from '../../parts/hash.tsx';
import { KeyHint } from '../../parts/key-hint.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useSingleKeys } from '../../state/single-keys.ts';
import { Because } from '../common/evidence-beside.tsx';
import { keepVerdictNote, useVerdictNotes } from './verdict-notes.ts';

interface May {
  readonly allowed: boolean;
  readonly because: string;
}

/** Accept and sign, return with a note, or raise a note: the reviewer's three acts. */
export function Verdict(props: { row: QueueRow; digest: string; prepare: May; review: May }) {
  const { row, digest } = props;
  const name = row.label || row.title;
  const { client } = useApi();
  const text = useVerdictNotes((notes) => notes[row.record] ?? '');
  const setText = (written: string) => keepVerdictNote(row.record, written);
  const field = useRef<HTMLTextAreaElement>(null);
  const place = { kind: row.kind, id: row.record, engagement: row.engagement };
  const sign = useAct(
    (as: 'preparer' | 'reviewer') => client.review.sign({ ...place, as, expectDigest: digest }),
    {
      done: (_, as) =>
        showDone(as === 'reviewer' ? `${name} accepted and signed.` : `${name} signed as prepared.`),
    },
  );
  const giveBack = useAct((note: string) => client.review.return({ ...place, note }), {
    done: () => {
      setText('');
      showDone(`${name} returned to its preparer.`);
    },
  });
  const raise = useAct((note: string) => client.review.note({ record: row.record, text: note }), {
    done: () => {
      setText('');
      showDone('Note raised.');
    },
  });
  const note = text.trim();
  const returnNow = () => (note === '' ? field.current?.focus() : giveBack.mutate(note));
  const { review, prepare } = props;
  useSingleKeys({
    a: () => review.allowed && !sign.isPending && sign.mutate('reviewer'),
    r: () => review.allowed && returnNow(),
    n: () => field.current?.focus(),
    p: () => prepare.allowed && !sign.isPending && sign.mutate('preparer'),
  });
  return (
    <section className="verdict" aria-label="Verdict">
      <Textarea
        ref={field}
        label="Note to the preparer"
        autosize
        minRows={2}
        maxRows={8}
        placeholder="Needed for a return; what is missing, and what would settle it"
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => e.key === 'Escape' && e.currentTarget.blur()}
      />
      <div className="row-acts">
        <Because because={review.allowed ? '' : review.because}>
          <Button
            variant="default"
            disabled={!review.allowed}
            loading={giveBack.isPending}
            onClick={returnNow}
          >
            Return with note
            <KeyHint keys="R" />
          </Button>
        </Because>
        <Button
          variant="default"
          disabled={note === ''}
          loading={raise.isPending}
          onClick={() => raise.mutate(note)}
        >
          Raise note
        </Button>
        <span className="quiet">
          A return sends it back to its preparer; a raised note asks, and it stays in review.
        </span>
      </div>
      <div className="verdict-sign">
        {prepare.allowed && (
          <Button variant="default" loading={sign.isPending} onClick={() => sign.mutate('preparer')}>
            Sign as preparer
            <KeyHint keys="P" />
          </Button>
        )}
        <Because because={review.allowed ? '' : review.because}>
          <Button
            fullWidth
            disabled={!review.allowed}
            loading={sign.isPending}
            onClick={() => sign.mutate('reviewer')}
          >
            Accept and sign
            <KeyHint keys="A" />
          </Button>
        </Because>
      </div>
      <p className="quiet">
        {review.allowed ? '' : `${review.because} `}
        Signing binds you to digest <Hash value={digest} label="digest" />. Any later change voids it and
        shows the difference.
      </p>
    </section>
  );
}
