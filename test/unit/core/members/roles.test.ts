import { cpSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerReport } from '../../../../shared/contract/proof.ts';
import { type CopyHere, type CourierWorld, courierWorld } from '../../../support/courier-world.ts';
import { type Api, faultOf, finish, makeCore, OWNER, passphraseOf } from '../../../support/workspaces.ts';

let world: CourierWorld;
let desk: CopyHere;
beforeEach(async () => {
  world = await courierWorld({ Ben: 'auditor', Dora: 'admin' });
  desk = world.first;
});
afterEach(() => world.close());

const note = (api: Api, text: string, control = 'AC-1') => api.assessments.set({ control, note: text });
const noteOf = async (api: Api, control = 'AC-1') => {
  const { assessments } = await api.controls.get({ control, engagement: 'Audit 2026' });
  return assessments[0]?.note ?? null;
};
const roleOf = async (api: Api, name: string) =>
  (await api.members.list()).rows.find((row) => row.name === name)?.role;
const unlock = (copy: CopyHere, name: string) =>
  copy.api.workspace.unlock({ dir: copy.dir, passphrase: passphraseOf(name) });
const quarantined = async (api: Api) => {
  const report = await finish<LedgerReport>(api, api.ledger.verify({ rebuild: true }));
  expect(report.rebuild).toMatchObject({ differences: [] });
  return report.problems.filter(({ code }) => code === 'quarantine-entry').length;
};

/** A copy as a power cut leaves it: what was written last is under no signature yet. */
const cutOff = async (copy: CopyHere): Promise<CopyHere> => {
  const dir = world.path('cut-off');
  cpSync(copy.dir, dir, { recursive: true, filter: (path) => !path.endsWith('/lock') });
  await copy.api.workspace.lock();
  const test = await makeCore(world.source);
  return { ...copy, test, api: test.api, dir };
};
const carry = async (from: CopyHere, to: CopyHere, name: string) => {
  const out = world.path(name);
  await from.api.ledger.export({ out });
  return to.api.ledger.import({ from: out });
};

describe('a member who leaves', () => {
  it('keeps what they did, and what they write on their own copy from then on counts nowhere', async () => {
    const laptop = await world.begin('Laptop', 'Ben');
    await note(laptop.api, 'Seen before');
    await desk.take((await laptop.send('Desk')).files);
    const left = await desk.api.members.setRole({ member: 'ben', role: 'none' });
    expect(left).toMatchObject({ member: { name: 'Ben', role: 'none' }, devices: [{ name: 'Laptop' }] });
    await note(laptop.api, 'Written after');
    await note(laptop.api, 'Another', 'AC-2');
    await desk.take((await laptop.send('Desk')).files);
    expect([await noteOf(desk.api), await noteOf(desk.api, 'AC-2')]).toEqual(['Seen before', '']);
    expect(await quarantined(desk.api)).toBe(2);
    expect(await roleOf(desk.api, 'Ben')).toBe('none');
  });

  it('is told of where their name is given again, or a copy to them', async () => {
    await world.begin('Laptop', 'Dora');
    await desk.api.members.setRole({ member: 'Ben', role: 'none' });
    const again = desk.api.members.add({ name: 'ben', role: 'auditor', passphrase: passphraseOf('another') });
    expect(await faultOf(again)).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('"Ben" is the name of a member who left'),
    });
    const carried = (act: 'out' | 'in') =>
      desk.api.courier.carry({ device: 'Desk', act, holder: 'Ben', note: '' });
    expect(await faultOf(carried('out'))).toMatchObject({
      code: 'conflict',
      detail: 'Ben has left this workspace.',
    });
    expect((await carried('in')).carried.holder).toBe('Ben');
  });

  it('is told what is left to do, and not to ask for another role', async () => {
    const laptop = await world.begin('Laptop', 'Ben');
    await desk.take((await laptop.send('Desk')).files);
    await desk.api.members.setRole({ member: 'Ben', role: 'none' });
    await carry(desk, laptop, 'heard');
    const fault = (await faultOf(unlock(laptop, 'Ben'))) as { code: string; remedy?: string };
    expect(fault).toMatchObject({ code: 'forbidden', remedy: expect.stringContaining('as a new member') });
  });

  it('opens the copy no more, and others that know their passphrase once these have heard of it', async () => {
    const tablet = await world.begin('Tablet', 'Dora');
    await unlock(tablet, 'Ben');
    await unlock(tablet, 'Dora');
    await desk.take((await tablet.send('Desk')).files);
    await desk.api.members.setRole({ member: 'Ben', role: 'none' });
    await tablet.take((await desk.send('Tablet')).files);
    expect(await roleOf(tablet.api, 'Ben')).toBe('none');
    for (const [copy, other] of [
      [desk, OWNER],
      [tablet, 'Dora'],
    ] as const) {
      await unlock(copy, other);
      expect(await faultOf(unlock(copy, 'Ben')), copy.device).toMatchObject({ code: 'wrong-key' });
      await unlock(copy, other);
    }
  });

  it('is sent no bundles any more, neither they nor their devices', async () => {
    const laptop = await world.begin('Laptop', 'Ben');
    await desk.take((await laptop.send('Desk')).files);
    await desk.api.members.setRole({ member: 'Ben', role: 'none' });
    for (const to of ['Ben', 'Laptop'])
      expect(await faultOf(desk.send(to)), to).toMatchObject({ code: 'not-found' });
  });

  it('comes in again only as a new member', async () => {
    await desk.api.members.setRole({ member: 'Ben', role: 'none' });
    const fault = await faultOf(desk.api.members.setRole({ member: 'Ben', role: 'auditor' }));
    expect(fault).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('as a new member') });
  });
});

