import { z } from 'zod';

/**
 * The file door: bytes travel beside the contract as plain HTTP-shaped requests, in the browser shell over
 * loopback and in Electron over the `app://` protocol, with the same bearer header.
 *
 * - `POST /files?name=…&type=…` with the bytes as body answers `StagedUpload`; the `upload` id is then named
 *   in a procedure's `FileSource`. A staged file is encrypted on disk and swept if nobody uses it.
 * - `GET /files/evidence/{evidence}/{index}` answers the bytes of a file of the current revision
 *   (`?sha256=…` for one of an older revision).
 * - `GET /files/binder/{binder}` answers a composed binder; `GET /files/result/{job}` a job's file.
 */
export const FILES_PATH = '/files';

export const StagedUpload = z.object({
  upload: z.string(),
  name: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  mediaType: z.string(),
});
export type StagedUpload = z.infer<typeof StagedUpload>;
