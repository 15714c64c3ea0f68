import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement();
});
afterEach(() => w.close());

test('what a plan states is found as the record that stands for it in the engagement', async () => {
  const { rows } = await w.api.programme.list({ kind: 'phase' });
  const [{ record, title } = { record: '', title: '' }] = rows;
  const [hit] = await w.api.search.find({ text: 'Prepare' });
  expect({ ...hit, id: `${hit?.kind}:${hit?.id}` }).toMatchObject({ kind: 'phase', id: record, title });
});

test('without an engagement in sight the plan’s own record is found', async () => {
  const { rows } = await w.api.frameworks.list({});
  await w.api.engagements.create({ name: 'Second', frameworks: rows.map(({ id }) => id) });
  const [hit] = await w.api.search.find({ text: 'Prepare' });
  const known = await w.api.programme.list({ kind: 'phase', engagement: 'Second' });
  expect(hit?.kind).toBe('phase');
  expect(known.rows.map(({ record }) => record)).not.toContain(`phase:${hit?.id}`);
});
