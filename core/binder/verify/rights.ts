import type { Checkpoint, LedgerExtract } from '../../../shared/domain/binder.ts';
import { mayAccess, maySignAs } from '../../../shared/domain/permissions.ts';
import { CAPACITIES } from '../../../shared/domain/results.ts';
import {
  isWithin,
  outranks,
  type PlacedGrant,
  REVOKED,
  RoleGrant,
  reaches,
  rightFlaw,
  roleOf,
} from '../../../shared/ledger/authority.ts';
import type { Json } from '../../../shared/ledger/canonical.ts';
import type { Vector } from '../../../shared/ledger/entry.ts';
import type { Authors } from './authors.ts';
import type { Findings } from './findings.ts';
import { type KnownEntry, positionOf, whereOf } from './ledger-entries.ts';
import type { Placing } from './placing.ts';

type Role = RoleGrant['role'];
type Grant = PlacedGrant & { readonly member: string; readonly entry: KnownEntry };

/** The member who is told as an author, and what the author of a segment knew. */
interface Author {
  readonly member: string;
  readonly name: string;
}

const CREATE = 'workspace.create@1';
const RECOVER = 'member.recover@1';
const BEGINNING: ReadonlySet<string> = new Set(['workspace', 'member', 'device']);

interface Files {
  readonly extract: LedgerExtract;
  readonly entries: ReadonlyMap<string, KnownEntry>;
  readonly authors: Authors;
  readonly checkpoint: Checkpoint;
  readonly placing: Placing;
  /** Whether the binder says that it redacts what stands in a sign-off or a return. */
  readonly redacts: boolean;
}

/** Places of entries that count no more, since their author's access had ended before. */
export interface Former {
  readonly former: ReadonlySet<string>;
  /** Those of them of which a redaction hides whether they are what their author had lost the right to. */
  readonly doubtful: ReadonlySet<string>;
}

/**
 * Whether each author had the right to what they wrote, by the rules of the ledger and the grants that are here: in the
 * role that the author knew to have, and in the one that stands after all. A grant counts once its giver is shown to have
 * had the right to it, back to the founder. Answers the places of the sign-offs and of the work that count no more, since
 * their author's access had ended before.
 */
export function checkRights(files: Files, findings: Findings): Former {
  return new Rights(files).check(findings);
}

class Rights {
  readonly #files: Files;
  readonly #authors: ReadonlyMap<string, Author>;
  /** By place what the author of a segment knew of others. */
  readonly #histories: Histories;
  readonly #grants: Grant[];
  #given: ReadonlyMap<string, readonly Grant[]> = new Map();

