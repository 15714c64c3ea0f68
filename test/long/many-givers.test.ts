import { expect, it } from 'vitest';
import { Chains } from '../../core/binder/verify/chains.ts';
import { Findings } from '../../core/binder/verify/findings.ts';
import type { KnownEntry } from '../../core/binder/verify/ledger-entries.ts';
import { Placing } from '../../core/binder/verify/placing.ts';
import { checkRights } from '../../core/binder/verify/rights.ts';
import type { Checkpoint, LedgerExtract } from '../../shared/domain/binder.ts';

const HASH = '0'.repeat(64);

interface Giving {
  readonly by: number;
  readonly to: number;
}

/** What a binder shows of members who give roles, each of whom knew what those before them in the list gave. */
class Given {
  readonly entries = new Map<string, KnownEntry>();
  readonly #writers = new Set<number>([0]);
  readonly #seals: LedgerExtract['seals'] = [];
  readonly #known: Record<string, number> = {};

  constructor(givings: readonly Giving[]) {
    this.#write(0, 'workspace.create@1', 0, 'owner');
    for (const { by, to } of givings) this.#write(by, 'member.role@1', to, 'admin');
  }

  check(order: (entries: [string, KnownEntry][]) => [string, KnownEntry][]): Findings {
    const extract = {
      schema: 'bindery.extract/4',
      ...{ workspace: 'w', engagement: 'e', signed: {}, texts: {}, signOffs: [], entries: [], between: [] },
      writers: [...this.#writers].map((n) => ({
        ...{ id: `w${n}`, member: `${n}`, memberName: `Member ${n}`, device: 'd', incarnation: '1' },
      })),
      seals: this.#seals,
    } satisfies LedgerExtract;
    const checkpoint = { member: '0', memberName: 'Member 0' } as Checkpoint;
    const findings = new Findings();
    const authors = {
      ...{ memberOfKey: new Map(), namesOf: new Map(), recovered: new Set<string>(), proven: true },
      founded: 'w0:1',
    };
    const placing = new Placing(extract, new Chains({ chains: [] }));
    const entries = new Map(order([...this.entries]));
    checkRights({ extract, entries, authors, checkpoint, placing, redacts: false }, findings);
    return findings;
  }

  #write(by: number, action: string, to: number, role: string): void {
    const writer = `w${by}`;
    const seq = (this.#known[writer] ?? 0) + 1;
    const { [writer]: _own, ...admin } = this.#known;
    const op = { record: `member:${to}`, field: 'role', parents: [], hash: HASH };
    const form = { workspace: 'w', writer, seq, time: '', action, prev: HASH, ops: [op] };
    const values = [{ value: { role, cutoff: {} }, salt: HASH }];
    this.entries.set(`${writer}:${seq}`, { form, extract: { entry: form, hash: HASH, values }, sound: true });
    this.#writers.add(by);
    this.#seals.push({
      header: {
        ...{ schema: 'bindery.segment/1', workspace: 'w', writer, member: `${by}`, device: 'd' },
        ...{ incarnation: '1', keyId: '0'.repeat(32), from: seq, count: 1, previous: HASH, head: HASH },
        ...{ admin, receipt: null },
      },
      signature: '0'.repeat(128),
    });
    this.#known[writer] = seq;
  }
}

const backwards = <T>(list: T[]): T[] => list.reverse();
/** More than the stack has room for, where each is asked about within the next. */
const MANY = 1200;

it('a chain of admins, each made one by the one before, is judged whichever stands first', () => {
  const chain = Array.from({ length: MANY }, (_, n) => ({ by: n, to: n + 1 }));
  expect(new Given(chain).check(backwards).size).toBe(0);
});

it('many who gave one member their role one after the other are judged whichever stands first', () => {
  const admins = Array.from({ length: MANY }, (_, n) => ({ by: 0, to: n + 2 }));
  const given = Array.from({ length: MANY }, (_, n) => ({ by: n + 2, to: 1 }));
  expect(new Given([...admins, ...given]).check(backwards).size).toBe(0);
});
