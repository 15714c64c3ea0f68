import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import type { Method, Result, Role, Status } from '../../../shared/domain/results.ts';
import { Pill, type Tone } from '../../parts/pill.tsx';

interface Word {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: string;
}

/** The one place where results get a word, a shape and a colour. */
export const RESULT_WORDS: Readonly<Record<Result, Word>> = {
  satisfied: { word: 'Satisfied', tone: 'good', shape: '✓' },
  'not-satisfied': { word: 'Not satisfied', tone: 'bad', shape: '●' },
  'not-applicable': { word: 'Not applicable', tone: 'plain', shape: '–' },
  'not-reviewed': { word: 'Not reviewed', tone: 'none', shape: '○' },
};

export const STATUS_WORDS: Readonly<Record<Status, Word>> = {
  draft: { word: 'Draft', tone: 'none', shape: '○' },
  submitted: { word: 'Submitted', tone: 'info', shape: '▶' },
  accepted: { word: 'Accepted', tone: 'good', shape: '✓' },
  returned: { word: 'Returned', tone: 'warn', shape: '↩' },
};

export const METHOD_WORDS: Readonly<Record<Method, string>> = {
  examine: 'Examine',
  interview: 'Interview',
  test: 'Test',
};

export const ROLE_WORDS: Readonly<Record<Role, { word: string; means: string }>> = {
  owner: { word: 'Owner', means: 'does everything, and decides who may' },
  admin: { word: 'Admin', means: 'does everything, adds members' },
  auditor: { word: 'Auditor', means: 'works and signs as preparer' },
  reviewer: { word: 'Reviewer', means: 'accepts or returns what others prepared' },
  viewer: { word: 'Viewer', means: 'reads' },
  service: { word: 'Service', means: 'a machine; works, never signs' },
};

type EvidenceState = EvidenceRow['state'];

const EVIDENCE_WORDS: Readonly<Record<EvidenceState, Word>> = {
  current: { word: 'Current', tone: 'good', shape: '✓' },
  expiring: { word: 'Expiring', tone: 'warn', shape: '▲' },
  expired: { word: 'Expired', tone: 'bad', shape: '●' },
};

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
