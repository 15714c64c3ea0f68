import { afterEach, beforeEach, expect, test } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { factsOf, factsOn } from '../../../../db/queries/programme.ts';
import { addedId, addedPrefix } from '../../../../shared/domain/identity.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { Fleet, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
});
afterEach(() => fleet.close());

/** A packet of an engagement, by an entry of its own. */
function openPacket(engagement: string): string {
  const seq = owner.db.prepare('SELECT max(seq) FROM entry WHERE writer = ?').pluck().get(owner.writer.id);
  const nonce = `${addedPrefix(owner.writer.id, Number(seq) + 1)}n`;
  const record = `packet:${addedId(sha256, 'packet', engagement, nonce)}`;
  append(owner, 'programme.put@2', [
    { record, field: 'of', value: { engagement, nonce } },
    { record, field: 'title', value: `Handover of ${engagement}` },
  ]);
  return record;
}

/** A customer's word on a packet that says which engagement it is about, past the rules of the core. */
function state(engagement: string, record: string): void {
  const said = { digest: 'a'.repeat(64), name: 'Lena', organisation: 'Harbour', on: '2026-03-01' };
  const value = { engagement, record, ...said, statement: 'Received', evidence: [] };
  const fact = `handover:${factId(sha256, 'handover', owner.writer.id, value)}`;
  append(owner, 'packet.handover@1', [{ record: fact, field: 'fact', value }]);
}

test('an act that says another engagement than its record stands in is shown in neither', () => {
  const [here, there] = [openPacket('here'), openPacket('there')];
  state('there', here);
  state('there', there);
  expect(factsOn(owner.db, here, 'handover')).toEqual([]);
  expect(factsOn(owner.db, there, 'handover')).toHaveLength(1);
  expect(factsOf(owner.db, 'there', 'handover').map(({ record }) => record)).toEqual([there]);
});