describe('a member whose work a crash left open in a shared copy', () => {
  let laptop: CopyHere;
  let here: CopyHere;
  beforeEach(async () => {
    laptop = await world.begin('Laptop', OWNER);
    await carry(laptop, desk, 'begun');
    await unlock(desk, 'Ben');
    await note(desk.api, 'Left open');
    here = await cutOff(desk);
    await unlock(here, OWNER);
  });
  afterEach(() => here.test.close());

  it('signs it before their access is changed there, so that the change reaches the other copies', async () => {
    const { api } = here;
    for (const role of ['none', 'viewer'] as const) {
      expect(await faultOf(api.members.setRole({ member: 'Ben', role }))).toMatchObject({
        code: 'conflict',
        detail: expect.stringContaining('not signed yet'),
        remedy: expect.stringContaining('recovery kit'),
      });
    }
    await unlock(here, 'Ben');
    await unlock(here, OWNER);
    await api.members.setRole({ member: 'Ben', role: 'none' });
    expect(await carry(here, laptop, 'ended')).toMatchObject({ waiting: 0, quarantined: 0 });
    expect([await noteOf(laptop.api), await roleOf(laptop.api, 'Ben')]).toEqual(['Left open', 'none']);
  });

  it('or the recovery kit does in their name', async () => {
    const { api, dir } = here;
    await api.workspace.lock();
    const passphrase = 'Ben, by the kit of the workspace';
    await api.workspace.recover({ dir, kit: world.source.kit, passphrase, member: 'Ben' });
    await unlock(here, OWNER);
    await api.members.setRole({ member: 'Ben', role: 'none' });
    expect(await carry(here, laptop, 'ended')).toMatchObject({ waiting: 0, quarantined: 0 });
    expect(await roleOf(laptop.api, 'Ben')).toBe('none');
  });

  it('holds up the change of nobody else', async () => {
    await here.api.members.setRole({ member: 'Dora', role: 'viewer' });
    expect(await carry(here, laptop, 'changed')).toMatchObject({ waiting: 0, quarantined: 0 });
    expect(await roleOf(laptop.api, 'Dora')).toBe('viewer');
  });

  it('can still sign it where their leaving came from another copy, and both judge it the same', async () => {
    await laptop.api.members.setRole({ member: 'Ben', role: 'none' });
    await carry(laptop, here, 'ended');
    await note(here.api, 'Built on it');
    await unlock(here, OWNER);
    expect(await carry(here, laptop, 'held up')).toMatchObject({ waiting: 1 });
    expect(await faultOf(unlock(here, 'Ben'))).toMatchObject({ code: 'forbidden' });
    await unlock(here, OWNER);
    expect(await carry(here, laptop, 'signed')).toMatchObject({ waiting: 0 });
    expect([await quarantined(here.api), await quarantined(laptop.api)]).toEqual([1, 1]);
    expect(await noteOf(here.api)).toBe(await noteOf(laptop.api));
    expect(await faultOf(unlock(here, 'Ben'))).toMatchObject({ code: 'wrong-key' });
  });
});

