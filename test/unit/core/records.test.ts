import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeEngagement, type TestWorkspace } from '../../support/workspaces.ts';

let w: TestWorkspace;
beforeAll(async () => {
  w = await makeEngagement({ Aziz: 'auditor' }, ['Ledger', 'Bank link']);
});
afterAll(() => w.close());

test('a phase of the plan is found by its title and shows what was changed in it', async () => {
  const api = await w.as('Aziz');
  const title = 'Phase 1: Prepare (2026-01-05 to 2026-01-30)';
  const before = await api.records.show({ kind: 'phase', id: title });
  expect(before.record).toMatchObject({ title, from: '2026-01-05', to: '2026-01-30', done: null });
  expect(before.history).toEqual([]);
  await api.programme.put({ kind: 'phase', record: title, fields: { done: '2026-02-01' } });
  const after = await api.records.show({ kind: 'phase', id: title.toUpperCase() });
  expect(after.record.done).toBe('2026-02-01');
  expect(after.history[0]?.summary).toBe('Programme changed: done 2026-02-01');
});

test('records of every kind of programme are listed and filtered by their fields', async () => {
  const api = await w.as('Aziz');
  for (const [title, severity] of [
    ['Old laptops', 'P1'],
    ['No restore drill', 'P0'],
  ] as const)
    await api.programme.put({ kind: 'risk', fields: { title, severity } });
  const { total, rows } = await api.records.list({ kind: 'risk', where: { severity: 'P0' } });
  expect([total, rows[0]?.title]).toEqual([1, 'No restore drill']);
});
