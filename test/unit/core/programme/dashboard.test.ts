import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayAfter } from '../../../../shared/domain/programme/template.ts';
import { makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
});
afterEach(() => w.close());

test('the evidence of the overview is what serves the engagement that is shown', async () => {
  const [audit] = (await w.api.engagements.list({})).rows;
  if (audit === undefined) throw new Error('there is no engagement');
  const frameworks = audit.frameworks.map(({ id }) => id);
  const { engagement: other } = await w.api.engagements.create({ name: 'Other', frameworks, subjects: [] });
  const today = new Date().toISOString().slice(0, 10);
  const add = async (name: string, engagement: string, expires: string) => {
    const links = [{ control: 'CM-1', engagement }];
    const { evidence } = await w.api.evidence.add({ files: [{ path: w.file(name, name) }], links, expires });
    return evidence[0]?.id;
  };
  const gone = await add('gone.txt', other.id, dayAfter(today, -3));
  await add('soon.txt', audit.id, dayAfter(today, 5));
  await add('later.txt', audit.id, dayAfter(today, 60));
  await add('far.txt', audit.id, dayAfter(today, 300));
  await w.api.evidence.add({ files: [{ path: w.file('loose.txt', 'loose') }] });

  const here = await w.api.dashboard.summary({ engagement: audit.id });
  expect(here.evidence).toEqual({
    total: 3,
    stale: 0,
    expiring: 1,
    unlinked: 1,
    firstStale: null,
    lapsing: [
      { day: dayAfter(today, 6), count: 1 },
      { day: dayAfter(today, 61), count: 1 },
    ],
  });
  expect(here.next.some(({ what }) => what.startsWith('Renew'))).toBe(false);

  const there = await w.api.dashboard.summary({ engagement: other.id });
  expect(there.evidence).toMatchObject({ total: 1, stale: 1, firstStale: gone, lapsing: [] });
  expect(there.next).toContainEqual(
    expect.objectContaining({ what: 'Renew 1 piece of stale evidence', record: gone }),
  );
});

test('the trend says of each day what stood at its end, also what is no longer decided or accepted', async () => {
  const wait = (days: number) => {
    w.clock.ahead += days * 86_400_000;
  };
  const accept = async (control: string, result: 'satisfied' | 'not-satisfied') => {
    const aziz = await w.as('Aziz');
    await aziz.assessments.set({ control, result, note: 'Seen' });
    await aziz.review.sign({ kind: 'assessment', id: control, as: 'preparer' });
    await (await w.as('Rita')).review.sign({ kind: 'assessment', id: control, as: 'reviewer' });
  };
  await accept('AC-1', 'satisfied');
  await accept('AC-2', 'not-satisfied');
  wait(1);
  const aziz = await w.as('Aziz');
  await aziz.assessments.set({ control: 'AC-1', result: 'not-reviewed' });
  await aziz.assessments.set({ control: 'CM-1', result: 'satisfied' });
  wait(1);
  await aziz.assessments.set({ control: 'AC-1', result: 'satisfied' });
  await aziz.assessments.set({ control: 'AC-2', note: 'Looked at it again' });
  const { trend } = await w.api.dashboard.summary({});
  expect(trend.map(({ decided, accepted }) => [decided, accepted])).toEqual([
    [2, 2],
    [2, 1],
    [3, 1],
  ]);
});
