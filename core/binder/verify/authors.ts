import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Checkpoint, LedgerExtract } from '../../../shared/domain/binder.ts';
import { canonicalBytes, type Json } from '../../../shared/ledger/canonical.ts';
import type { Findings } from './findings.ts';
import { type EntryForm, hashOrNone, type KnownEntry, positionOf, whereOf } from './ledger-entries.ts';
import { isSigned, keyIdOf } from './ledger-key.ts';
import type { Placing } from './placing.ts';

/** Whose keys and names the ledger itself tells, back to whoever founded the workspace. */
export interface Authors {
  /** Members by the ids of the ledger keys that are proven to be theirs. */
  readonly memberOfKey: ReadonlyMap<string, string>;
  /** What those members are called, by somebody who was entitled to say so. */
  readonly namesOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** The place of the entry that began the workspace, where its founder is shown to have written it. */
  readonly founded: string | null;
  /** Places of entries that the recovery key signed. */
  readonly recovered: ReadonlySet<string>;
  /** Whether every entry was signed by its author, and every name is one the ledger shows. */
  readonly proven: boolean;
}

interface Files {
  readonly extract: LedgerExtract;
  readonly entries: ReadonlyMap<string, KnownEntry>;
  readonly checkpoint: Checkpoint;
  readonly placing: Placing;
}

type Seal = LedgerExtract['seals'][number];

/** An entry or the bare form of one, as far as a seal concerns it. */
interface Linked {
  readonly form: EntryForm;
  readonly hash: string;
  /** Its values, as far as they are here. */
  readonly values: readonly unknown[];
}

const CREATE = 'workspace.create@1';
const RECOVER = 'member.recover@1';
const OWN_KEY = 'member.key@1';

// Read anew here, not taken from the ledger's code.
const Key = z.looseObject({ ledger: z.string() });
const Genesis = z.looseObject({ nonce: z.string(), founderKey: z.string(), recoveryKey: z.string() });
const Grant = z.looseObject({ role: z.string() });
const ENTITLED: ReadonlySet<string> = new Set(['owner', 'admin']);

const derived = (...parts: readonly string[]): string =>
  createHash('sha256')
    .update(canonicalBytes([...parts]))
    .digest('hex')
    .slice(0, 32);

/**
 * Who wrote what. A member's id commits to their first ledger key, each later key is signed with the one before or with
 * the recovery key, and the workspace's id commits to the founder, from whom every right to name members comes. Each
 * entry has to lead, hash by hash, to the end of a segment that its author signed.
 */
export function checkAuthors(files: Files, findings: Findings): Authors {
  return new Authorship(files, findings).check();
}

class Authorship {
  readonly #files: Files;
  readonly #findings: Findings;
  readonly #linked = new Map<string, Linked>();
  /** The member who signed an entry, by its place. */
  readonly #signed = new Map<string, { member: string; recovery: boolean }>();
  readonly #keys = new Map<string, Set<string>>();
  #recoveryKey: string | null = null;
  #founder: string | null = null;
  #founded: string | null = null;
  #proven = true;

  constructor(files: Files, findings: Findings) {
    this.#files = files;
    this.#findings = findings;
    for (const [position, { form, extract, sound }] of files.entries) {
      const values = sound ? extract.values.map((value) => value?.value) : [];
      this.#linked.set(position, { form, hash: hashOrNone(form, extract.entry), values });
    }
  }

