import { courierPeer, lastSent, receivedBundles } from '../../../db/queries/courier.ts';
import { held, knownVector } from '../../../db/queries/ledger.ts';
import { devices, memberNames } from '../../../db/queries/people.ts';
import { all } from '../../../db/sql.ts';
import type { CourierState } from '../../../shared/contract/courier.ts';
import { actionWords } from '../../../shared/domain/change-words.ts';
import { isForked } from '../../ledger/receive.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import { carriedCopies } from './carry-copy.ts';

const MOST_SHOWN = 200;

/** The copies of this workspace as this one knows them, and what is kept here without being applied. */
export function courierState(ws: OpenWorkspace): CourierState {
  return { devices: deviceRows(ws), held: heldRows(ws), setAside: setAsideRows(ws) };
}

function deviceRows(ws: OpenWorkspace): CourierState['devices'] {
  const { db } = ws;
  const names = memberNames(db);
  const carried = carriedCopies(ws);
  const newest = new Map(
    all<{ device: string; time: string }>(
      db,
      'SELECT w.device, max(e.time) time FROM entry e JOIN writer w ON w.id = e.writer GROUP BY w.device',
    ).map(({ device, time }) => [device, time.slice(0, 24)]),
  );
  const known = knownVector(db);
  const received = receivedBundles(db);
  return devices(db).map((device) => {
    const here = device.id === ws.device.id;
    const peer = courierPeer(db, device.id);
    const own = received.filter(
      (one) => one.device === device.id && one.recipient === `device:${ws.device.id}`,
    );
    const sent = lastSent(db, `device:${device.id}`);
    return {
      id: device.id,
      name: device.name,
      member: { id: device.member, name: names.get(device.member) ?? device.member },
      here,
      since: device.since,
      lastEntry: newest.get(device.id) ?? null,
      lastBundle: peer?.at ?? null,
      lacks: here ? 0 : peer === undefined ? null : lacking(known, peer.vector),
      missing: gaps(own.map(({ number }) => number)),
      sent: sent === undefined ? null : { number: sent.number, at: sent.at },
      forked: isForked(ws, device.id),
      carried: carried.get(device.id) ?? null,
    };
  });
}

function lacking(known: Readonly<Record<string, number>>, theirs: Readonly<Record<string, number>>): number {
  return Object.entries(known).reduce(
    (sum, [writer, seq]) => sum + Math.max(0, seq - (theirs[writer] ?? 0)),
    0,
  );
}

/** Numbers below the highest that are not among them. */
function gaps(numbers: readonly number[]): number[] {
  const highest = Math.max(0, ...numbers);
  return Array.from({ length: highest }, (_, index) => index + 1).filter((n) => !numbers.includes(n));
}

function heldRows(ws: OpenWorkspace): CourierState['held'] {
  const names = memberNames(ws.db);
  const called = new Map(devices(ws.db).map(({ id, name }) => [id, name]));
  return held(ws.db, undefined, MOST_SHOWN).map(
    ({ id, state, reason, because, member, device, fromSeq, count }) => ({
      id,
      state,
      reason,
      because,
      by: names.get(member) ?? member,
      device: called.get(device) ?? device,
      from: fromSeq,
      count,
    }),
  );
}

function setAsideRows({ db }: OpenWorkspace): CourierState['setAside'] {
  return all<{
    writer: string;
    seq: number;
    time: string;
    action: string;
    because: string;
    by: string;
    device: string;
  }>(
    db,
    `SELECT e.writer, e.seq, e.time, e.action, e.because, coalesce(m.name, w.member) "by", coalesce(d.name, w.device) device
       FROM entry e JOIN writer w ON w.id = e.writer LEFT JOIN member m ON m.id = w.member LEFT JOIN device d ON d.id = w.device
      WHERE e.state = 'quarantine' ORDER BY e.time DESC, e.writer, e.seq LIMIT ?`,
    MOST_SHOWN,
  ).map(({ action, time, ...row }) => ({ ...row, at: time.slice(0, 24), what: actionWords(action) }));
}
