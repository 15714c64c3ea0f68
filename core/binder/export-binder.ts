import { mkdirSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { resolve as absolute, dirname, join } from 'node:path';
import type { z } from 'zod';
import { put } from '../../db/sql.ts';
import type { ComposedBinder } from '../../shared/contract/proof.ts';
import { refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { diskName } from '../evidence/file-name.ts';
import type { JobContext } from '../jobs.ts';
import { append } from '../ledger/append.ts';
import { takeCheckpoint } from '../ledger/checkpoint.ts';
import { sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import { certificatesFromPem, softwareSigner } from '../members/certificate.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { assembleModel, lastCheckpoint } from './assemble-model.ts';
import { composeBinder } from './compose/compose-binder.ts';
import { digestOf } from './digest-of.ts';
import { demandFree } from './in-the-way.ts';
import { findMisfits } from './misfits.ts';
import type { BinderModel } from './model.ts';
import { gatherScope } from './scope.ts';
import { signPdf } from './sign/sign-pdf.ts';
import type { PdfSigner } from './sign/signer.ts';
import { beginUnfinished, endUnfinished } from './unfinished.ts';

export interface ExportRequest {
  readonly engagement?: string | undefined;
  readonly kind: 'evidence' | 'release' | 'handover';
  readonly out?: string | undefined;
  readonly title?: string | undefined;
  readonly withhold: readonly string[];
  /** Replaces whatever stands under the name. */
  readonly force: boolean;
  /** Where a binder goes that was given no path. */
  readonly folder: string;
}

type Composed = z.infer<typeof ComposedBinder>;

/**
 * Seal, take the checkpoint, compose from it, sign as preparer, then record the export. The file appears under its
 * name only once it is signed; on a fault or a stop nothing of it stays.
 */
export async function exportBinder(
  ws: OpenWorkspace,
  request: ExportRequest,
  job: JobContext,
): Promise<Composed> {
  const engagement = resolve.engagement(ws, request.engagement);
  const member = ws.member();
  if (request.out !== undefined) await demandFree(absolute(request.out), request.force);
  const withhold = request.withhold.map((text) => resolve.evidence(ws, text).id);
  sealOpen(ws);
  const checkpoint = takeCheckpoint(ws, member.name);
  const id = ws.ports.ids.next();
  job.step('Reading the workspace', 0, null);
  const scope = gatherScope(ws, engagement.id, new Set(withhold));
  const model = assembleModel(ws, {
    ...request,
    engagement: engagement.id,
    withhold,
    checkpoint,
    last: lastCheckpoint(ws),
    id,
    scope,
    misfits: await findMisfits(ws, scope.evidence),
  });
  const out = outFile(request.out, request.folder, model);
  const part = beginUnfinished(ws.db, id, out);
  try {
    const written = await composeBinder(model, part, {
      signal: job.signal,
      onProgress: (step, done, total) => job.step(step, done, total),
    });
    job.step('Signing', 0, null);
    const at = new Date(ws.now());
    await signPdf(part, {
      field: 'Preparer',
      signer: memberSigner(ws),
      reason: 'I prepared this binder',
      at,
      capacityText: 'Preparer',
      certification: true,
      signal: job.signal,
      ...(member.passphraseSetByOther ? { appearance: { lines: ['Passphrase set by another member'] } } : {}),
    });
    const finished = await digestOf(part);
    await demandFree(out, request.force);
    await rename(part, out);
    record(
      ws,
      model,
      { ...finished, pages: written.pages, attachments: written.attachments },
      out,
      checkpoint.body as unknown as Json,
    );
    return {
      file: out,
      ...finished,
      pages: written.pages,
      attachments: written.attachments,
      signatures: [{ by: member.name, at: at.toISOString(), field: 'Preparer' }],
      manifest: { included: model.manifest.included.length, omitted: model.manifest.omitted },
    };
  } finally {
    endUnfinished(ws.db, id, dirname(out));
  }
}

/** The member's own certificate and key as a signer of PDFs. */
export function memberSigner(ws: OpenWorkspace): PdfSigner {
  const member = ws.member();
  return softwareSigner(
    member.name,
    Buffer.from(ws.secrets.pdfKey, 'base64'),
    certificatesFromPem(member.certificate),
  );
}

/** Where the file goes: the path named, or a file of the binder's title in the folder of binders. */
function outFile(out: string | undefined, dir: string, model: BinderModel): string {
  if (out === undefined) {
    mkdirSync(dir, { recursive: true });
    return join(
      dir,
      diskName(`${model.title} ${model.at.slice(0, 10)} ${model.id.slice(0, 6)}.pdf`, new Set()),
    );
  }
  const file = absolute(out);
  const folder = statSync(dirname(file), { throwIfNoEntry: false });
  if (folder === undefined || !folder.isDirectory())
    refuse({ code: 'not-found', what: 'folder', id: dirname(file) });
  return file;
}

interface Finished {
  readonly sha256: string;
  readonly bytes: number;
  readonly pages: number;
  readonly attachments: number;
}

function record(
  ws: OpenWorkspace,
  model: BinderModel,
  finished: Finished,
  out: string,
  checkpoint: Json,
): void {
  const { kind, title } = model;
  const value = {
    engagement: model.engagement.id,
    kind,
    title,
    ...finished,
    omitted: model.manifest.omitted.length,
    checkpoint,
  };
  const id = factId(sha256, 'binder', ws.writer.id, value);
  ws.db.transaction(() => {
    append(ws, 'binder.export@1', [{ record: `binder:${id}`, field: 'fact', value }]);
    put(ws.db, 'local_binder_file', { binder: id, file: out });
    sealOpen(ws);
  })();
}
