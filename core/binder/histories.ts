import { z } from 'zod';
import {
  type Branch,
  baseOf,
  branchById,
  branchesOf,
  forkedWriters,
  onLine,
  placeOfHash,
} from '../../db/queries/branches.ts';
import { operationsOf, type SegmentRow, segmentOf } from '../../db/queries/ledger.ts';
import { devices, memberNames } from '../../db/queries/people.ts';
import { refuse } from '../../shared/fault.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { type Place, type Shown, textOf } from './shown.ts';

/**
 * Where a writer whose entries are shown wrote several histories under the same numbers: shows how they part, and of each
 * that is needed every segment from there on, so that none of them can be taken for another, nor two be joined. And what
 * authors named of such a writer by its hash, so that it is told which history they meant.
 */
export class Histories {
  readonly #db: OpenWorkspace['db'];
  readonly #forked: ReadonlyMap<string, string>;
  readonly #led = new Set<string>();

  constructor(db: OpenWorkspace['db']) {
    this.#db = db;
    this.#forked = new Map(forkedWriters(db).map(({ writer, device }) => [writer, device]));
  }

  /** Whether a writer wrote several histories. */
  readonly isForked = ({ writer }: Pick<SegmentRow, 'writer'>): boolean => this.#forked.has(writer);

  /** Takes into an extract what tells the histories of its writers apart. */
  tellApart(shown: Shown): void {
    if (this.#forked.size === 0) return;
    for (let before = -1; before !== shown.size; ) {
      before = shown.size;
      const places = shown.places();
      const bases = new Set(places.map(({ writer }) => baseOf(this.#db, writer)));
      for (const base of bases) if (this.#forked.has(base)) this.#tellOf(base, shown);
      for (const place of places) {
        this.#lead(place, shown);
        for (const [writer, seq, hash] of this.#seenBy(place)) this.#point(bases, [writer, seq, hash], shown);
      }
      for (const { header } of shown.segments())
        for (const [writer, [seq, hash]] of Object.entries(header.heads ?? {}))
          this.#point(bases, [writer, seq, hash], shown);
    }
  }

  /** How its histories part, and what the device is called. */
  #tellOf(base: string, shown: Shown): void {
    shown.addField(`device:${this.#forked.get(base) ?? ''}`, 'about');
    for (const { id, after } of branchesOf(this.#db, base)) {
      const first = { writer: id, seq: after + 1 };
      shown.link(first);
      this.#lead(first, shown);
    }
  }

  /** The segments that lead back from a place to where its history parts from the others. */
  #lead(from: Place, shown: Shown): void {
    for (let place: Place | null = from; place !== null; place = this.#before(place, shown));
  }

  #before(place: Place, shown: Shown): Place | null {
    const { writer, seq } = place;
    const branch = branchById(this.#db, writer);
    if (branch === undefined || branch.base === branch.id || this.#led.has(textOf(place))) return null;
    this.#led.add(textOf(place));
    const segment = segmentOf(this.#db, writer, seq) ?? refuseOpen(this.#db, branch);
    shown.addSegment(segment);
    if (segment.writer !== writer || segment.fromSeq + segment.count - 1 !== seq) shown.link(place);
    if (segment.fromSeq === 1) return null;
    const [chain, number] = onLine(this.#db, [writer, seq], segment.fromSeq - 1);
    return { writer: chain, seq: number };
  }

  /** What somebody named by its hash: only that says which of several histories they meant. */
  #point(
    bases: ReadonlySet<string>,
    [name, seq, hash]: readonly [string, number, string],
    shown: Shown,
  ): void {
    const base = baseOf(this.#db, name);
    if (!bases.has(base) || !this.#forked.has(base)) return;
    const [writer] = placeOfHash(this.#db, base, seq, hash) ?? [base];
    if (writer !== base) this.#lead({ writer, seq }, shown);
  }

  #seenBy({ writer, seq }: Place): z.infer<typeof Seen> {
    return operationsOf(this.#db, writer, seq).flatMap(
      ({ value }) => SeenIn.safeParse(value).data?.seen ?? [],
    );
  }
}

const Seen = z.array(z.tuple([z.string(), z.int().positive(), z.string()]));
/** What whoever made something final had seen. */
const SeenIn = z.looseObject({ seen: Seen });

/** The beginning of a history that a crash left open is under nobody's signature, so that nothing proves it. */
function refuseOpen(db: OpenWorkspace['db'], { member, device }: Branch): never {
  const who = memberNames(db).get(member) ?? member;
  const name = devices(db).find(({ id }) => id === device)?.name ?? device;
  return refuse({
    code: 'conflict',
    detail: `The device ${name} of ${who} went on twice, and some of what it wrote was left open when Bindery stopped, so it is not under their signature yet.`,
    remedy: `${who} has to unlock this workspace once on the device it was written on; then compose again.`,
  });
}
