import { courierPeer, lastSent } from '../../../db/queries/courier.ts';
import { devices, members } from '../../../db/queries/people.ts';
import type { CourierTo } from '../../../shared/domain/courier.ts';
import { refuse } from '../../../shared/fault.ts';
import type { Vector } from '../../../shared/ledger/entry.ts';
import { joinVectors } from '../../../shared/ledger/segment.ts';
import { keysOf } from '../../ledger/grants.ts';
import type { OpenWorkspace } from '../../workspace/open-workspace.ts';
import type { Seal } from './envelope.ts';

/** How a recipient stands in the local tables: bundles are numbered for each. */
export function recipientKey(to: CourierTo): string {
  return to.kind === 'anyone' ? 'anyone' : `${to.kind}:${to.id}`;
}

/** Finds the device or the member that is meant, by id or name in any case. */
export function findRecipient(ws: OpenWorkspace, text: string): CourierTo {
  const is = (one: { readonly id: string; readonly name: string }) =>
    one.id === text || one.name.toLowerCase() === text.toLowerCase();
  const here = members(ws.db).filter(({ role }) => role !== 'none');
  const others = devices(ws.db).filter(
    (device) => device.id !== ws.device.id && here.some(({ id }) => id === device.member),
  );
  const found: { readonly to: CourierTo; readonly name: string }[] = [
    ...others.filter(is).map(({ id, member, name }) => ({
      to: { kind: 'device' as const, id, member },
      name: `device ${name} (${id})`,
    })),
    ...here
      .filter(is)
      .map(({ id, name }) => ({ to: { kind: 'member' as const, id }, name: `member ${name} (${id})` })),
  ];
  const [one, ...more] = found;
  if (one === undefined) return refuse({ code: 'not-found', what: 'device or member', id: text });
  if (more.length === 0) return one.to;
  return refuse({
    code: 'conflict',
    detail: `Several are called ${text}.`,
    candidates: found.map(({ name }) => name),
  });
}

/**
 * The keys a bundle for this recipient is sealed to: all its member ever had, since a copy of theirs may still be under
 * the keys of before a change of passphrase.
 */
export function sealFor(ws: OpenWorkspace, to: CourierTo, passphrase: string | undefined): Seal {
  if (passphrase !== undefined) return { passphrase };
  if (to.kind === 'anyone')
    return refuse({
      code: 'invalid-input',
      detail: 'a bundle for whoever has its passphrase needs one',
      where: 'passphrase',
    });
  const member = to.kind === 'device' ? to.member : to.id;
  const publicKeys = [...new Set(keysOf(ws.db, member).map(({ key }) => key.ledger))];
  if (publicKeys.length === 0) refuse({ code: 'not-found', what: 'key of the member', id: member });
  return { publicKeys };
}

/**
 * What the other side holds for sure, from what it told; with `trusting` also what was sent to it and may have been
 * lost. Of a member with several devices it is what all of them hold.
 */
export function knownOf(ws: OpenWorkspace, to: CourierTo, trusting: boolean): Record<string, number> {
  const sent = trusting ? (lastSent(ws.db, recipientKey(to))?.vector ?? {}) : {};
  return joinVectors(told(ws, to), sent);
}

function told(ws: OpenWorkspace, to: CourierTo): Vector {
  if (to.kind === 'anyone') return {};
  if (to.kind === 'device') return courierPeer(ws.db, to.id)?.vector ?? {};
  const theirs = devices(ws.db).filter(({ member, id }) => member === to.id && id !== ws.device.id);
  const [first, ...others] = theirs.map(({ id }) => courierPeer(ws.db, id)?.vector ?? {});
  return others.reduce<Vector>(common, first ?? {});
}

function common(a: Vector, b: Vector): Vector {
  return Object.fromEntries(
    Object.entries(a).flatMap(([writer, seq]) => {
      const both = Math.min(seq, b[writer] ?? 0);
      return both > 0 ? [[writer, both]] : [];
    }),
  );
}

/** What the other side said that its vault lacks. */
export function lackedBy(ws: OpenWorkspace, to: CourierTo): string[] {
  const of = to.kind === 'anyone' ? '' : to.id;
  const theirs = devices(ws.db).filter(({ id, member }) => id === of || member === of);
  return [...new Set(theirs.flatMap(({ id }) => courierPeer(ws.db, id)?.lacks ?? []))];
}
