import type { CourierVerification } from '../../../shared/contract/courier.ts';
import type { CourierManifest } from '../../../shared/domain/courier.ts';
import { refuse } from '../../../shared/fault.ts';
import type { JobContext } from '../../jobs.ts';
import { BundleFlaw, withBundle } from './open-bundle.ts';
import { drain } from './stage-bundle.ts';
import { type BundleFiles, bundlesAmong, lookAt } from './volumes.ts';

/** Says of bundles what their bytes prove, without any workspace: whole, signed, and by which key. */
export async function verifyBundle(
  files: readonly string[],
  passphrase: string | undefined,
  job: JobContext,
): Promise<CourierVerification[]> {
  const looked = await Promise.all(files.map((file) => lookAt(file)));
  const reports: CourierVerification[] = [];
  for (const bundle of bundlesAmong(looked)) reports.push(await verifyOne(bundle, passphrase, job));
  return reports;
}

async function verifyOne(
  bundle: BundleFiles,
  passphrase: string | undefined,
  job: JobContext,
): Promise<CourierVerification> {
  let manifest: CourierManifest | null = null;
  let flaw: BundleFlaw | null = null;
  try {
    await withBundle(
      bundle,
      { passphrases: passphrase === undefined ? [] : [passphrase] },
      async (inside) => {
        manifest = inside.manifest;
        let read = 0;
        for await (const part of inside.parts()) {
          job.signal.throwIfAborted();
          job.step('Checking the bundle', read, inside.manifest.parts.bytes);
          await drain(part);
          read += part.head.bytes;
        }
      },
    );
  } catch (error) {
    if (!(error instanceof BundleFlaw)) throw error;
    if (error.verdict === 'not-for-you') return closed(passphrase);
    flaw = error;
  }
  return reportOf(bundle, manifest, flaw);
}

/** Nothing inside can be judged, and that is no verdict. */
function closed(passphrase: string | undefined): never {
  if (passphrase !== undefined) return refuse({ code: 'wrong-key' });
  return refuse({
    code: 'unavailable',
    what: 'What is in this bundle',
    detail: 'it opens only with its passphrase or with the key of the member it is for',
    remedy:
      'Give the passphrase by --bundle-passphrase-file, or look at it from that member’s workspace: courier import DIR FILE --dry-run.',
  });
}

function reportOf(
  bundle: BundleFiles,
  manifest: CourierManifest | null,
  flaw: BundleFlaw | null,
): CourierVerification {
  const [first] = bundle.files;
  const { from, checkpoint } = manifest ?? {};
  const body = checkpoint?.body;
  const name = checkpoint?.memberName ?? '';
  return {
    kind: 'courier',
    file: first?.path ?? '',
    volumes: bundle.of,
    bytes: bundle.files.reduce((sum, file) => sum + file.bytes, 0),
    verdict: flaw === null ? 'valid-unknown-signer' : 'invalid',
    signatures:
      manifest === null || from === undefined
        ? []
        : [
            {
              by: name,
              publicKey: from.publicKey,
              at: manifest.at,
              valid: true,
              coversRevision: flaw === null,
              coversWholeFile: flaw === null,
            },
          ],
    manifest:
      manifest === null
        ? null
        : {
            number: manifest.number,
            workspace: manifest.workspace,
            from: manifest.from.device,
            to: manifest.to.kind === 'anyone' ? 'whoever has the passphrase' : manifest.to.id,
            files: manifest.parts.files,
            segments: manifest.parts.segments,
            entries: manifest.parts.entries,
            mismatches: [],
          },
    checkpoint:
      body === undefined
        ? null
        : {
            workspace: body.workspace,
            at: body.at,
            signedBy: name,
            chains: body.chains.length,
            entries: body.chains.reduce((sum, { size }) => sum + size, 0),
          },
    problems: flaw === null ? [] : [{ code: flaw.verdict, where: 'bundle', message: flaw.message }],
    proven: manifest === null ? [] : proven(manifest, name, flaw),
    notProven: [
      'That the key belongs to who it names: a workspace that knows the member tells.',
      'What the entries in it say and who may have written them: they are sealed under the workspace’s keys.',
    ],
  };
}

function proven({ number, parts, at }: CourierManifest, name: string, flaw: BundleFlaw | null): string[] {
  const signed = `Whoever holds the key named as ${name}’s signed it as number ${number}, and says it was on ${at}.`;
  if (flaw !== null) return [signed];
  return [
    signed,
    `It is whole: ${parts.segments} segments and ${parts.files} files are as they were when it was signed.`,
  ];
}
