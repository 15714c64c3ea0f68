import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  chainPlace,
  type ExtractEntry,
  type ExtractSignOff,
  type LedgerExtract,
  type Manifest,
  TWIN_NAMES,
} from '../../../shared/domain/binder.ts';
import { evidenceReference } from '../../../shared/domain/evidence.ts';
import { deriveId } from '../../../shared/domain/identity.ts';
import { redactedWords } from '../../../shared/domain/redaction.ts';
import { Method, Result, Status } from '../../../shared/domain/results.ts';
import { reviewState, type SignOffFact } from '../../../shared/domain/review.ts';
import { signOffDigest } from '../../../shared/domain/sign-off.ts';
import { assessmentResults, oneLine, RESULTS_DEPTH } from '../../../shared/domain/twin/assessment-results.ts';
import { registerCsv } from '../../../shared/domain/twin/register.ts';
import type { ShownCheck, ShownControl, ShownEvidence } from '../../../shared/domain/twin/shown.ts';
import { canonicalPieces } from '../../../shared/ledger/canonical.ts';
import { AssessmentAbout, RevisionFiles, SubjectAbout } from '../../../shared/ledger/fields.ts';
import { everyFile } from './agreement.ts';
import type { Contributors } from './contributors.ts';
import { csvRecords } from './csv-records.ts';
import type { Findings } from './findings.ts';
import { positionOf, sha256 } from './ledger-entries.ts';
import type { LedgerValues } from './ledger-values.ts';
import { seenIn } from './past.ts';
import { linksIn, wordOf } from './recompute.ts';

export interface TwinFiles {
  readonly results: Buffer | null;
  readonly register: Buffer | null;
}

interface Against {
  readonly manifest: Manifest;
  readonly extract: LedgerExtract;
  readonly ledger: LedgerValues;
  readonly contributors: Contributors;
}

/**
 * Writes the binder's files for other programs again, from the ledger's entries and the manifest, and holds what is
 * embedded against that, byte by byte. What the data here do not tell is taken as it is told there: where a check stands
 * in its review where its values are hidden, the digest of what nobody signed, and which controls of other engagements a file supports.
 */
export function checkTwin({ results, register }: TwinFiles, against: Against, findings: Findings): void {
  // What is no binder, such as a packet by itself, has none.
  if (against.manifest.profile === undefined && results === null && register === null) return;
  const evidence = new Told(against, readRegister(register)).evidence();
  const text = registerCsv(evidence);
  if (register?.toString('utf8') !== text) {
    const message = `${TWIN_NAMES.register} does not say what the ledger’s entries and the manifest say of the evidence.`;
    findings.add('twin-mismatch', `attachment ${TWIN_NAMES.register}`, message);
  }
  const controls = new Checks(against, readResults(results), evidence).controls();
  checkSupports(controls, evidence, findings);
  const value = assessmentResults({ groups: [{ controls }], evidence }, against.manifest, sha1);
  if (results?.toString('utf8') === joined(canonicalPieces(value, RESULTS_DEPTH))) return;
  const message = `${TWIN_NAMES.results} does not say what the ledger’s entries and the manifest say of the checks.`;
  findings.add('twin-mismatch', `attachment ${TWIN_NAMES.results}`, message);
}

/** The register may name more than is here, of other engagements, and no less. */
function checkSupports(
  controls: readonly ShownControl[],
  evidence: readonly ShownEvidence[],
  findings: Findings,
): void {
  const said = new Map(evidence.map(({ id, supports }) => [id, supports.map(({ label }) => label).join()]));
  for (const { label, assessments } of controls)
    for (const id of assessments.flatMap((check) => check.evidence)) {
      if (said.get(id)?.includes(label)) continue;
      const message = `${TWIN_NAMES.register} does not say that ${evidenceReference(id)} supports ${label}.`;
      findings.add('twin-mismatch', `attachment ${TWIN_NAMES.register}`, message);
    }
}

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();

const joined = (pieces: Iterable<string>): string => [...pieces].join('');

const Observation = z.looseObject({
  props: z.array(z.looseObject({ name: z.string(), value: z.string() })),
});
type Observation = z.infer<typeof Observation>;
const Results = z.looseObject({
  'assessment-results': z.looseObject({
    results: z.array(z.looseObject({ observations: z.array(Observation).default([]) })),
  }),
});

