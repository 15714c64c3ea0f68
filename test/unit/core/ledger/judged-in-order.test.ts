import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { replay } from '../../../../db/projection/rebuild.ts';
import { headPositions } from '../../../../db/queries/ledger.ts';
import { all } from '../../../../db/sql.ts';
import { type Position, writerId } from '../../../../shared/ledger/entry.ts';
import { check, Fleet } from '../../../support/replicas.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

describe('within one segment', () => {
  it('what an entry takes from its author holds from the next entry on', () => {
    fleet = new Fleet();
    const [owner] = fleet.replicas;
    if (owner === undefined) throw new Error('a fleet begins with its founder');
    const dora = fleet.join('Dora', 'admin');
    const member = `member:${dora.writer.member}`;
    const { record, about } = check(1);
    const note = (value: string) => ({
      action: 'assess@1',
      ops: [
        { record, field: 'about', value: about },
        { record, field: 'note', value },
      ],
    });
    const yields = {
      action: 'member.role@1',
      ops: [
        {
          record: member,
          field: 'role',
          value: { role: 'viewer', cutoff: {} },
          parents: headPositions(owner.db, member, 'role'),
        },
      ],
    };
    const segment = fleet.forge(dora, [
      note('before'),
      note('still'),
      yields,
      note('after'),
      note('and later'),
    ]);
    expect(receiveSegments(owner, [segment])).toMatchObject({ applied: 3, quarantined: 2 });
    const rows = all<{ seq: number }>(
      owner.db,
      "SELECT seq FROM entry WHERE state = 'quarantine' ORDER BY seq",
    );
    expect(rows.map(({ seq }) => seq)).toEqual([4, 5]);
  });

  it('a value that an earlier entry names as replaced does not stand, as in a replay', () => {
    fleet = new Fleet();
    const [owner] = fleet.replicas;
    if (owner === undefined) throw new Error('a fleet begins with its founder');
    const { record, about } = check(1);
    const identity = { member: owner.writer.member, device: 'forged', incarnation: '1' };
    const writer = writerId(sha256, fleet.workspace, identity);
    const note = (value: string, parents: readonly Position[] = []) => ({
      action: 'assess@1',
      ops: [{ record, field: 'note', value, parents }],
    });
    const begins = { action: 'assess@1', ops: [{ record, field: 'about', value: about }] };
    const segment = fleet.forge(owner, [begins, note('first', [[writer, 3]]), note('second')], { identity });
    expect(receiveSegments(owner, [segment])).toMatchObject({ applied: 3 });
    expect(headPositions(owner.db, record, 'note')).toEqual([[writer, 2]]);
    const before = fleet.state(owner);
    replay({ db: owner.db, sha256, framework: () => null });
    expect(fleet.state(owner)).toBe(before);
  });
});
