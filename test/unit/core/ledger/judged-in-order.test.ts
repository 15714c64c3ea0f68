import { afterEach, describe, expect, it } from 'vitest';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { headPositions } from '../../../../db/queries/ledger.ts';
import { all } from '../../../../db/sql.ts';
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
});
