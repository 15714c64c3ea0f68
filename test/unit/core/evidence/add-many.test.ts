import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultOf, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

let ws: TestWorkspace;
beforeAll(async () => {
  ws = await makeEngagement();
});
afterAll(() => ws.close());

async function* bytes(text: string) {
  yield new TextEncoder().encode(text);
}

test('two thousand files are one call and one entry, and one more is refused in plain words', async () => {
  // The same content under every name: what is tried here is the record, not the disk.
  const { upload } = await ws.core.files.stage('page.txt', 'text/plain', bytes('page'));
  const files = Array.from({ length: 2000 }, () => ({ upload }));
  const { evidence } = await ws.api.evidence.add({ files, together: true, links: [{ control: 'AC-1' }] });
  expect(evidence[0]?.files).toHaveLength(2000);
  expect((await ws.api.evidence.get({ evidence: evidence[0]?.id ?? '' })).evidence.links).toBe(1);
  expect(await faultOf(ws.api.evidence.add({ files: [...files, { upload }] }))).toEqual({
    code: 'invalid-input',
    where: 'files',
    detail: 'There are too many. Give at most 2000.',
  });
});
