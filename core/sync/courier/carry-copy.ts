import type { z } from 'zod';
import { memberById, memberNames } from '../../../db/queries/people.ts';
import { all } from '../../../db/sql.ts';
import type { CopyCarried, SyncDevice } from '../../../shared/contract/courier.ts';
import { refuse } from '../../../shared/fault.ts';
import { factId } from '../../../shared/ledger/fact.ts';
import { CarriageFact } from '../../../shared/ledger/fields.ts';
import { append, nextSequence } from '../../ledger/append.ts';
import { sha256 } from '../../ledger/keys.ts';
import * as resolve from '../../resolve.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';

type Carried = z.infer<typeof CopyCarried>;

export interface CarryWish {
  readonly device: Pick<SyncDevice, 'id'> & { readonly member: string };
  readonly act: 'out' | 'in';
  readonly holder?: string | undefined;
  readonly note: string;
}

/** Records that a copy of the workspace leaves with somebody, or is back. */
export function carryCopy(ws: OpenWorkspace, wish: CarryWish): Carried {
  const holder = wish.holder === undefined ? wish.device.member : holderOf(ws, wish.holder);
  if (wish.act === 'out') demandNotLeft(ws, holder);
  const value = { device: wish.device.id, act: wish.act, holder, note: wish.note, seq: nextSequence(ws) };
  const record = `carriage:${factId(sha256, 'carriage', ws.writer.id, value)}`;
  append(ws, 'copy.carry@1', [{ record, field: 'fact', value }]);
  const carried = carriedCopies(ws).get(wish.device.id);
  if (carried === undefined) throw new Error('it was recorded a moment ago');
  return carried;
}

/** A member where one is called so; otherwise the name of somebody from outside. */
function holderOf(ws: OpenWorkspace, text: string): string {
  try {
    return resolve.member(ws, text).id;
  } catch {
    return text;
  }
}

function demandNotLeft({ db }: OpenWorkspace, holder: string): void {
  const member = memberById(db, holder);
  if (member === undefined || member.role !== 'none') return;
  refuse({
    code: 'conflict',
    detail: `${member.name} has left this workspace.`,
    remedy: 'Name who takes the copy: a member who works here, or somebody from outside.',
  });
}

/** Of each device the newest act, as clocks claim. */
export function carriedCopies({ db }: OpenWorkspace): Map<string, Carried> {
  const names = memberNames(db);
  const rows = all<{ value: string; time: string; member: string }>(
    db,
    `SELECT o.value, e.time, w.member FROM operation o
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied' JOIN writer w ON w.id = o.writer
      WHERE o.record > 'carriage:' AND o.record < 'carriage;' AND o.field = 'fact' AND o.value IS NOT NULL
      ORDER BY e.time, e.writer, e.seq`,
  );
  const newest = new Map<string, Carried>();
  for (const row of rows) {
    const fact = CarriageFact.safeParse(JSON.parse(row.value));
    if (!fact.success) continue;
    const { device, act, holder, note } = fact.data;
    newest.set(device, {
      act,
      holder: names.get(holder) ?? holder,
      by: names.get(row.member) ?? row.member,
      at: row.time.slice(0, 24),
      note,
    });
  }
  return newest;
}
