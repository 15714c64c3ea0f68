import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailed, root, run } from './step.mjs';

/** One project per environment: what one may name, another may not. */
const PROJECTS = ['shared', 'db', 'core', 'server', 'cli', 'electron', 'renderer', 'verifier', 'test'];

/** Checks the types of every project and says which of them are wrong. */
export async function typecheck() {
  const wrong = [];
  for (const project of PROJECTS) {
    try {
      await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      wrong.push(project);
    }
  }
  if (wrong.length > 0) throw new CommandFailed(`Types are wrong in: ${wrong.join(', ')}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await typecheck().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
