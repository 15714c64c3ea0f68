import { lstatSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evidenceRows } from '../../db/queries/evidence.ts';
import { readSetting, writeSetting } from '../../db/queries/ledger.ts';
import type { EvidenceRow } from '../../shared/contract/frameworks.ts';
import type { LinkFinding, LinkReport } from '../../shared/contract/register.ts';
import { refuse } from '../../shared/fault.ts';
import { digestOf } from '../binder/digest-of.ts';
import type { JobContext } from '../jobs.ts';
import { actDraft } from '../programme/acts.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { custodyDraft } from './add-evidence.ts';
import { NO_ENGAGEMENT, stateActs } from './evidence-acts.ts';
import { readRegister } from './register.ts';
import { askWeb, WEB_RULES, type WebRules } from './web-address.ts';

const URLS = 'link-check.urls';

/** Whether this copy may ask addresses on the web: off until somebody turns it on, and never carried to another. */
export function mayAskWeb({ db }: Pick<OpenWorkspace, 'db'>): boolean {
  return readSetting(db, URLS) === 'on';
}

export function allowWeb({ db }: Pick<OpenWorkspace, 'db'>, on: boolean): void {
  writeSetting(db, URLS, on ? 'on' : 'off');
}

export interface CheckRequest {
  readonly evidence?: readonly string[] | undefined;
  readonly engagement?: string | undefined;
  readonly urls: boolean;
  /** Whether paths on this machine may be looked at: never on behalf of a page. */
  readonly disk: boolean;
}

const BROKEN: ReadonlySet<LinkFinding['outcome']> = new Set(['damaged', 'missing', 'unreachable']);
const MOST_ROWS = 1000;
/** Findings are written down this often, so that a check that is stopped keeps what it found. */
const A_BATCH = 50;

/** Refuses a check that would go to the web without the preference; asked before the job begins. */
export function demandWeb(ws: OpenWorkspace, urls: boolean): void {
  if (urls && !mayAskWeb(ws))
    refuse({
      code: 'rule-broken',
      rule: 'web-off',
      because:
        'This copy does not ask addresses on the web. Allow it in the preferences of the register first.',
    });
}

/**
 * Reads every kept file again and compares it with its hash, looks whether paths are still there, and asks addresses
 * on the web where both the call and the preference say so. What it found is stated in the ledger and sealed.
 */
export async function checkLinks(
  ws: OpenWorkspace,
  request: CheckRequest,
  job: JobContext,
  web: WebRules = WEB_RULES,
): Promise<LinkReport> {
  const ids =
    request.evidence === undefined
      ? readRegister(ws, { engagement: request.engagement }).map(({ evidence }) => evidence.id)
      : [...new Set(request.evidence.map((text) => resolve.evidence(ws, text).id))];
  const report: LinkReport = { checked: 0, broken: 0, notChecked: 0, rows: [] };
  for (let from = 0; from < ids.length; from += A_BATCH) {
    const batch = new Map<string, LinkFinding[]>();
    for (const row of evidenceRows(ws.db, ids.slice(from, from + A_BATCH), today(ws))) {
      job.signal.throwIfAborted();
      job.step('Reading files and looking at links', report.checked, ids.length);
      const findings = await lookAt(ws, row, request, job.signal, web);
      batch.set(row.id, findings);
      count(report, row, findings);
    }
    job.signal.throwIfAborted();
    stateFindings(ws, batch);
  }
  return report;
}

function count(report: LinkReport, row: EvidenceRow, findings: LinkFinding[]): void {
  report.checked += 1;
  report.broken += findings.filter(({ outcome }) => BROKEN.has(outcome)).length;
  report.notChecked += findings.filter(({ outcome }) => outcome === 'not-checked').length;
  const said = findings.filter(({ outcome }) => outcome !== 'ok');
  const { id: evidence, reference, title } = row;
  if (said.length > 0 && report.rows.length < MOST_ROWS)
    report.rows.push({ evidence, reference, title, findings: said });
}

