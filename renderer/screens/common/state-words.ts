import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import type { Method, Result, Role, Status } from '../../../shared/domain/results.ts';

/** A word with the shape and colour that go with it. */
export interface Word {
  readonly word: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'info' | 'plain' | 'none';
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
  service: { word: 'Service', means: 'a machine; reads, for a pipeline that asks a gate' },
};

export type EvidenceState = EvidenceRow['state'];

export const EVIDENCE_WORDS: Readonly<Record<EvidenceState, Word>> = {
  current: { word: 'Current', tone: 'good', shape: '✓' },
  expiring: { word: 'Expiring', tone: 'warn', shape: '▲' },
  expired: { word: 'Expired', tone: 'bad', shape: '●' },
  stale: { word: 'Stale', tone: 'bad', shape: '●' },
};
