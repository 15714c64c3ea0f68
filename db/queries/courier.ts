import type { Vector } from '../../shared/ledger/entry.ts';
import { joinVectors } from '../../shared/ledger/segment.ts';
import type { Database } from '../driver.ts';
import { all, get, put } from '../sql.ts';

/** What this copy knows of others by the bundles that went to and fro. */
export interface CourierPeer {
  readonly device: string;
  readonly vector: Vector;
  readonly lacks: readonly string[];
  /** When its newest bundle was made, as its clock claims. */
  readonly at: string;
}

interface RawPeer {
  device: string;
  vector: string;
  lacks: string;
  at: string;
}

const parsePeer = (row: RawPeer): CourierPeer => ({
  ...row,
  vector: JSON.parse(row.vector) as Vector,
  lacks: JSON.parse(row.lacks) as string[],
});

export function courierPeer(db: Database, device: string): CourierPeer | undefined {
  const row = get<RawPeer>(
    db,
    'SELECT device, vector, lacks, at FROM local_courier_peer WHERE device = ?',
    device,
  );
  return row === undefined ? undefined : parsePeer(row);
}

/** A device never holds less than it once did, whichever of its bundles comes last. */
export function notePeer(db: Database, peer: CourierPeer): void {
  const known = courierPeer(db, peer.device);
  const newer = known === undefined || peer.at >= known.at;
  put(db, 'local_courier_peer', {
    device: peer.device,
    vector: JSON.stringify(joinVectors(known?.vector ?? {}, peer.vector)),
    lacks: JSON.stringify(newer ? peer.lacks : known.lacks),
    at: newer ? peer.at : known.at,
  });
}

export interface SentBundle {
  readonly recipient: string;
  readonly number: number;
  readonly hash: string;
  readonly at: string;
  readonly vector: Vector;
}

export function lastSent(db: Database, recipient: string): SentBundle | undefined {
  const row = get<Omit<SentBundle, 'vector'> & { vector: string }>(
    db,
    'SELECT recipient, number, hash, at, vector FROM local_courier_sent WHERE recipient = ? ORDER BY number DESC LIMIT 1',
    recipient,
  );
  return row === undefined ? undefined : { ...row, vector: JSON.parse(row.vector) as Vector };
}

export function noteSent(db: Database, sent: SentBundle): void {
  put(db, 'local_courier_sent', { ...sent, vector: JSON.stringify(sent.vector) });
}

export interface ReceivedBundle {
  readonly device: string;
  readonly recipient: string;
  readonly number: number;
  readonly hash: string;
  readonly at: string;
  readonly taken: string;
}

export function receivedFrom(db: Database, device: string, recipient: string): ReceivedBundle[] {
  return all<ReceivedBundle>(
    db,
    'SELECT device, recipient, number, hash, at, taken FROM local_courier_received WHERE device = ? AND recipient = ? ORDER BY number',
    device,
    recipient,
  );
}

export function receivedBundles(db: Database): ReceivedBundle[] {
  return all<ReceivedBundle>(
    db,
    'SELECT device, recipient, number, hash, at, taken FROM local_courier_received ORDER BY taken DESC, device, number DESC',
  );
}

export function noteReceived(db: Database, bundle: ReceivedBundle): void {
  put(db, 'local_courier_received', { ...bundle });
}