  constructor(files: Files) {
    this.#files = files;
    const { extract, entries } = files;
    this.#authors = new Map(
      extract.writers.map(({ id, member, memberName: name }) => [id, { member, name }]),
    );
    this.#histories = new Histories(files.placing);
    this.#grants = [...entries.values()].flatMap((entry) => grantsIn(entry, files.placing));
  }

  check(findings: Findings): Former {
    this.#takeGiven();
    const listed = new Set(this.#files.extract.signOffs.map(({ id }) => `signoff:${id}`));
    const former = new Set<string>();
    const doubtful = new Set<string>();
    for (const entry of this.#files.entries.values()) {
      if (!entry.sound) continue;
      const flaw = this.#flawOf(entry);
      const because = flaw ?? (this.#maySignNoMore(entry, listed) ? REVOKED : null);
      if (because === null) continue;
      const { writer, seq, ops } = entry.form;
      // It is here because a later sign-off names it, or is of what it wrote, and counts for nobody.
      const acts = ops.filter(({ record }) => !record.startsWith('late:'));
      const isNamed = acts.every(({ record }) => isUnlisted(record, listed));
      if (because === REVOKED && (isNamed || acts.some(({ record }) => WORK.test(record)))) {
        former.add(positionOf(writer, seq));
        if (flaw === null && this.#maySignStill(entry)) doubtful.add(positionOf(writer, seq));
        continue;
      }
      const message = `${this.#authors.get(writer)?.name ?? 'Its author'} had no right to this ledger entry: ${because.replace(/\.$/, '')}.`;
      findings.add('author-right', whereOf(writer, seq), message);
    }
    this.#checkHiddenSignOffs(findings);
    this.#checkComposer(findings);
    return { former, doubtful };
  }

  /** Whoever composes a binder has to have the right to prepare, by all that is here. */
  #checkComposer(findings: Findings): void {
    const { member, memberName } = this.#files.checkpoint;
    const role = roleOf(this.#of(member));
    const verdict = role === 'none' ? null : mayAccess(role, 'prepare');
    if (verdict?.allowed) return;
    const because = verdict?.because ?? 'Its signer was no member.';
    const message = `${memberName} had no right to compose this binder: ${because.replace(/\.$/, '')}.`;
    findings.add('author-right', 'ledger checkpoint', message);
  }

  /** Grants whose givers had the right to them; one may give the right to another, so until none is added. */
  #takeGiven(): void {
    const given = new Set<Grant>();
    for (let left = this.#grants, before = -1; left.length !== before; ) {
      before = left.length;
      for (const grant of left) if (this.#flawOf(grant.entry) === null) given.add(grant);
      left = left.filter((grant) => !given.has(grant));
      this.#given = Map.groupBy(given, ({ member }) => member);
    }
  }

  #flawOf({ form, extract: { values } }: KnownEntry): string | null {
    const { writer, seq, action } = form;
    const { recovered, founded } = this.#files.authors;
    const place = positionOf(writer, seq);
    if (action === CREATE) {
      const only = form.ops.every(({ record }) => BEGINNING.has(record.slice(0, record.indexOf(':'))));
      return founded === place && seq === 1 && only ? null : 'a workspace begins once';
    }
    if (action === RECOVER || recovered.has(place)) {
      const own = form.ops.length === 1 && form.ops[0]?.field === 'key';
      return recovered.has(place) && action === RECOVER && own
        ? null
        : 'a recovery is signed by the recovery key';
    }
    const { member = '' } = this.#authors.get(writer) ?? {};
    const ops = form.ops.map(({ record, field }, i) => {
      const shown = values[i] ?? null;
      return { record, field, ...(shown === null ? {} : { value: shown.value as Json }) };
    });
    const known = this.#known(member, form);
    const flaw = rightFlaw({ member, role: known }, action, ops) ?? this.#overOwners(form, known);
    if (flaw !== null) return flaw;
    const standing = this.#standing(member, form, known);
    if (standing === known) return null;
    return rightFlaw({ member, role: standing }, action, ops) === null ? null : REVOKED;
  }

  #known(member: string, at: Place): Role {
    const history = this.#histories.at(at);
    return roleOf(this.#of(member).filter((grant) => isWithin(history, grant.at, [at.writer, at.seq])));
  }

  /** A revocation binds the entries beyond its cutoff also where their author pretends not to have heard of it. */
  #standing(member: string, at: Place, known: Role): Role {
    const history = this.#histories.at(at);
    const place = [at.writer, at.seq] as const;
    return roleOf(
      this.#of(member).filter(
        ({ at: given, grant, entry }) =>
          isWithin(history, given, place) || (reaches(grant, place) && this.#binds(entry, known)),
      ),
    );
  }

  /** A revocation binds those who do not outrank its giver, unless somebody above had ended the giver's access before. */
  #binds({ form }: KnownEntry, over: Role): boolean {
    const giver = this.#giver(form);
    if (!outranks(giver.role, over)) return false;
    if (giver.founder) return true;
    return !this.#of(giver.member).some(({ grant, entry }) => {
      if (!reaches(grant, [form.writer, form.seq]) || outranks(grant.role, 'admin')) return false;
      const by = this.#giver(entry.form);
      return by.role === 'owner' && (giver.role !== 'owner' || by.founder);
    });
  }

  #giver(form: KnownEntry['form']) {
    const member = this.#authors.get(form.writer)?.member ?? '';
    const founder = [...this.#authors].some(
      ([writer, author]) => author.member === member && positionOf(writer, 1) === this.#files.authors.founded,
    );
    return { member, founder, role: this.#known(member, form) };
  }

  #overOwners(form: KnownEntry['form'], role: Role): string | null {
    if (role === 'owner') return null;
    const over = form.ops.some(
      ({ record, field }) =>
        field === 'role' &&
        record.startsWith('member:') &&
        this.#known(record.slice('member:'.length), form) === 'owner',
    );
    return over ? 'only an owner changes what an owner may do' : null;
  }

  #of(member: string): readonly Grant[] {
    return this.#given.get(member) ?? [];
  }

  /** The role that an author knew to have, and the one that stands after all. */
  #roles({ form }: KnownEntry): [known: Role, standing: Role] {
    const { member = '' } = this.#authors.get(form.writer) ?? {};
    const known = this.#known(member, form);
    return [known, this.#standing(member, form, known)];
  }

  /**
   * Whether a sign-off that no list names, and whose capacity a redaction hides, may be one of somebody who had lost the
   * right to it before.
   */
  #maySignNoMore(entry: KnownEntry, listed: ReadonlySet<string>): boolean {
    const { form, extract } = entry;
    const hidden = form.ops.some(
      ({ record }, i) => isUnlisted(record, listed) && (extract.values[i] ?? null) === null,
    );
    if (!hidden || !this.#files.redacts) return false;
    const [known, standing] = this.#roles(entry);
    if (known === standing || known === 'none') return false;
    return CAPACITIES.filter((one) => one !== 'preparer' || !form.action.startsWith('review.return@')).some(
      (capacity) =>
        maySignAs(known, capacity).allowed && (standing === 'none' || !maySignAs(standing, capacity).allowed),
    );
  }

  /** Whether there is a capacity in which its author could sign it by either role: then it may be one that counts. */
  #maySignStill(entry: KnownEntry): boolean {
    const roles = this.#roles(entry);
    return CAPACITIES.some((capacity) =>
      roles.every((role) => role !== 'none' && maySignAs(role, capacity).allowed),
    );
  }

  /** What a redaction hides of a sign-off cannot be judged; what it is told as, can. */
  #checkHiddenSignOffs(findings: Findings): void {
    const { extract, entries } = this.#files;
    for (const { id, writer, seq, capacity, label, byName } of extract.signOffs) {
      const entry = entries.get(positionOf(writer, seq));
      const at = entry?.form.ops.findIndex(({ record }) => record === `signoff:${id}`) ?? -1;
      if (entry === undefined || at < 0 || (entry.extract.values[at] ?? null) !== null) continue;
      const because = this.#roles(entry).flatMap((role) => {
        const verdict = role === 'none' ? null : maySignAs(role, capacity);
        return verdict === null || verdict.allowed ? [] : [verdict.because];
      });
      if (because[0] === undefined) continue;
      const message = `${byName} had no right to sign ${label} as ${capacity}: ${because[0].replace(/\.$/, '')}.`;
      findings.add('author-right', `sign-off ${label} as ${capacity}`, message);
    }
  }
}

