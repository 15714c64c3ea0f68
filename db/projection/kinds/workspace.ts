import { z } from 'zod';
import { HouseStyle } from '../../../shared/domain/house-style.ts';
import { leastRole } from '../../../shared/ledger/authority.ts';
import { DeviceAbout, MemberKey, RoleGrant } from '../../../shared/ledger/fields.ts';
import { put, run } from '../../sql.ts';
import { fieldValue, firstWritten, type RecordState } from '../record.ts';
import type { Projector } from './index.ts';

export const workspace: Projector = {
  conflicts: true,
  project({ db }, id, state) {
    put(db, 'workspace', {
      id,
      name: fieldValue(state, 'name', z.string()) ?? '',
      marking: fieldValue(state, 'marking', z.string()) ?? '',
      house: houseOf(state),
    });
    return [];
  },
};

function houseOf(state: RecordState): string | null {
  const house = fieldValue(state, 'house', HouseStyle);
  return house === null ? null : JSON.stringify(house);
}

export const member: Projector = {
  conflicts: true,
  project({ db }, id, state) {
    const name = fieldValue(state, 'name', z.string());
    const key = fieldValue(state, 'key', MemberKey);
    if (name === null || key === null) {
      run(db, 'DELETE FROM member WHERE id = ?', id);
      return [];
    }
    put(db, 'member', {
      id,
      name,
      role: roleThatHolds(state),
      ledger_key: key.ledger,
      certificate: key.certificate,
      passphrase_set_by_other: key.passphraseSetByOther ? 1 : 0,
      since: firstWritten(db, `member:${id}`, 'key').at,
    });
    return [];
  },
};

/** Of roles that several gave apart the least holds until somebody decides, as it does for what the member writes. */
function roleThatHolds(state: RecordState): string {
  const given = state.fields.get('role')?.sides.map(({ value }) => RoleGrant.safeParse(value).data?.role);
  return leastRole((given ?? []).filter((role) => role !== undefined));
}

export const device: Projector = {
  conflicts: true,
  project({ db }, id, state) {
    const about = fieldValue(state, 'about', DeviceAbout);
    if (about !== null) {
      put(db, 'device', {
        id,
        name: about.name,
        member: about.member,
        since: firstWritten(db, `device:${id}`, 'about').at,
      });
    }
    return [];
  },
};
