import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerReport } from '../../../../shared/contract/proof.ts';
import { type CopyHere, type CourierWorld, courierWorld } from '../../../support/courier-world.ts';
import { type Api, faultOf, finish, OWNER, passphraseOf } from '../../../support/workspaces.ts';

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

  it('is nobody’s to take for themselves, and an owner’s only for an owner to change', async () => {
    const told = async (member: string, role: 'owner' | 'viewer' | 'none') =>
      (await faultOf(desk.api.members.setRole({ member, role }))) as { code: string; detail?: string };
    expect(await told(OWNER, 'viewer')).toMatchObject({ detail: expect.stringContaining('their own role') });
    await unlock(desk, 'Dora');
    for (const [member, role] of [
      [OWNER, 'none'],
      ['Ben', 'owner'],
    ] as const)
      expect(await told(member, role)).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining('Only an owner'),
      });
    await unlock(desk, 'Ben');
    expect(await told('Dora', 'viewer')).toMatchObject({ code: 'forbidden' });
  });
});