/** What is told of each check, in its order; whatever else the file holds is compared as bytes. */
function readResults(bytes: Buffer | null): readonly Observation[] {
  try {
    const { data } = Results.safeParse(JSON.parse(bytes?.toString('utf8') ?? ''));
    return data?.['assessment-results'].results[0]?.observations ?? [];
  } catch {
    return [];
  }
}

/** What the register says that each record supports, by the record's id. */
function readRegister(bytes: Buffer | null): ReadonlyMap<string, string> {
  const [, ...records] = csvRecords(bytes?.toString('utf8') ?? '');
  return new Map(records.map((cells) => [cells.at(-1) ?? '', cells[SUPPORTS] ?? '']));
}

const SUPPORTS = 2;

/** The records of evidence that a binder lists, as its entries leave them. */
class Told {
  readonly #against: Against;
  readonly #supports: ReadonlyMap<string, string>;

  constructor(against: Against, supports: ReadonlyMap<string, string>) {
    this.#against = against;
    this.#supports = supports;
  }

  evidence(): ShownEvidence[] {
    const { included } = this.#against.manifest;
    return included.filter(({ kind }) => kind === 'evidence').map(({ id }) => this.#record(id));
  }

  #record(id: string): ShownEvidence {
    const text = (field: string) => z.string().safeParse(this.#held(id, field)).data ?? null;
    const revision = RevisionFiles.safeParse(this.#held(id, 'files')).data ?? { revision: 0, files: [] };
    const supported = this.#supports.get(id) ?? '';
    return {
      id,
      reference: evidenceReference(id),
      title: text('title') ?? '',
      collected: text('collected'),
      expires: text('expires'),
      periodFrom: text('periodFrom'),
      periodTo: text('periodTo'),
      lastVerified: text('lastVerified'),
      revision: revision.revision,
      files: this.#files(id, revision.files),
      supports: [{ label: supported }],
    };
  }

  #held(id: string, field: string): unknown {
    const held = this.#against.ledger.held(`evidence:${id}`, field);
    return typeof held === 'string' ? null : held.value;
  }

  /** A record may hold a file twice; each copy has a name of its own. */
  #files(id: string, files: z.infer<typeof RevisionFiles>['files']): ShownEvidence['files'] {
    const named = everyFile(this.#against.manifest).filter(({ evidence }) => evidence === id);
    return files.map((file) => {
      const at = named.findIndex(
        ({ sha256: hash, original }) => hash === file.sha256 && original === file.name,
      );
      const [entry] = at < 0 ? [] : named.splice(at, 1);
      return { ...file, attachment: entry?.name ?? null };
    });
  }
}

/** The checks of the controls that a binder lists, as its entries leave them. */
class Checks {
  readonly #against: Against;
  readonly #observed: readonly Observation[];
  readonly #linked: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #evidence: readonly string[];
  readonly #places: ReadonlyMap<string, ExtractEntry>;
  #next = 0;

  constructor(against: Against, observed: readonly Observation[], evidence: readonly ShownEvidence[]) {
    this.#against = against;
    this.#observed = observed;
    this.#linked = linksIn(against.ledger);
    this.#evidence = evidence.map(({ id }) => id);
    this.#places = new Map(
      against.extract.entries.map((one) => {
        const { writer, seq } = chainPlace(one);
        return [positionOf(writer, seq), one] as const;
      }),
    );
  }

  controls(): ShownControl[] {
    const byTarget = this.#worked();
    const { included } = this.#against.manifest;
    return included
      .filter(({ kind }) => kind === 'control')
      .map(({ id, label }) => {
        const worked = byTarget.get(id) ?? [];
        const said = this.#said('control-label', this.#next);
        const assessments = worked.map((one) => this.#check(one));
        return { id, ...namesIn(label, said), assessments };
      });
  }

  #worked(): Map<string, Worked[]> {
    const { ledger, extract } = this.#against;
    const byTarget = new Map<string, Worked[]>();
    for (const id of [...ledger.ids('assessment')].sort()) {
      const held = ledger.held(`assessment:${id}`, 'about');
      const about = typeof held === 'string' ? undefined : AssessmentAbout.safeParse(held.value).data;
      if (about?.engagement !== extract.engagement) continue;
      byTarget.set(about.target, [...(byTarget.get(about.target) ?? []), { id, subject: about.subject }]);
    }
    return byTarget;
  }