  check(): Authors {
    this.#takeBetween();
    this.#checkWriters();
    this.#commitments();
    this.#openSeals();
    for (const [position, { form }] of this.#linked) {
      if (!this.#signed.has(position))
        this.#problem('author-signature', whereOf(form.writer, form.seq), UNSIGNED);
    }
    const namesOf = this.#names();
    this.#checkNames(namesOf);
    const memberOfKey = new Map(
      [...this.#keys].flatMap(([member, keys]) =>
        [...keys].map((publicKey): [string, string] => [keyIdOf({ publicKey }), member]),
      ),
    );
    const recovered = [...this.#signed].flatMap(([place, { recovery }]) => (recovery ? [place] : []));
    return {
      ...{ memberOfKey, namesOf, proven: this.#proven },
      ...{ founded: this.#founded, recovered: new Set(recovered) },
    };
  }

  #problem(code: 'author-signature' | 'author-name', where: string, message: string): void {
    this.#proven = false;
    this.#findings.add(code, where, message);
  }

  #takeBetween(): void {
    const { extract, placing } = this.#files;
    for (const [i, one] of extract.between.entries()) {
      const where = `hashed form number ${i + 1} of the extract`;
      const form = placing.formOf(one);
      const position = form && positionOf(form.writer, form.seq);
      if (!form || !position || form.workspace !== extract.workspace || this.#linked.has(position)) {
        this.#problem('author-signature', where, 'It leads to nothing that its author signed.');
        continue;
      }
      this.#linked.set(position, { form, hash: hashOrNone(form, one), values: [] });
    }
  }

  #checkWriters(): void {
    const { extract, placing } = this.#files;
    const { workspace, writers } = extract;
    for (const { id, member, device, incarnation } of writers) {
      if (derived('writer', workspace, member, device, incarnation) === placing.chains.baseOf(id)) continue;
      const message = 'A writer of the ledger is told as another member’s than its id stands for.';
      this.#problem('author-signature', `ledger writer ${id.slice(0, 8)}`, message);
    }
  }

  /** The keys that ids commit to: they need nobody's word. */
  #commitments(): void {
    const { workspace } = this.#files.extract;
    for (const { record, field, value } of this.#operations()) {
      if (field !== 'key' || !record.startsWith('member:')) continue;
      const { data } = Key.safeParse(value);
      const member = record.slice('member:'.length);
      if (data && derived('member', workspace, data.ledger) === member) this.#addKey(member, data.ledger);
    }
  }

  *#operations(): Generator<{ at: Linked; record: string; field: string; value: unknown }> {
    for (const at of this.#linked.values())
      for (const [i, { record, field }] of at.form.ops.entries())
        if (at.values[i] !== undefined) yield { at, record, field, value: at.values[i] };
  }

