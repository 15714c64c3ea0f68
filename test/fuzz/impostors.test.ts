import { describe, expect, it } from 'vitest';
import { type ReadBinder, readBinder } from '../../core/binder/verify/index.ts';
import { FaultError } from '../../shared/fault.ts';
import { finish, OWNER } from '../support/workspaces.ts';
import { NO_FILE, type Played, playImpostors } from './impostors.ts';

/** Few for every change; `npm run fuzz` plays many. */
const STORIES = Number(process.env.BINDERY_IMPOSTORS ?? 3);

describe('members whose programs ask no rule', () => {
  const seeds = Array.from({ length: STORIES }, (_, seed) => seed);
  it.each(seeds)('make no honest binder fail or be bad, and count for nothing (story %i)', async (seed) => {
    const played = await playImpostors(seed);
    try {
      const [note] = [{ what: 'note' as const, of: 'AC-1', reason: 'Names of staff' }];
      const [withheld = ''] = played.evidence;
      const ways: readonly object[] = [
        {},
        { profile: ['summary', 'customer', 'reviewer'][seed % 3] },
        { redact: [note] },
        { withhold: [withheld] },
      ];
      for (const way of ways) {
        const binder = await composed(played, way);
        if (binder !== null) expectSound(binder, played, JSON.stringify(way));
      }
    } finally {
      await played.w.close();
    }
  });
});

/** The binder as a stranger reads it; null where what it is to leave out is not there, or stands elsewhere as well. */
async function composed({ w }: Played, way: object): Promise<ReadBinder | null> {
  await w.as(OWNER);
  const out = w.file('binder.pdf', '');
  try {
    await finish(w.api, w.api.binders.compose({ out, force: true, ...way }));
  } catch (error) {
    const code = error instanceof FaultError ? error.fault.code : '';
    const isRefused = code === 'not-found' || (code === 'rule-broken' && 'redact' in way);
    if (isRefused && Object.keys(way).some((key) => key === 'redact' || key === 'withhold')) return null;
    throw error;
  }
  return readBinder(out);
}

function expectSound({ report, content }: ReadBinder, { trail, unjust, refused }: Played, way: string): void {
  const problems = report.problems.map(({ code, where, message }) => `${code} @ ${where}: ${message}`);
  expect(problems, `${way} after ${trail.join('; ')}`).toEqual([]);
  const { manifest, ledger } = content ?? {};
  if (!manifest || !ledger) throw new Error('the binder has nothing of the ledger');
  const { extract } = ledger.state;
  // What nobody had the right to is nowhere; what came too late is told as refused, and stands in nothing that counts.
  const told = JSON.stringify([extract, manifest], butWhatSignersSaw);
  expect(unjust.filter((text) => told.includes(`"${text}"`))).toEqual([]);
  const counting = JSON.stringify([extract.signed, extract.signOffs, manifest.included]);
  expect(refused.filter((text) => counting.includes(`${text}"`))).toEqual([]);
  expect(manifest.files.some(({ sha256 }) => sha256 === NO_FILE)).toBe(false);
}

/** A signer states the values that they saw: whoever made some up and returned them says so, in their own entry alone. */
function butWhatSignersSaw(this: unknown, key: string, value: unknown): unknown {
  const isOfSignOff = key === 'signed' && typeof this === 'object' && this !== null && 'verdict' in this;
  return isOfSignOff ? undefined : value;
}
