import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../../shared/fault.ts';
import { builtScreens } from '../screens.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { writeNew } from '../write-new.ts';

export const verifier: Verb = {
  summary: 'Writes the page that verifies binders in any browser: one file, no network, no installation',
  words: [],
  flags: { out: { value: 'FILE', summary: 'The page (.html) to write', required: true } },
  async run({ args, path, terminal }) {
    const screens = await builtScreens(terminal.tell);
    const page = await readFile(join(screens, 'verifier.html')).catch(() =>
      refuse({ code: 'unavailable', what: 'The verifier page', detail: 'it is not in this installation.' }),
    );
    const file = path(args.required('out'));
    await writeNew(file, args.required('out'), page);
    const sha256 = createHash('sha256').update(page).digest('hex');
    return {
      value: { file, bytes: page.length, sha256 },
      lines: [
        harmless(`${file}: open it in a browser and drop a binder on it.`),
        `SHA-256 ${sha256}`,
        'Give the hash by another way than the page: a page cannot vouch for itself.',
      ],
    };
  },
};
