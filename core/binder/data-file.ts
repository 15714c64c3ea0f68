import { createHash } from 'node:crypto';
import type { Manifest, ManifestFile } from '../../shared/domain/binder.ts';
import { TWIN_NAMES } from '../../shared/domain/binder.ts';
import { assessmentResults, RESULTS_DEPTH } from '../../shared/domain/twin/assessment-results.ts';
import { registerCsv } from '../../shared/domain/twin/register.ts';
import type { TwinShown } from '../../shared/domain/twin/shown.ts';
import type { StreamedJson } from '../../shared/ledger/canonical.ts';
import type { Attachment } from './model.ts';
import { type PackedText, packedJson, packedText } from './packed-text.ts';

/** A file of data with its line in the manifest. */
export interface DataFile {
  readonly attachment: Attachment;
  readonly entry: ManifestFile;
}

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();

type Described = Pick<Attachment, 'name' | 'description' | 'mediaType' | 'relationship'> &
  Pick<ManifestFile, 'role'> & { readonly modified: string };

/** A value as a canonical JSON file to embed. */
export function jsonAttachment(
  name: string,
  role: ManifestFile['role'],
  description: string,
  value: unknown,
  at: string,
): DataFile {
  const described = { name, role, description, mediaType: 'application/json', modified: at };
  return dataFile({ ...described, relationship: 'Data' }, packedJson(value as StreamedJson));
}

function dataFile({ role, ...described }: Described, { bytes, sha256, open }: PackedText): DataFile {
  const { name, mediaType } = described;
  return {
    entry: { name, original: name, role, sha256, bytes, mediaType },
    attachment: { ...described, bytes, sha256, open },
  };
}

/** What a binder shows, once more for other programs: nothing that its profile leaves out. */
export function twinOf(shown: TwinShown, manifest: Manifest): DataFile[] {
  const modified = manifest.at;
  return [
    dataFile(
      {
        name: TWIN_NAMES.results,
        role: 'twin',
        description: 'The controls of this binder as OSCAL assessment results',
        mediaType: 'application/json',
        relationship: 'Alternative',
        modified,
      },
      packedJson(assessmentResults(shown, manifest, sha1), RESULTS_DEPTH),
    ),
    dataFile(
      {
        name: TWIN_NAMES.register,
        role: 'twin',
        description: 'The evidence register of this binder',
        mediaType: 'text/csv',
        relationship: 'Alternative',
        modified,
      },
      packedText([registerCsv(shown.evidence)]),
    ),
  ];
}
