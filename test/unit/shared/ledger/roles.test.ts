import { expect, it } from 'vitest';
import type { Position, Vector } from '../../../../shared/ledger/entry.ts';
import { type KnownGrant, Roles } from '../../../../shared/ledger/roles.ts';
import { dice } from '../../../support/replicas.ts';

interface Given extends KnownGrant {
  readonly member: string;
  readonly by: string;
  readonly history: Vector;
}

const GIVEN = ['none', 'viewer', 'auditor', 'admin', 'admin', 'owner'] as const;
const everything = (): Vector => Object.fromEntries([...'012345'].map((member) => [`w${member}`, 99]));

/** Grants that members gave who hear from each other now and then; some are made to replace themselves. */
class World {
  readonly grants: Given[] = [];
  readonly #known = new Map<string, Record<string, number>>();

  constructor(seed: number) {
    const roll = dice(seed);
    this.#give('0', '0', 'owner', {});
    for (const member of '12345')
      if (roll(3) > 0) this.#give('0', member, GIVEN[1 + roll(4)] ?? 'viewer', {});
    for (const member of '12345') this.#known.set(member, { ...this.#known.get('0') });
    for (let turn = 0; turn < 60; turn += 1) {
      const [one, other] = [`${roll(6)}`, `${roll(6)}`];
      if (one === other) continue;
      if (roll(3) === 0) this.#hear(one, other);
      else this.#act(one, other, roll);
    }
  }

  roles(): Roles {
    return new Roles({
      given: (member) => this.grants.filter((grant) => grant.member === member),
      authorOf: ([writer, seq]) => {
        const found = this.grants.find(({ at }) => at[0] === writer && at[1] === seq);
        return found === undefined ? null : { member: found.by, history: found.history };
      },
      founder: () => '0',
    });
  }

  #hear(one: string, from: string): void {
    const known = { ...this.#known.get(one) };
    for (const [writer, seq] of Object.entries(this.#known.get(from) ?? {}))
      known[writer] = Math.max(known[writer] ?? 0, seq);
    this.#known.set(one, known);
  }

  #act(by: string, to: string, roll: (below: number) => number): void {
    const known = this.#known.get(by) ?? {};
    const next: Position = [`w${by}`, (known[`w${by}`] ?? 0) + 1];
    const [mine, theirs] = [by, to].map((member) => this.roles().roleKnown(member, next, known));
    const role = GIVEN[roll(GIVEN.length)] ?? 'viewer';
    if (mine !== 'owner' && (mine !== 'admin' || role === 'owner' || theirs === 'owner')) return;
    const seen = this.grants.filter(({ member, at: [w, s] }) => member === to && (known[w] ?? 0) >= s);
    const parents = roll(6) === 0 ? [next] : [];
    this.#give(by, to, role, roll(3) === 0 ? {} : known, [...seen.map(({ at }) => at), ...parents]);
  }

  #give(by: string, member: string, role: Given['grant']['role'], cutoff: Vector, parents: Position[] = []) {
    const { [`w${by}`]: own = 0, ...history } = this.#known.get(by) ?? {};
    const at: Position = [`w${by}`, own + 1];
    this.grants.push({ at, member, by, parents, grant: { role, cutoff }, meant: true, history });
    this.#known.set(by, { ...history, [`w${by}`]: own + 1 });
  }
}

it('what grants come to is the same whichever is asked about first', () => {
  for (let seed = 0; seed < 150; seed += 1) {
    const world = new World(seed * 7919 + 13);
    const takes = (grants: readonly Given[]) => {
      const roles = world.roles();
      return new Map(
        grants.map(({ member, at }) => [
          at.join(':'),
          roles.takes([{ record: `member:${member}`, field: 'role' }], at),
        ]),
      );
    };
    const all = takes(world.grants);
    for (const grant of world.grants)
      for (const [at, taken] of takes([grant])) expect(taken, `${seed} ${at}`).toBe(all.get(at));
    const members = [...'012345'].map((member) => world.roles().rolesAt(member, ['new', 1], everything()));
    for (const { known, standing } of members) expect(standing, `${seed}`).toBe(known);
  }
});

it('a chain of a thousand, each made an admin by the one before, is answered', () => {
  const made = (by: number): Position => [`w${by}`, 2];
  const roles = new Roles({
    given(member) {
      const n = Number(member);
      const grant = { role: n === 0 ? 'owner' : 'admin', cutoff: {} } as const;
      return [{ at: n === 0 ? ['w0', 1] : made(n - 1), parents: [], grant, meant: true }];
    },
    authorOf([writer]) {
      const n = Number(writer.slice(1));
      return { member: `${n}`, history: n === 0 ? {} : { [`w${n - 1}`]: 2 } };
    },
    founder: () => '0',
  });
  expect(roles.roleKnown('1000', ['w1000', 1], { w999: 2 })).toBe('admin');
});
