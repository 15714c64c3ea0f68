import { reconsider } from '../../core/ledger/reconsider.ts';
import { frameworkBlobs } from '../../core/workspace/open-workspace.ts';
import { withModifiedClient } from './modified-client.ts';
import type { TestWorkspace } from './workspaces.ts';

/** The owner ends a member's access, or leaves them `role`, as of before all they wrote: as a copy does that had not heard of it. */
export async function endAccessBefore(w: TestWorkspace, name: string, role: string): Promise<void> {
  let record = '';
  await withModifiedClient(w, name, ({ ws }) => {
    record = `member:${ws.writer.member}`;
  });
  await withModifiedClient(w, 'Ada', async ({ ws, write }) => {
    await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
    write('member.role@1', [{ record, field: 'role', value: { role, cutoff: { [ws.writer.id]: 1 } } }]);
    reconsider(ws);
  });
}