function stateFindings(ws: OpenWorkspace, batch: ReadonlyMap<string, LinkFinding[]>): void {
  stateActs(ws, 'evidence.linkcheck@1', [...batch.keys()], (evidence, seq) => {
    const findings = batch.get(evidence) ?? [];
    const broken = findings.filter(({ outcome }) => BROKEN.has(outcome)).length;
    const fact = { engagement: NO_ENGAGEMENT, record: `evidence:${evidence}`, findings, broken };
    const { id: _id, ...draft } = actDraft(ws, 'linkcheck', fact);
    const read = findings.flatMap(({ target, outcome, sha256 }) =>
      sha256 === undefined ? [] : [custodyDraft(ws, evidence, `${SAID[outcome]}: ${target}`, sha256, seq)],
    );
    return [draft, ...read];
  });
}

const SAID: Readonly<Record<LinkFinding['outcome'], string>> = {
  ok: 'Read again and found intact',
  changed: 'Read again',
  damaged: 'Read again and found damaged',
  missing: 'Looked for and not found',
  unreachable: 'Looked for and not reached',
  'not-checked': 'Not read again',
};

async function lookAt(
  ws: OpenWorkspace,
  row: EvidenceRow,
  request: CheckRequest,
  signal: AbortSignal,
  web: WebRules,
): Promise<LinkFinding[]> {
  const findings: LinkFinding[] = [];
  for (const file of row.files) findings.push(await rereadFile(ws, file));
  const link = row.proofLink.trim();
  if (link !== '') findings.push({ target: link, ...(await lookAtLink(row, link, request, signal, web)) });
  return findings;
}

/** The vault verifies every piece against the hash under which it is kept. */
async function rereadFile(ws: OpenWorkspace, file: EvidenceRow['files'][number]): Promise<LinkFinding> {
  const about = { target: file.name, sha256: file.sha256 };
  if (!ws.vault.has(file.sha256))
    return { ...about, outcome: 'missing', detail: 'Its bytes are not on this copy.' };
  const fault = await ws.vault.verify(file.sha256);
  if (fault === null) return { ...about, outcome: 'ok', detail: '' };
  const detail = 'detail' in fault && typeof fault.detail === 'string' ? fault.detail : fault.code;
  return { ...about, outcome: fault.code === 'not-found' ? 'missing' : 'damaged', detail };
}

type Found = Pick<LinkFinding, 'outcome' | 'detail'>;

async function lookAtLink(
  row: EvidenceRow,
  link: string,
  { urls, disk }: CheckRequest,
  signal: AbortSignal,
  web: WebRules,
): Promise<Found> {
  if (/^https?:/i.test(link))
    return urls
      ? askWeb(link, signal, web)
      : { outcome: 'not-checked', detail: 'Addresses on the web were not asked.' };
  const path = localPath(link);
  if (path === null)
    return { outcome: 'not-checked', detail: 'It is neither a web address nor a whole path.' };
  if (!disk) return { outcome: 'not-checked', detail: 'Paths are looked at from the command line.' };
  return lookAtPath(row, path);
}

/** A whole path on this machine. A share of another machine is none: looking at it would call the network. */
function localPath(link: string): string | null {
  if (/^file:/i.test(link)) {
    try {
      const path = fileURLToPath(link);
      return isShare(path) ? null : path;
    } catch {
      return null;
    }
  }
  return isAbsolute(link) && !isShare(link) ? link : null;
}

const isShare = (path: string) => /^[\\/]{2}/.test(path);

/** A file that is also kept here is compared; anything else only has to be there. */
async function lookAtPath(row: EvidenceRow, path: string): Promise<Found> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { outcome: 'missing', detail: 'Nothing stands there.' };
  if (!found.isFile()) return { outcome: 'ok', detail: '' };
  const kept = row.files.find(({ name }) => path.endsWith(`/${name}`) || path.endsWith(`\\${name}`));
  if (kept === undefined) return { outcome: 'ok', detail: '' };
  const { sha256 } = await digestOf(path);
  if (sha256 === kept.sha256) return { outcome: 'ok', detail: '' };
  return { outcome: 'changed', detail: 'It is there and differs from the file of that name kept here.' };
}
