import { readSetting, writeSetting } from '../../db/queries/ledger.ts';
import { houseStyle, workspaceRow } from '../../db/queries/people.ts';
import { type HouseStyle, LOGO_LIMIT, mayBeAccent } from '../../shared/domain/house-style.ts';
import { mayAccess } from '../../shared/domain/permissions.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import { readLogo } from '../binder/compose/logo.ts';
import { append, type Draft } from '../ledger/append.ts';
import type { OpenWorkspace } from './open-workspace.ts';

const DEFAULT_LOCK_MINUTES = 15;

/** What can be set: for everybody in the ledger, but for the minutes, which are this device's own. */
export function settings(ws: OpenWorkspace) {
  const row = workspaceRow(ws.db);
  return {
    name: row?.name ?? '',
    marking: row?.marking ?? '',
    lockAfterMinutes: lockAfter(ws),
    device: ws.device.name,
    house: houseStyle(ws.db),
  };
}

/** Minutes without activity after which this device locks; 0 is never. */
export function lockAfter(ws: OpenWorkspace): number {
  return Number(readSetting(ws.db, 'lockAfterMinutes') ?? DEFAULT_LOCK_MINUTES);
}

interface Changes {
  readonly name?: string | undefined;
  readonly marking?: string | undefined;
  readonly lockAfterMinutes?: number | undefined;
  readonly house?: { readonly [K in keyof HouseStyle]?: HouseStyle[K] | undefined } | undefined;
}

/** Changes what is named. What binders look like is looked at first: a binder must not fail on its logo. */
export function configure(ws: OpenWorkspace, { name, marking, lockAfterMinutes, house }: Changes): void {
  if (lockAfterMinutes !== undefined) writeSetting(ws.db, 'lockAfterMinutes', String(lockAfterMinutes));
  const record = `workspace:${ws.workspace}`;
  const drafts: Draft[] = [];
  if (name !== undefined) drafts.push({ record, field: 'name', value: name });
  if (marking !== undefined) drafts.push({ record, field: 'marking', value: marking });
  if (house !== undefined) drafts.push({ record, field: 'house', value: housed(ws, house) });
  if (drafts.length === 0) return;
  const verdict = mayAccess(ws.member().role, 'administer');
  if (!verdict.allowed) refuse({ code: 'forbidden', detail: verdict.because });
  append(ws, house === undefined ? 'workspace.configure@1' : 'workspace.configure@2', drafts);
}

function housed(ws: OpenWorkspace, house: NonNullable<Changes['house']>): HouseStyle {
  const before = houseStyle(ws.db);
  const { organisation = before.organisation, face = before.face } = house;
  const accent = house.accent === undefined ? before.accent : house.accent;
  const logo = house.logo === undefined ? before.logo : house.logo;
  if (accent !== null) demand(mayBeAccent(accent));
  if (logo !== null && readLogo(Buffer.from(logo, 'base64')) === null)
    refuse({
      code: 'invalid-input',
      detail: `A logo is a PNG of at most ${LOGO_LIMIT.bytes / 1024} KiB and ${LOGO_LIMIT.pixels} pixels a side. Save it as one and choose it again.`,
      where: 'logo',
    });
  return { organisation: organisation.toWellFormed().trim(), accent, face, logo };
}