it('one who left and unlocks a copy that does not know their slot leaves it free for others', async () => {
  const tablet = await world.begin('Tablet', OWNER);
  await tablet.api.members.setRole({ member: 'Ben', role: 'none' });
  expect(await faultOf(unlock(tablet, 'Ben'))).toMatchObject({ code: 'forbidden' });
  expect(await tablet.api.workspace.session()).toBeNull();
  const { dir } = tablet;
  await expect(desk.api.workspace.unlock({ dir, passphrase: passphraseOf(OWNER) })).resolves.toBeDefined();
});

it('a session in which the end of its member’s access arrives is locked', async () => {
  const laptop = await world.begin('Laptop', 'Ben');
  await desk.take((await laptop.send('Desk')).files);
  const dora = await world.begin('Tablet', 'Dora');
  await carry(dora, desk, 'dora');
  await desk.api.members.setRole({ member: 'Ben', role: 'none' });
  await carry(desk, laptop, 'ended');
  expect(await laptop.api.workspace.session()).toBeNull();
  expect(await faultOf(note(laptop.api, 'Again'))).toMatchObject({ code: 'locked' });
});

/** Dora's role is changed on the desk while she, not having heard, changes Ben's on her tablet; then all meet. */
async function changedApart(dora: 'admin' | 'owner', to: 'none' | 'auditor') {
  await world.close();
  const given = dora === 'owner' ? 'admin' : 'auditor';
  world = await courierWorld({ Ben: given, Dora: dora });
  desk = world.first;
  const tablet = await world.begin('Tablet', 'Dora');
  const laptop = await world.begin('Laptop', 'Ben');
  await carry(tablet, desk, 'tablet-begun');
  await carry(laptop, desk, 'laptop-begun');
  await desk.api.members.setRole({ member: 'Dora', role: to });
  await tablet.api.members.setRole({ member: 'Ben', role: 'viewer' });
  await carry(tablet, laptop, 'tablet');
  await carry(tablet, desk, 'tablet-too');
  for (const copy of [tablet, laptop]) await carry(desk, copy, `desk-${copy.device}`);
  return { tablet, laptop, given };
}

describe('a role given by somebody whose access had ended before', () => {
  const worksOn = async ({ laptop, given }: Awaited<ReturnType<typeof changedApart>>) => {
    for (const copy of [desk, laptop]) expect(await roleOf(copy.api, 'Ben')).toBe(given);
    await note(laptop.api, 'By Ben as before');
    await carry(laptop, desk, 'worked');
    expect([await noteOf(laptop.api), await noteOf(desk.api)]).toEqual([
      'By Ben as before',
      'By Ben as before',
    ]);
    expect([await quarantined(laptop.api), await quarantined(desk.api)]).toEqual([1, 1]);
  };

  it('binds nobody, also once whoever gave it writes on under their other role', async () => {
    const apart = await changedApart('admin', 'auditor');
    const { tablet, laptop } = apart;
    const passphrase = 'words that Dora chose afterwards';
    await tablet.api.members.changePassphrase({ current: passphraseOf('Dora'), passphrase });
    await carry(tablet, laptop, 'on');
    await carry(tablet, desk, 'on-too');
    await worksOn(apart);
  });

  it('binds nobody either where it was an owner, whose access the founder had ended', async () => {
    await worksOn(await changedApart('owner', 'none'));
  });
});

