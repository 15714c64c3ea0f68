import type { StagedUpload } from '../../shared/contract/files.ts';
import type { FileSource } from '../../shared/contract/frameworks.ts';
import { refuse } from '../../shared/fault.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { keptName } from './file-name.ts';
import { mediaTypeOf } from './media-type.ts';

/** A file that is in the vault and not yet named by any record. */
export interface TakenFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** Uploads of this session by id. Their bytes are in the vault already; unused ones fall to the sweep. */
export class StagedFiles {
  readonly #uploads = new Map<string, StagedUpload>();

  async stage(
    ws: OpenWorkspace,
    name: string,
    mediaType: string,
    body: AsyncIterable<Uint8Array>,
  ): Promise<StagedUpload> {
    const taken = await ws.vault.takeFromStream(body);
    const kept = keptName(name);
    const type = mediaType === '' || mediaType === 'application/octet-stream' ? mediaTypeOf(kept) : mediaType;
    const upload = {
      upload: ws.ports.ids.next(),
      name: kept,
      bytes: taken.bytes,
      sha256: taken.sha256,
      mediaType: type,
    };
    this.#uploads.set(upload.upload, upload);
    return upload;
  }

  get(id: string): StagedUpload {
    return this.#uploads.get(id) ?? refuse({ code: 'not-found', what: 'upload', id });
  }

  /** Takes a source into the vault: an upload is there already, a path is read. */
  async take(ws: OpenWorkspace, source: FileSource, signal?: AbortSignal): Promise<TakenFile> {
    if ('upload' in source) {
      const { upload: _id, ...file } = this.get(source.upload);
      return file;
    }
    const taken = await ws.vault.takeFromPath(source.path, signal === undefined ? {} : { signal });
    const name = keptName(source.name ?? source.path);
    return { name, sha256: taken.sha256, bytes: taken.bytes, mediaType: mediaTypeOf(name) };
  }
}
