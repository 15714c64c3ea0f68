import { sha256 } from '../../core/ledger/keys.ts';
import type { Database } from '../../db/driver.ts';
import { adminVector, knownVector } from '../../db/queries/ledger.ts';
import { all } from '../../db/sql.ts';
import {
  addedId,
  addedPrefix,
  assessmentId,
  begunId,
  deriveId,
  joinedDeviceId,
} from '../../shared/domain/identity.ts';
import { isProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import { ACTIONS } from '../../shared/ledger/actions.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { GENESIS_HASH, type Position, type WriterIdentity, writerId } from '../../shared/ledger/entry.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { FIELDS } from '../../shared/ledger/fields.ts';
import type { CarriedSegment } from '../../shared/ledger/segment.ts';
import { type CraftedEntry, check, craft, type Replica } from '../support/replicas.ts';
import { valueFor } from './crafted-values.ts';
import { pick, type Roll } from './history.ts';

type Op = CraftedEntry['ops'][number];
type Tip = { readonly from: number; readonly previous: string };

/** Moments at the ends of what a clock can say. */
const ENDS_OF_TIME = ['0000-01-01T00:00:00.000Z-0000', '9999-12-31T23:59:59.999Z-ffff'];
const NO_MOMENT = '2026-03-01T24:00:00.000Z-0000';
const NO_ACTIONS = ['from.later@9', 'constructor'];
/** Fields that a record begins with: they replace nothing. */
const BEGINNINGS = ['fact', 'of', 'begun'];

/** What stands in a copy that a forger knows, to be named in what they make up. */
interface Known {
  readonly db: Database;
  readonly records: readonly string[];
  /** Records and their ids. */
  readonly words: readonly string[];
}

/**
 * A device whose program is another: the key is a member's, and everything else is as they please. A careful one names
 * one thing at a time, keeps its chain whole and tells truly what it knows; a wild one does not.
 */
export class Forger {
  readonly writer: string;
  readonly #as: Replica;
  readonly #roll: Roll;
  readonly #isWild: boolean;
  readonly #identity: WriterIdentity;
  /** Where the chain ended at some time; the last is where it ends now. */
  readonly #tips: Tip[] = [];
  #tip: Tip = { from: 1, previous: GENESIS_HASH };

  constructor(as: Replica, roll: Roll, way: 'wild' | 'careful') {
    this.#as = as;
    this.#roll = roll;
    this.#isWild = way === 'wild';
    this.#identity = { member: as.writer.member, device: `${way} one of ${as.name}`, incarnation: '1' };
    this.writer = writerId(sha256, as.workspace, this.#identity);
  }

  /** A segment that goes on somewhere in this chain, which for a wild one may have gone on from there before. */
  segment({ db }: Replica): CarriedSegment {
    const roll = this.#roll;
    const forks = this.#isWild && this.#tips.length > 0 && roll(6) === 0;
    const tip = forks ? pick(roll, this.#tips) : this.#tip;
    const known = knownIn(db);
    const entries = Array.from({ length: 1 + roll(3) }, (_, n) => this.#entry(known, tip.from + n));
    const segment = craft({
      ...{ workspace: this.#as.workspace, identity: this.#identity, key: this.#as.ledgerKey },
      ...{ admin: this.#admin(db), entries },
      ...tip,
    });
    this.#tips.push(tip);
    this.#tip = { from: tip.from + entries.length, previous: segment.header.head };
    return segment;
  }

  /** What of the administrators' work this device says it had before it. */
  #admin(db: Database): Record<string, number> {
    const roll = this.#roll;
    const known = Object.entries(adminVector(db));
    if (!this.#isWild || roll(3) > 0) return Object.fromEntries(known);
    const part = known.filter(() => roll(4) > 0).map(([id, seq]): [string, number] => [id, 1 + roll(seq)]);
    return Object.fromEntries(roll(8) === 0 ? [...part, ['f'.repeat(32), 1]] : part);
  }

  #entry(known: Known, seq: number): CraftedEntry {
    const roll = this.#roll;
    const isWild = this.#isWild;
    const ends = isWild ? [...ENDS_OF_TIME, NO_MOMENT] : ENDS_OF_TIME;
    const time = roll(2) === 0 ? undefined : pick(roll, ends);
    const action = pick(roll, isWild && roll(12) === 0 ? NO_ACTIONS : Object.keys(ACTIONS));
    const kinds = (Object.hasOwn(ACTIONS, action) && ACTIONS[action]?.touches) || Object.keys(FIELDS);
    const count = isWild ? 1 + roll(3) : 1;
    const ops = Array.from({ length: count }, () => this.#op(known, pick(roll, kinds), seq));
    return { action, ops: ops.flat(), ...(time === undefined ? {} : { time }) };
  }

  /** A value for some field of a kind; none where chance found none. */
  #op({ db, records, words }: Known, kind: string, seq: number): Op[] {
    const roll = this.#roll;
    const fields = FIELDS[kind] ?? {};
    const field = pick(roll, Object.keys(fields));
    const shape = fields[field];
    const made = shape === undefined ? undefined : valueFor(roll, shape, words);
    if (made === undefined) return [];
    const there = records.filter((record) => record.startsWith(`${kind}:`));
    const anywhere = () =>
      there.length > 0 && roll(8) > 0 ? pick(roll, there) : `${kind}:${pick(roll, words)}`;
    const { record, value } = (roll(12) > 0 ? this.#named(kind, field, made, seq) : null) ?? {
      record: anywhere(),
      value: made,
    };
    const begins = BEGINNINGS.includes(field) && roll(8) > 0;
    return [{ record, field, value, parents: begins ? [] : this.#parents(db, record, field, seq) }];
  }

  /** The record that a value stands for, with what the value has to say for it; null where any record will do. */
  #named(kind: string, field: string, made: Json, seq: number): { record: string; value: Json } | null {
    const { workspace, writer } = this.#as;
    if (field === 'fact') return this.#fact(kind, made, seq);
    const said = (made ?? {}) as Readonly<Record<string, Json>>;
    const text = (key: string) => (typeof said[key] === 'string' ? said[key] : '');
    const nonce = `${addedPrefix(this.writer, seq)}${this.#roll(3)}`;
    const stands = (id: string, value = made) => ({ record: `${kind}:${id}`, value });
    const derived = (...keys: string[]) => stands(deriveId(sha256, kind, ...keys.map(text)));
    if (field === 'of' && isProgrammeKind(kind) && kind !== 'section') {
      const engagement = text('engagement');
      return stands(addedId(sha256, kind, engagement, nonce), { engagement, nonce });
    }
    switch (`${kind} ${field}`) {
      case 'engagement begun':
        return stands(begunId(sha256, nonce), { nonce });
      case 'device about':
        return stands(joinedDeviceId(sha256, workspace, writer.member, nonce), {
          ...said,
          member: writer.member,
          nonce,
        });
      case 'member key':
        return this.#roll(2) === 0 ? stands(writer.member) : null;
      case 'assessment about':
        return stands(assessmentId(sha256, text('engagement'), text('target'), text('subject')));
      case 'link state':
        return derived('evidence', 'assessment');
      case 'proof state':
        return derived('evidence', 'record');
      case 'subject about':
        return derived('engagement', 'name');
      case 'framework import':
        return derived('blob');
      default:
        return kind === 'assessment' ? { record: check(this.#roll(5)).record, value: made } : null;
    }
  }

  /** A fact, mostly with the number of its entry where it has one. */
  #fact(kind: string, made: Json, seq: number): { record: string; value: Json } {
    const numbered = { ...(made as Record<string, Json>), seq };
    const isNumbered = FIELDS[kind]?.fact?.safeParse(numbered).success === true && this.#roll(4) > 0;
    const value = isNumbered ? numbered : made;
    return { record: `${kind}:${factId(sha256, kind, this.writer, value)}`, value };
  }

  /** What a value says it replaces: for a careful one what stands there, for a wild one anything. */
  #parents(db: Database, record: string, field: string, seq: number): Position[] {
    const roll = this.#roll;
    const sql = 'SELECT writer, seq FROM operation WHERE record = ? AND field = ?';
    const there = all<{ writer: string; seq: number }>(db, sql, record, field).map(
      (at): Position => [at.writer, at.seq],
    );
    if (!this.#isWild)
      return there.filter(([writer, at]) => writer !== this.writer || (at < seq && roll(2) === 0)).slice(-3);
    if (roll(4) === 0) return [];
    if (roll(3) > 0) return there.filter(() => roll(3) > 0);
    const [writer] = pick(roll, [[this.writer], ...Object.entries(knownVector(db))]);
    return [[writer as string, 1 + roll(seq + 2)]];
  }
}

function knownIn(db: Database): Known {
  const records = all<{ record: string }>(
    db,
    'SELECT DISTINCT record FROM operation ORDER BY writer, seq, idx',
  ).map(({ record }) => record);
  return { db, records, words: records.flatMap((record) => [record, record.slice(record.indexOf(':') + 1)]) };
}
