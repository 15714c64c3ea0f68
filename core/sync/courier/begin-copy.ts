import { refuse } from '../../../shared/fault.ts';
import type { JobContext } from '../../jobs.ts';
import { receiveSegments } from '../../ledger/receive.ts';
import { writing } from '../../ledger/take-in.ts';
import type { Ports } from '../../ports.ts';
import { frameworkBlobs, type OpenWorkspace } from '../../workspace/open-workspace.ts';
import { newCopy } from '../new-copy.ts';
import type { Openers } from './envelope.ts';
import { BundleFlaw, withBundle } from './open-bundle.ts';
import { drain, whole, withStaged } from './stage-bundle.ts';
import { remember } from './take-bundle.ts';
import { type BundleFiles, bundlesAmong, lookAt } from './volumes.ts';

export interface BeginWish {
  readonly dir: string;
  readonly files: readonly string[];
  /** Opens the bundle; the member's own passphrase is tried as well. */
  readonly bundlePassphrase?: string | undefined;
  readonly passphrase: string;
  readonly member?: string | undefined;
  readonly device?: string | undefined;
}

const MAX_KEYS = 4 * 1024 * 1024;

/** Makes a new copy of a workspace from a first bundle. It is read twice: for the key slots, then for everything. */
export async function beginCopy(ports: Ports, wish: BeginWish, job: JobContext): Promise<OpenWorkspace> {
  const looked = await Promise.all(wish.files.map((file) => lookAt(file)));
  const bundles = bundlesAmong(looked);
  const [bundle] = bundles;
  if (bundle === undefined || bundles.length > 1)
    return refuse({ code: 'invalid-input', detail: 'a copy begins with one first bundle', where: 'files' });
  const passphrases = [...new Set([wish.bundlePassphrase ?? wish.passphrase, wish.passphrase])];
  const openers: Openers = { passphrases };
  try {
    const keyFile = await keysIn(bundle, openers);
    return await newCopy(ports, {
      dir: wish.dir,
      keyFile,
      passphrase: wish.passphrase,
      member: wish.member,
      deviceName: wish.device,
      fill: (ws) => fillFrom(ws, bundle, openers, job),
    });
  } catch (error) {
    if (error instanceof BundleFlaw) return refuseBundle(error);
    throw error;
  }
}

async function keysIn(bundle: BundleFiles, openers: Openers): Promise<Buffer> {
  return withBundle(bundle, openers, async (inside) => {
    for await (const part of inside.parts()) {
      if (part.head.kind === 'keys') return whole(part, MAX_KEYS);
      await drain(part);
      break;
    }
    return refuse({
      code: 'invalid-input',
      detail: 'this is no first bundle: the key slots are not in it',
      remedy: 'Have one made by "courier export --first", or name the folder of a workspace that is there.',
    });
  });
}

async function fillFrom(
  ws: OpenWorkspace,
  bundle: BundleFiles,
  openers: Openers,
  job: JobContext,
): Promise<void> {
  await withBundle(bundle, openers, (inside) =>
    withStaged(ws, inside, true, job, async (staged) => {
      if (staged.manifest.workspace !== ws.workspace)
        throw new BundleFlaw('tampered', 'Its key slots are of another workspace than its entries.');
      await ws.loadFrameworks([...frameworkBlobs(ws.db).blobs, ...staged.blobs]);
      job.signal.throwIfAborted();
      job.step('Taking entries in', 0, null);
      writing(ws.db, staged.manifest.parts.entries, () => receiveSegments(ws, staged.segments()));
      remember(ws, staged.manifest);
    }),
  );
}

/** Where there is no workspace to report into, a bundle that cannot be used is a refusal. */
export function refuseBundle(flaw: BundleFlaw): never {
  if (flaw.verdict === 'not-for-you') {
    return refuse({
      code: 'unavailable',
      what: 'What is in this bundle',
      detail: 'no passphrase that was given opens it',
      remedy:
        'A first bundle opens by its own passphrase; any other bundle is taken in by a workspace that is there already.',
    });
  }
  const detail = flaw.message.replace(/\.$/, '');
  if (flaw.verdict === 'missing-volume') return refuse({ code: 'not-found', what: 'volume', id: detail });
  return refuse({
    code: 'corrupt',
    what: 'courier bundle',
    detail: detail.charAt(0).toLowerCase() + detail.slice(1),
  });
}
