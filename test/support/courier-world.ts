import { join } from 'node:path';
import type { CourierExported, CourierImported } from '../../shared/contract/courier.ts';
import type { Role } from '../../shared/domain/results.ts';
import {
  type Api,
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestCore,
  type TestWorkspace,
} from './workspaces.ts';

/** One copy of a workspace in a core of its own, open as one of its members. */
export interface CopyHere {
  readonly test: TestCore;
  readonly api: Api;
  readonly dir: string;
  readonly device: string;
  send(to: string, more?: object): Promise<CourierExported>;
  take(files: readonly string[], more?: object): Promise<CourierImported>;
}

/** The first workspace of `makeEngagement` and further copies of it that began with a bundle. */
export interface CourierWorld {
  readonly first: CopyHere;
  readonly source: TestWorkspace;
  /** A new copy from a first bundle of `from`, opened as this member. */
  begin(device: string, member?: string, from?: CopyHere): Promise<CopyHere>;
  path(name: string): string;
  close(): Promise<void>;
}

export const SECRET = 'the words of the bundle';

export async function courierWorld(members: Readonly<Record<string, Role>> = {}): Promise<CourierWorld> {
  const source = await makeEngagement(members);
  const path = (name: string) => join(source.home, name);
  let made = 0;
  const copyOf = (test: TestCore, dir: string, device: string): CopyHere => ({
    test,
    api: test.api,
    dir,
    device,
    send(to, more = {}) {
      made += 1;
      const out = path(`bundle-${made}.courier.age`);
      return finish<CourierExported>(test.api, test.api.courier.export({ for: to, out, ...more }));
    },
    take: (files, more = {}) =>
      finish<CourierImported>(
        test.api,
        test.api.courier.import({ files: files.map((file) => ({ path: file })), ...more }),
      ),
  });
  const first = copyOf(source, source.dir, 'Desk');
  const others: TestCore[] = [];
  return {
    first,
    source,
    path,
    async begin(device, member = OWNER, from = first) {
      made += 1;
      const out = path(`first-${made}.courier.age`);
      const { files } = await finish<CourierExported>(
        from.api,
        from.api.courier.export({ first: true, passphrase: SECRET, out }),
      );
      const test = await makeCore(source);
      others.push(test);
      const dir = path(`copy-${made}`);
      await finish(
        test.api,
        test.api.courier.begin({
          files: files.map((file) => ({ path: file })),
          dir,
          bundlePassphrase: SECRET,
          passphrase: passphraseOf(member),
          device,
        }),
      );
      return copyOf(test, dir, device);
    },
    async close() {
      for (const test of others) await test.close();
      await source.close();
    },
  };
}
