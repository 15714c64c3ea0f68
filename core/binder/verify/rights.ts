import type { Checkpoint, LedgerExtract } from '../../../shared/domain/binder.ts';
import { mayAccess, maySignAs } from '../../../shared/domain/permissions.ts';
import { CAPACITIES } from '../../../shared/domain/results.ts';
import { REVOKED, RoleGrant, rightFlaw, roleOf } from '../../../shared/ledger/authority.ts';
import type { Json } from '../../../shared/ledger/canonical.ts';
import { inOrder } from '../../../shared/ledger/circles.ts';
import type { Position, Vector } from '../../../shared/ledger/entry.ts';
import { type KnownGrant, Roles, type RolesAt } from '../../../shared/ledger/roles.ts';
import type { Authors } from './authors.ts';
import type { Findings } from './findings.ts';
import { type KnownEntry, positionOf, whereOf } from './ledger-entries.ts';
import type { Placing } from './placing.ts';

type Role = RoleGrant['role'];
type Grant = KnownGrant & { readonly member: string; readonly applied: boolean };

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
  readonly #given: ReadonlyMap<string, readonly Grant[]>;
  readonly #roles: Roles;
  /** By entry what its author knew against it, and what else is; while it is asked, that it leads back to itself. */
  readonly #flaws = {
    known: new Map<KnownEntry, string | null>(),
    standing: new Map<KnownEntry, string | null>(),
  };

  constructor(files: Files) {
    this.#files = files;
    const { extract, entries, authors } = files;
    this.#authors = new Map(
      extract.writers.map(({ id, member, memberName: name }) => [id, { member, name }]),
    );
    this.#histories = new Histories(files.placing);
    const grants = [...entries.values()].flatMap((entry) => this.#grantsIn(entry));
    this.#given = Map.groupBy(grants, ({ member }) => member);
    const memberOf = (writer: string) => this.#authors.get(writer)?.member;
    const founder = [...this.#authors].find(([writer]) => positionOf(writer, 1) === authors.founded);
    this.#roles = new Roles({
      given: (member) => this.#of(member),
      authorOf: ([writer, seq]) => {
        const member = memberOf(writer);
        return member === undefined ? null : { member, history: this.#histories.at({ writer, seq }) };
      },
      founder: () => founder?.[1].member,
    });
  }

  check(findings: Findings): Former {
    const listed = new Set(this.#files.extract.signOffs.map(({ id }) => `signoff:${id}`));
    const former = new Set<string>();
    const doubtful = new Set<string>();
    this.#judgeGivers();
    for (const entry of this.#files.entries.values()) {
      if (!entry.sound) continue;
      const flaw = this.#flawOf(entry);
      const because = flaw ?? (this.#maySignNoMore(entry, listed) ? REVOKED : null);
      if (because === null) continue;
      const { writer, seq, ops } = entry.form;
      // It is here because a later sign-off names it, or is of what it wrote, and counts for nobody.
      const acts = ops.filter(({ record }) => !record.startsWith('late:'));
      const isNamed = acts.every(({ record }) => isUnlisted(record, listed));
      if (
        because === REVOKED &&
        (isNamed || acts.some(({ record }) => WORK.test(record) || isOfMember(record)))
      ) {
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
    const role = roleOf(this.#of(member).filter(({ applied }) => applied));
    const verdict = role === 'none' ? null : mayAccess(role, 'prepare');
    if (verdict?.allowed) return;
    const because = verdict?.because ?? 'Its signer was no member.';
    const message = `${memberName} had no right to compose this binder: ${because.replace(/\.$/, '')}.`;
    findings.add('author-right', 'ledger checkpoint', message);
  }

  /** Each after those whose roles it may rest on: a chain of them may be longer than the stack. */
  #judgeGivers(): void {
    const { entries } = this.#files;
    for (const { at } of [...this.#given.values()].flat()) {
      const entry = entries.get(positionOf(...at));
      if (entry === undefined || this.#flaws.known.has(entry)) continue;
      for (const each of inOrder(entry, (one) => this.#restsOn(one), this.#flaws.known)) this.#flawBy(each);
    }
  }

  /** The entries that gave the roles of an entry's author and of those whom it gives one. */
  *#restsOn({ form }: KnownEntry): Generator<KnownEntry> {
    const at: Position = [form.writer, form.seq];
    const { member = '' } = this.#authors.get(form.writer) ?? {};
    const others = form.ops.map(({ record }) => record).filter(isOfMember);
    for (const one of new Set([member, ...others.map((record) => record.slice('member:'.length))]))
      for (const place of this.#roles.placesBefore(one, at, this.#histories.at(form))) {
        const entry = this.#files.entries.get(positionOf(...place));
        if (entry !== undefined) yield entry;
      }
  }

  #flawBy(entry: KnownEntry): string | null {
    return kept(this.#flaws.known, entry, () => this.#flawKnown(entry));
  }

  #flawOf(entry: KnownEntry): string | null {
    return this.#flawBy(entry) ?? kept(this.#flaws.standing, entry, () => this.#flawStanding(entry));
  }

  /** What its author knew to have no right to. */
  #flawKnown({ form, extract: { values } }: KnownEntry): string | null {
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
    const role = this.#known(member, form);
    return rightFlaw({ member, role }, action, shownIn(form, values)) ?? this.#overOwners(form, role);
  }

  /** Whether the role that stands after all gives no right to it. */
  #flawStanding(entry: KnownEntry): string | null {
    const { form, extract } = entry;
    const { recovered, founded } = this.#files.authors;
    const place = positionOf(form.writer, form.seq);
    if (place === founded || recovered.has(place)) return null;
    const { member = '' } = this.#authors.get(form.writer) ?? {};
    const { known, standing } = this.#rolesOf(entry);
    if (standing === known) return null;
    const ops = shownIn(form, extract.values);
    if (rightFlaw({ member, role: standing }, form.action, ops) === null) return null;
    return this.#roles.takes(form.ops, [form.writer, form.seq]) ? null : REVOKED;
  }

  #known(member: string, at: Place): Role {
    return this.#roles.roleKnown(member, [at.writer, at.seq], this.#histories.at(at));
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
  #rolesOf({ form }: KnownEntry): RolesAt {
    const { member = '' } = this.#authors.get(form.writer) ?? {};
    return this.#roles.rolesAt(member, [form.writer, form.seq], this.#histories.at(form));
  }

  #grantsIn(entry: KnownEntry): Grant[] {
    const { form, extract, sound } = entry;
    if (!sound) return [];
    const isMeant = () => this.#flawBy(entry) === null;
    const isApplied = () => this.#flawOf(entry) === null;
    return form.ops.flatMap(({ record, field, parents }, i) => {
      if (field !== 'role' || !isOfMember(record)) return [];
      const { data } = RoleGrant.safeParse(extract.values[i]?.value);
      if (data === undefined) return [];
      const grant = { ...data, cutoff: this.#files.placing.vectorAt(form, data.cutoff) };
      return [
        {
          ...{ member: record.slice('member:'.length), at: [form.writer, form.seq], parents, grant },
          get meant() {
            return isMeant();
          },
          get applied() {
            return isApplied();
          },
        },
      ];
    });
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
    const { known, standing } = this.#rolesOf(entry);
    if (known === standing || known === 'none') return false;
    return CAPACITIES.filter((one) => one !== 'preparer' || !form.action.startsWith('review.return@')).some(
      (capacity) =>
        maySignAs(known, capacity).allowed && (standing === 'none' || !maySignAs(standing, capacity).allowed),
    );
  }

  /** Whether there is a capacity in which its author could sign it by either role: then it may be one that counts. */
  #maySignStill(entry: KnownEntry): boolean {
    const { known, standing } = this.#rolesOf(entry);
    const roles = [known, standing];
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
      const { known, standing } = this.#rolesOf(entry);
      const because = [known, standing].flatMap((role) => {
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

const isOfMember = (record: string): boolean => record.startsWith('member:');

/** An entry's operations with the values that are shown. */
const shownIn = (form: KnownEntry['form'], values: KnownEntry['extract']['values']) =>
  form.ops.map(({ record, field }, i) => {
    const shown = values[i] ?? null;
    return { record, field, ...(shown === null ? {} : { value: shown.value as Json }) };
  });

/** A flaw that is looked for once. What leads back to itself while it is looked for had no beginning. */
function kept(
  flaws: Map<KnownEntry, string | null>,
  entry: KnownEntry,
  find: () => string | null,
): string | null {
  const known = flaws.get(entry);
  if (known !== undefined) return known;
  flaws.set(entry, 'its author’s right leads back to itself');
  const flaw = find();
  flaws.set(entry, flaw);
  return flaw;
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