  #check({ id, subject }: Worked): ShownCheck {
    const { extract } = this.#against;
    const at = this.#next;
    this.#next += 1;
    const linked = this.#linked.get(id) ?? new Set();
    const values = Object.hasOwn(extract.signed, id) ? extract.signed[id] : undefined;
    const told = this.#said('digest', at);
    const signOffs = extract.signOffs.filter(({ record }) => record === id);
    const digest = values === undefined ? told : signOffDigest(sha256, values);
    return {
      subject: this.#subject(subject),
      result: Result.safeParse(this.#held(id, 'result')).data ?? 'not-reviewed',
      status: this.#status(id, digest, signOffs) ?? this.#statusSaid(at, signOffs),
      method: Method.safeParse(this.#held(id, 'method')).data ?? null,
      note: this.#note(id),
      digest,
      evidence: this.#evidence.filter((one) => linked.has(one)),
      signOffs: signOffs.map(({ at: when, verdict, byName, note }) => ({
        ...{ at: when, verdict, by: byName, note },
      })),
    };
  }

  #held(id: string, field: string): unknown {
    const held = this.#against.ledger.held(`assessment:${id}`, field);
    return typeof held === 'string' ? null : held.value;
  }

  #note(id: string): string {
    const { list = [] } = this.#against.manifest.redaction ?? {};
    const redaction = list.find((one) => one.kind === 'note' && one.id === id);
    if (redaction) return redactedWords(redaction.reason);
    return z.string().safeParse(this.#held(id, 'note')).data ?? '';
  }

  /** A subject under the name that its id is derived from. */
  #subject(id: string): string {
    const { ledger, extract } = this.#against;
    const held = ledger.held(`subject:${id}`, 'about');
    const name = typeof held === 'string' ? undefined : SubjectAbout.safeParse(held.value).data?.name;
    return name !== undefined && deriveId(sha256, 'subject', extract.engagement, name) === id ? name : '';
  }

  /** Where a check stands in its review, by its sign-offs and by whose values they are of; null where some is hidden. */
  #status(id: string, digest: string, signOffs: LedgerExtract['signOffs']): Status | null {
    const { contributors, extract } = this.#against;
    const { written, certain } = contributors.toCheck(id);
    const counting = signOffs.filter(({ baseless }) => baseless === undefined);
    const facts = counting.flatMap((one) => this.#fact(one) ?? []);
    if (!certain || facts.length < counting.length) return null;
    const members = new Map(extract.writers.map(({ id: writer, member }) => [writer, member]));
    const hands = written.flatMap(({ writer }) => members.get(writer) ?? []);
    return reviewState({ digest, contributors: hands, signOffs: facts }).status;
  }

  #fact({ id, writer, seq, capacity, verdict, by, digest }: ExtractSignOff): SignOffFact | null {
    const at = this.#places.get(positionOf(writer, seq));
    const stated = at?.values.find((value) => wordOf(value?.value, 'digest') === digest);
    return stated ? { id, capacity, verdict, by, digest, after: seenIn(stated.value) } : null;
  }

  /** Where a check is said to stand, as far as a sign-off stands that this takes; who else worked on it is not told. */
  #statusSaid(at: number, signOffs: LedgerExtract['signOffs']): Status {
    const said = Status.safeParse(this.#said('status', at)).data ?? 'draft';
    const stands = signOffs.filter(({ verdict, voided }) => verdict === 'signed' && !voided);
    const prepared = stands.some(({ capacity }) => capacity === 'preparer');
    const accepted = prepared && stands.some(({ capacity }) => capacity !== 'preparer');
    const returned = signOffs.some(({ verdict }) => verdict === 'returned');
    const may = { draft: !prepared, submitted: prepared, accepted, returned };
    return may[said] ? said : prepared ? 'submitted' : 'draft';
  }

  #said(name: string, at: number): string {
    return this.#observed[at]?.props.find((prop) => prop.name === name)?.value ?? '';
  }
}

interface Worked {
  readonly id: string;
  readonly subject: string;
}

/** Label and title of a control, which the manifest lists as one; where the one ends is told by the twin. */
function namesIn(listed: string, said: string): Pick<ShownControl, 'label' | 'title'> {
  for (const { index } of listed.matchAll(/ /g))
    if (oneLine(listed.slice(0, index)) === said)
      return { label: listed.slice(0, index), title: listed.slice(index + 1) };
  return { label: listed, title: '' };
}
