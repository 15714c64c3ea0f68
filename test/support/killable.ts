// Run as a child process: opens a workspace, says READY, does one long thing, says DONE. Its parent kills it in between,
// or it kills itself as soon as this many volumes have got their names.
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createCore } from '../../core/index.ts';

const [what = '', dir = '', file = '', passphrase = '', named = ''] = process.argv.slice(2);
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
  case 'volumes': {
    if (named !== '') dieAfterNames(Number(named));
    const { job } = await core.client.binders.compose({ out: file, volumeBytes: 2 ** 20 });
    for await (const state of await core.client.jobs.watch({ job }))
      if (state.state !== 'running' && state.state !== 'done') throw new Error(JSON.stringify(state));
    break;
  }
  case 'exchange': {
    const { job } = await core.client.sync.now();
    for await (const state of await core.client.jobs.watch({ job }))
      if (state.state !== 'running' && state.state !== 'done') throw new Error(JSON.stringify(state));
    break;
  }
  default:
    throw new Error(`nothing is called ${what}`);
}
process.stdout.write('DONE\n');
await core.close();

/** As the power goes: between one rename and the next, with nothing tidied. */
function dieAfterNames(times: number): void {
  const { rename } = files;
  let left = times;
  files.rename = async (from, to) => {
    await rename(from, to);
    if (!String(to).endsWith('.pdf')) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  syncBuiltinESMExports();
}
