import type { Result, Status } from '../../../shared/domain/results.ts';
import { Pill } from '../../parts/pill.tsx';
import { EVIDENCE_WORDS, type EvidenceState, RESULT_WORDS, STATUS_WORDS, type Word } from './state-words.ts';

function WordPill({ word }: { word: Word }) {
  return (
    <Pill tone={word.tone} shape={word.shape}>
      {word.word}
    </Pill>
  );
}

/** The shape alone where no more fits; its word is its name and its tooltip. */
function WordMark({ word }: { word: Word }) {
  return (
    <span className={`pill pill-${word.tone} pill-only`} role="img" aria-label={word.word} title={word.word}>
      {word.shape}
    </span>
  );
}

export function ResultMark({ result }: { result: Result }) {
  return <WordMark word={RESULT_WORDS[result]} />;
}

export function EvidenceStateMark({ state }: { state: EvidenceState }) {
  return <WordMark word={EVIDENCE_WORDS[state]} />;
}

export function ResultPill({ result }: { result: Result }) {
  return <WordPill word={RESULT_WORDS[result]} />;
}

/** What nobody has touched is no draft of anything. */
const NOT_STARTED: Word = { word: 'Not started', tone: 'none', shape: '·' };

export function StatusPill({ status, begun = true }: { status: Status; begun?: boolean }) {
  return <WordPill word={status === 'draft' && !begun ? NOT_STARTED : STATUS_WORDS[status]} />;
}

export function EvidenceStatePill({ state }: { state: EvidenceState }) {
  return <WordPill word={EVIDENCE_WORDS[state]} />;
}

/** *Void: changed after sign-off.* */
export function VoidPill() {
  return (
    <Pill tone="bad" shape="✕" title="Something that was signed for has changed since">
      Void: changed after sign-off
    </Pill>
  );
}

export function ConflictPill({ count }: { count: number }) {
  return (
    <Pill tone="bad" shape="⇄" title="Edited apart; somebody has to decide">
      {count === 1 ? '2 values kept' : `${count} conflicts`}
    </Pill>
  );
}

/** The same where only a shape fits. */
export function ConflictMark() {
  return (
    <span
      className="pill pill-bad pill-only"
      role="img"
      aria-label="Conflict"
      title="Edited apart; somebody has to decide"
    >
      ⇄
    </span>
  );
}
