import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lane } from '../../../../shared/contract/work.ts';
import { type Api, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

const PEOPLE = { Ben: 'auditor', Rita: 'admin', Mia: 'admin', Rob: 'reviewer', Vic: 'viewer' } as const;
const LANES: readonly Lane[] = ['to-review', 'returned', 'voided', 'to-sign'];
const CONTROL = 'AC-2';

let w: TestWorkspace;
beforeAll(async () => {
  w = await makeEngagement(
    PEOPLE,
    Array.from({ length: 12 }, (_, n) => `S${n + 1}`),
  );
  const as = (who: keyof typeof PEOPLE | 'Ada') => w.as(who);
  const at = (n: number) => ({ control: CONTROL, subject: `S${n}` });
  const sign = async (who: keyof typeof PEOPLE, n: number, capacity: 'preparer' | 'reviewer') =>
    (await as(who)).review.sign({ kind: 'assessment', id: CONTROL, subject: `S${n}`, as: capacity });
  const addEvidence = async (api: Api, n: number) =>
    (await api.evidence.add({ files: [{ path: w.file(`e${n}.txt`, `evidence ${n}`) }], links: [at(n)] }))
      .evidence[0]?.id ?? '';

  const ben = await as('Ben');
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    await ben.assessments.set({ ...at(n), result: 'satisfied' });
  // What a reviewer put in, took out or removed makes them no reviewer of it.
  const rita = await as('Rita');
  await addEvidence(rita, 2);
  const taken = await addEvidence(await as('Ben'), 3);
  const { assessments } = await ben.controls.get({ control: CONTROL, engagement: 'Audit 2026' });
  const third = assessments.find(({ subject }) => subject.name === 'S3')?.id ?? '';
  await (await as('Rita')).evidence.unlink({ evidence: taken, assessment: third });
  const removed = await addEvidence(await as('Ben'), 4);
  await (await as('Mia')).evidence.remove({ evidence: removed, evenIfLinked: true });
  await sign('Rita', 5, 'preparer');
  for (const n of [1, 2, 3, 4, 6, 7, 8]) await sign('Ben', n, 'preparer');
  await sign('Mia', 6, 'reviewer');
  await (await as('Mia')).review.return({ kind: 'assessment', id: CONTROL, subject: 'S7', note: 'More.' });
  await sign('Rita', 8, 'reviewer');
  await (await as('Ben')).assessments.set({ ...at(8), note: 'Changed since' });
});
afterAll(() => w.close());

describe('the lanes of a queue', () => {
  test.each(['Ben', 'Rita', 'Mia', 'Rob', 'Vic', 'Ada'] as const)(
    'hold for %s what the rules say of each piece of work by itself',
    async (who) => {
      const api = await w.as(who);
      const { assessments } = await api.controls.get({ control: CONTROL, engagement: 'Audit 2026' });
      const worked = assessments.filter(
        ({ result, status }) => result !== 'not-reviewed' || status !== 'draft',
      );
      expect(worked.length).toBe(10);
      const expected: Record<Lane, string[]> = {
        'to-review': worked.filter(({ may }) => may.review.allowed).map(({ subject }) => subject.name),
        returned: worked.filter(({ status }) => status === 'returned').map(({ subject }) => subject.name),
        voided: worked.filter(({ voided }) => voided).map(({ subject }) => subject.name),
        'to-sign': worked
          .filter(({ may, status }) => status === 'draft' && may.prepare.allowed)
          .map(({ subject }) => subject.name),
      };
      const { review, next } = await api.dashboard.summary({});
      expect(review).toEqual({
        waiting: worked.filter(({ status }) => status === 'submitted').length,
        forYou: expected['to-review'].length,
      });
      for (const lane of LANES) {
        const { rows, lanes } = await api.review.queue({ lane });
        expect(rows.map(({ subject }) => subject).sort(), lane).toEqual(expected[lane].sort());
        expect(lanes[lane], lane).toBe(rows.length);
        const front = next.find((one) => one.lane === lane);
        if (front !== undefined) expect(front.record).toBe(rows[0]?.record);
        if (rows.length < 2) continue;
        const second = await api.review.queue({ lane, offset: 1, limit: 1 });
        expect(second).toMatchObject({ total: rows.length, rows: [rows[1]] });
      }
    },
  );

  test('differ for those who had a hand in the work', async () => {
    const toReview = async (who: keyof typeof PEOPLE) =>
      (await (await w.as(who)).review.queue({ lane: 'to-review' })).rows.map(({ subject }) => subject).sort();
    expect(await toReview('Rita')).toEqual(['S1', 'S4']);
    expect(await toReview('Mia')).toEqual(['S1', 'S2', 'S3', 'S5']);
  });
});