/** What somebody signs off is made of these; an action that touches them may touch other records beside them. */
const WORK = /^(assessment|subject|link|evidence|custody|proof|renewal):/;

const isUnlisted = (record: string, listed: ReadonlySet<string>): boolean =>
  record.startsWith('signoff:') && !listed.has(record);

type Place = Pick<KnownEntry['form'], 'writer' | 'seq'>;

function grantsIn(entry: KnownEntry, placing: Placing): Grant[] {
  const { form, extract, sound } = entry;
  if (!sound) return [];
  return form.ops.flatMap(({ record, field, parents }, i) => {
    if (field !== 'role' || !record.startsWith('member:')) return [];
    const { data } = RoleGrant.safeParse(extract.values[i]?.value);
    if (data === undefined) return [];
    const grant = { ...data, cutoff: placing.vectorAt(form, data.cutoff) };
    return [{ member: record.slice('member:'.length), at: [form.writer, form.seq], parents, grant, entry }];
  });
}

/** What the author of each segment knew of other chains: the newest administrative entries, by its header. */
class Histories {
  readonly #placing: Placing;
  readonly #known = new Map<string, Vector>();

  constructor(placing: Placing) {
    this.#placing = placing;
  }

  at({ writer, seq }: Place): Vector {
    const place = positionOf(writer, seq);
    const known = this.#known.get(place);
    if (known !== undefined) return known;
    const history = this.#placing.knownAt({ writer, seq });
    this.#known.set(place, history);
    return history;
  }
}
