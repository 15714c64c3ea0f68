import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorkspace, type TestWorkspace } from '../../../support/workspaces.ts';

const weeks = ['Week 1-2', 'Week 3-4', 'Week 11-12'];
const plan = (title: string) =>
  `# ${title}\n\n${weeks.map((week) => `## ${week}\n\n- [ ] Work of ${week}\n- [ ] Rest of ${week}\n`).join('\n')}`;
const firstWord = (title: string) => weeks.find((week) => title.startsWith(week)) ?? title;

let w: TestWorkspace;
let engagement: string;
beforeAll(async () => {
  w = await makeWorkspace();
  const imported = await w.api.frameworks.import({
    files: [{ path: w.file('b.md', plan('Beta')) }, { path: w.file('a.md', plan('Alpha')) }],
  });
  const frameworks = imported.files.flatMap(({ framework }) => (framework === null ? [] : [framework.id]));
  const made = await w.api.engagements.create({ name: 'Audit', frameworks });
  engagement = made.engagement.id;
});
afterAll(() => w.close());

const expected = ['Beta', 'Alpha'].flatMap((framework) => weeks.map((week) => `${framework}: ${week}`));

test('groups stand as their plan has them, plan after plan as the engagement names them', async () => {
  const { byGroup } = await w.api.dashboard.summary({ engagement });
  expect(byGroup.map((group) => `${group.frameworkTitle}: ${firstWord(group.title)}`)).toEqual(expected);
});

test('checklists stand in that order too, and so do their items in a list of records', async () => {
  const { rows } = await w.api.checklists.list({ engagement });
  expect(rows.map((row) => `${row.frameworkTitle}: ${firstWord(row.title)}`)).toEqual(expected);
  const records = await w.api.records.list({ kind: 'checklist' });
  const titles = records.rows.map((row) => firstWord(String(row.title)));
  expect(titles).toEqual([...weeks, ...weeks]);
});

test('what waits for review is counted once, as the review queue counts it', async () => {
  const [checklist] = (await w.api.checklists.list({ engagement })).rows;
  const { rows } = (await w.api.checklists.get({ checklist: checklist?.id ?? '' })).checklist;
  for (const { id } of rows) await w.api.assessments.set({ control: id, result: 'satisfied' });
  await w.api.review.sign({ kind: 'checklist', id: checklist?.id ?? '', as: 'preparer' });
  const { review } = await w.api.dashboard.summary({ engagement });
  const { lanes } = await w.api.review.queue({ lane: 'to-review' });
  expect(review).toEqual({ waiting: 1, forYou: lanes['to-review'] });
});