  #addKey(member: string, key: string): void {
    this.#keys.set(member, (this.#keys.get(member) ?? new Set()).add(key));
  }

  /** One seal may bring the key of another, so they are tried until none is left that can be opened. */
  #openSeals(): void {
    let closed = [...this.#files.extract.seals];
    for (;;) {
      const left = closed.filter((seal) => !this.#open(seal));
      if (left.length === closed.length) break;
      closed = left;
    }
    for (const { header } of closed) {
      const message = 'No key that is shown to be its author’s signed this segment of the ledger.';
      this.#problem(
        'author-signature',
        `ledger segment ${header.writer.slice(0, 8)}:${header.from}`,
        message,
      );
    }
  }

  #open(seal: Seal): boolean {
    const { header } = seal;
    const { workspace, writers } = this.#files.extract;
    const writer = writers.find(({ id }) => id === header.writer);
    const own =
      header.workspace === workspace &&
      writer?.member === header.member &&
      writer.device === header.device &&
      writer.incarnation === header.incarnation;
    if (!own) return false;
    const covered = this.#covered(seal);
    const recovery = covered.every(({ form }) => form.action === RECOVER);
    const keys = recovery ? [this.#recoveryKey] : [...(this.#keys.get(header.member) ?? [])];
    if (covered.length === 0 || !keys.some((key) => key !== null && isSealedBy(seal, key))) return false;
    for (const linked of covered) this.#take(linked, header.member, recovery);
    return true;
  }

  /** What leads to the signed head: walked back from it, hash by hash, as far as there are forms. */
  #covered(seal: Seal): Linked[] {
    const { header } = seal;
    const { placing } = this.#files;
    const end = { writer: placing.chainOf(seal), seq: header.from + header.count - 1 };
    const covered: Linked[] = [];
    let expected = header.head;
    for (let seq = end.seq; seq >= header.from; seq -= 1) {
      const { writer } = placing.chains.onLine(end, seq);
      const linked = this.#linked.get(positionOf(writer, seq));
      if (linked?.hash !== expected) return covered;
      covered.push(linked);
      expected = linked.form.prev;
    }
    return expected === header.previous ? covered : [];
  }

  #take(linked: Linked, member: string, recovery: boolean): void {
    const { form, values } = linked;
    this.#signed.set(positionOf(form.writer, form.seq), { member, recovery });
    const { workspace } = this.#files.extract;
    for (const [i, { record, field }] of form.ops.entries()) {
      if (record === `workspace:${workspace}` && field === 'genesis' && form.action === CREATE)
        this.#takeGenesis(values[i], member, positionOf(form.writer, form.seq));
      if (record !== `member:${member}` || field !== 'key') continue;
      const { data } = Key.safeParse(values[i]);
      if (data && (form.action === OWN_KEY || recovery)) this.#addKey(member, data.ledger);
    }
  }

  #takeGenesis(value: unknown, member: string, place: string): void {
    const { workspace } = this.#files.extract;
    const { data } = Genesis.safeParse(value);
    if (!data || derived('workspace', data.nonce, data.founderKey) !== workspace) return;
    if (derived('member', workspace, data.founderKey) !== member) return;
    this.#founder = member;
    this.#founded = place;
    this.#recoveryKey = data.recoveryKey;
  }

  /** What members are called by whoever was entitled to name them: the founder, and those who came to it from there. */
  #names(): Map<string, Set<string>> {
    const entitled = new Set(this.#founder === null ? [] : [this.#founder]);
    const said = [...this.#operations()].flatMap(({ at, record, field, value }) => {
      const author = this.#signed.get(positionOf(at.form.writer, at.form.seq));
      if (!author || author.recovery || !record.startsWith('member:')) return [];
      return [{ by: author.member, member: record.slice('member:'.length), field, value }];
    });
    for (let known = -1; known !== entitled.size; ) {
      known = entitled.size;
      for (const { by, member, field, value } of said) {
        const role = field === 'role' ? Grant.safeParse(value).data?.role : undefined;
        if (role !== undefined && ENTITLED.has(role) && entitled.has(by)) entitled.add(member);
      }
    }
    const names = new Map<string, Set<string>>();
    for (const { by, member, field, value } of said) {
      if (field !== 'name' || typeof value !== 'string' || !entitled.has(by)) continue;
      names.set(member, (names.get(member) ?? new Set()).add(value));
    }
    return names;
  }

  #checkNames(names: ReadonlyMap<string, ReadonlySet<string>>): void {
    const { extract, checkpoint } = this.#files;
    const told = new Map(
      [...extract.writers, checkpoint].map((one) => [`${one.member} ${one.memberName}`, one]),
    );
    for (const { member, memberName } of told.values()) {
      if (names.get(member)?.has(memberName)) continue;
      const message = `The ledger does not show that the member ${member.slice(0, 8)} is called ${memberName}.`;
      this.#problem('author-name', `member ${memberName}`, message);
    }
    if (this.#keys.get(checkpoint.member)?.has(checkpoint.publicKey)) return;
    this.#proven = false;
    const message = `The key that signed the ledger checkpoint is not shown to be ${checkpoint.memberName}’s.`;
    this.#findings.add('checkpoint-signature', 'ledger checkpoint', message);
  }
}

const UNSIGNED = 'Nothing here shows that its author signed this ledger entry.';

const isSealedBy = ({ header, signature }: Seal, publicKey: string): boolean =>
  keyIdOf({ publicKey }) === header.keyId &&
  isSigned({
    body: header as unknown as Json,
    publicKey,
    signature: Buffer.from(signature, 'hex').toString('base64url'),
  });
