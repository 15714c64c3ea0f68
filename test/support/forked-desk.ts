import { cpSync, readFileSync } from 'node:fs';
import type { Role } from '../../shared/domain/results.ts';
import { type CopyHere, type CourierWorld, courierWorld } from './courier-world.ts';
import { type Api, finish, makeCore, passphraseOf, type TestCore } from './workspaces.ts';

/** A workspace whose first device, the Desk, can go on twice: in its folder, and in a copy of that. */
export interface ForkedDesk {
  readonly world: CourierWorld;
  /** Another device, to which both histories are brought. */
  readonly laptop: CopyHere;
  /** The copied folder, opened in a core of its own. */
  readonly twin: () => TestCore;
  /** Copies the Desk's folder and lets this member go on in both. */
  goOnTwice(name: string, work?: Work): Promise<void>;
  /** Brings what one of the two wrote to the Laptop. */
  bring(api: Api): Promise<void>;
  compose(api: Api, engagement?: string, more?: object): Promise<Buffer>;
  file(name: string): string;
  close(): Promise<void>;
}

/** What is done in each of the two. */
export type Work = (api: Api, side: 'here' | 'there') => Promise<unknown>;

/** The check of another control in each, signed as prepared. */
const SIGNED: Work = async (api, side) => {
  const control = side === 'here' ? 'AC-1' : 'AC-2';
  await api.assessments.set({ control, result: 'satisfied', note: `seen ${side}` });
  await api.review.sign({ kind: 'assessment', id: control, as: 'preparer' });
};

export async function forkedDesk(members: Readonly<Record<string, Role>>): Promise<ForkedDesk> {
  const world = await courierWorld(members);
  const laptop = await world.begin('Laptop');
  let twin: TestCore | undefined;
  let made = 0;
  const next = (end: string): string => {
    made += 1;
    return world.path(`forked-${made}.${end}`);
  };
  return {
    world,
    laptop,
    twin() {
      if (twin === undefined) throw new Error('the Desk has not gone on twice');
      return twin;
    },
    async goOnTwice(name, work = SIGNED) {
      const { source } = world;
      const copy = next('copied');
      await source.as('Ada');
      await world.first.take((await laptop.send('Desk')).files, { replayed: true });
      await source.api.workspace.lock();
      cpSync(source.dir, copy, { recursive: true });
      twin = await makeCore(source);
      await twin.api.workspace.unlock({ dir: copy, passphrase: passphraseOf(name) });
      const here = await source.as(name);
      await work(here, 'here');
      await here.ledger.seal();
      await work(twin.api, 'there');
      await twin.api.ledger.seal();
    },
    async bring(api) {
      const out = next('courier.age');
      const { files } = await finish<{ files: string[] }>(api, api.courier.export({ for: 'Laptop', out }));
      await laptop.take(files, { replayed: true });
    },
    async compose(api, engagement = 'Audit 2026', more = {}) {
      const out = next('pdf');
      await finish(api, api.binders.compose({ out, engagement, force: true, ...more }));
      return readFileSync(out);
    },
    file: next,
    async close() {
      await twin?.close();
      await world.close();
    },
  };
}