describe('a member whose role two changed apart', () => {
  const apart = async (onDesk: 'none' | 'viewer', onTablet: 'viewer' | 'reviewer') => {
    const tablet = await world.begin('Tablet', 'Dora');
    await carry(tablet, desk, 'begun');
    await desk.api.members.setRole({ member: 'Ben', role: onDesk });
    await tablet.api.members.setRole({ member: 'Ben', role: onTablet });
    await carry(tablet, desk, 'changed');
    await carry(desk, tablet, 'changed-too');
    return tablet;
  };
  const conflictOf = async (api: Api) => {
    const { rows } = await api.conflicts.list({});
    expect(rows).toMatchObject([{ field: 'role' }]);
    const { record = '', field = '', sides = [] } = rows[0] ?? {};
    const side = (role: string) => sides.findIndex(({ value }) => (value as { role: string }).role === role);
    return { keep: (role: string) => api.conflicts.resolve({ record, field, keep: side(role) }) };
  };

  it('has the least of both until somebody decides', async () => {
    const tablet = await apart('viewer', 'reviewer');
    for (const { api } of [desk, tablet]) expect(await roleOf(api, 'Ben')).toBe('viewer');
    await (await conflictOf(desk.api)).keep('reviewer');
    await carry(desk, tablet, 'decided');
    for (const { api } of [desk, tablet]) expect(await roleOf(api, 'Ben')).toBe('reviewer');
    expect(await quarantined(tablet.api)).toBe(0);
  });

  it('stays out where one of them ended the membership, whatever the other gave', async () => {
    const tablet = await apart('none', 'viewer');
    for (const { api } of [desk, tablet]) {
      expect(await roleOf(api, 'Ben')).toBe('none');
      expect(await faultOf((await conflictOf(api)).keep('viewer'))).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining('as a new member'),
      });
    }
    await (await conflictOf(tablet.api)).keep('none');
    await carry(tablet, desk, 'decided');
    expect(await roleOf(desk.api, 'Ben')).toBe('none');
    expect(await desk.api.conflicts.list({})).toMatchObject({ total: 0 });
  });
});

describe('another role', () => {
  it('that takes nothing away lets what its holder wrote meanwhile count', async () => {
    const laptop = await world.begin('Laptop', 'Ben');
    await desk.take((await laptop.send('Desk')).files);
    await desk.api.members.setRole({ member: 'Ben', role: 'admin' });
    await note(laptop.api, 'Written before they heard of it');
    await desk.take((await laptop.send('Desk')).files);
    expect(await noteOf(desk.api)).toBe('Written before they heard of it');
    await laptop.take((await desk.send('Laptop')).files);
    expect((await laptop.api.workspace.session())?.member.role).toBe('admin');
    expect(await quarantined(laptop.api)).toBe(0);
  });

  it('that takes a right away ends it wherever its holder works', async () => {
    const laptop = await world.begin('Laptop', 'Ben');
    await desk.take((await laptop.send('Desk')).files);
    await desk.api.members.setRole({ member: 'Ben', role: 'reviewer' });
    await note(laptop.api, 'No longer theirs to write');
    await desk.take((await laptop.send('Desk')).files);
    expect([await noteOf(desk.api), await quarantined(desk.api)]).toEqual(['', 1]);
    await laptop.take((await desk.send('Laptop')).files);
    expect(await noteOf(laptop.api)).toBe('');
    expect(await faultOf(note(laptop.api, 'Again'))).toMatchObject({ code: 'forbidden' });
  });

  it('is nobody’s to take for themselves, and goes downwards alone, so that no two end each other', async () => {
    await desk.api.members.add({ name: 'Olga', role: 'owner', passphrase: passphraseOf('Olga') });
    await desk.api.members.add({ name: 'Dick', role: 'admin', passphrase: passphraseOf('Dick') });
    const told = async (member: string, role: 'owner' | 'viewer' | 'none') =>
      (await faultOf(desk.api.members.setRole({ member, role }))) as { code: string; detail?: string };
    expect(await told(OWNER, 'viewer')).toMatchObject({ detail: expect.stringContaining('their own role') });
    await unlock(desk, 'Olga');
    expect(await told(OWNER, 'none')).toMatchObject({ detail: expect.stringContaining('stays its owner') });
    await unlock(desk, 'Dora');
    for (const [member, role, said] of [
      [OWNER, 'none', 'stays its owner'],
      ['Olga', 'none', 'Only the owner who began'],
      ['Dick', 'viewer', 'Only an owner'],
      ['Ben', 'owner', 'Only an owner'],
    ] as const)
      expect(await told(member, role)).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining(said),
      });
    await unlock(desk, 'Ben');
    expect(await told('Dora', 'viewer')).toMatchObject({ code: 'forbidden' });
  });
});
