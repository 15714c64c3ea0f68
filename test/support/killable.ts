// Run as a child process: opens a workspace, says READY, does one long thing, says DONE. Its parent kills it in between.
import { createCore } from '../../core/index.ts';

const [what = '', dir = '', file = '', passphrase = ''] = process.argv.slice(2);
const core = await createCore({ shell: 'test', home: dir });
await core.client.workspace.unlock({ dir, passphrase });
process.stdout.write('READY\n');
switch (what) {
  case 'import':
    await core.client.frameworks.import({ files: [{ path: file }], dryRun: false });
    break;
  case 'evidence':
    await core.client.evidence.add({
      files: [{ path: file }],
      together: false,
      links: [{ control: 'G0-1' }],
    });
    break;
  case 'binder': {
    const { job } = await core.client.binders.compose({ kind: 'evidence', out: file, withhold: [] });
    for await (const state of await core.client.jobs.watch({ job })) if (state.state !== 'running') break;
    break;
  }
  default:
    throw new Error(`nothing is called ${what}`);
}
process.stdout.write('DONE\n');
await core.close();
