import { FILES_PATH, StagedUpload } from '../../shared/contract/files.ts';
import { FAULT_CODES, type Fault, FaultError } from '../../shared/fault.ts';
import { saveAs } from '../parts/save-as.ts';
import type { FileFetch } from './connection.ts';

/** Bytes in and out of the core beside the contract. */
export interface FileDoor {
  /** Hands a file to the core; the answer's `upload` is then named in a procedure. */
  stage(file: File): Promise<StagedUpload>;
  /** The bytes behind a path of the file door. */
  read(path: string, signal?: AbortSignal): Promise<Blob>;
  /** Saves the bytes behind a path as a file of that name. */
  download(path: string, name: string): Promise<void>;
}

/** Where a file of evidence is read; `sha256` names one of an older revision. */
export function evidencePath(evidence: string, index: number, sha256?: string): string {
  const older = sha256 ? `?sha256=${sha256}` : '';
  return `${FILES_PATH}/evidence/${encodeURIComponent(evidence)}/${index}${older}`;
}

/** Where a composed binder is read. */
export function binderPath(binder: string): string {
  return `${FILES_PATH}/binder/${encodeURIComponent(binder)}`;
}

/** Where the file that a job wrote is read. */
export function jobResultPath(job: string): string {
  return `${FILES_PATH}/result/${encodeURIComponent(job)}`;
}

export function createFileDoor(fetchFile: FileFetch): FileDoor {
  async function read(path: string, signal?: AbortSignal): Promise<Blob> {
    const answer = await fetchFile(path, signal ? { signal } : {});
    if (!answer.ok) throw await faultOf(answer);
    return answer.blob();
  }
  return {
    read,
    async stage(file) {
      const query = new URLSearchParams({ name: file.name, type: file.type });
      const answer = await fetchFile(`${FILES_PATH}?${query}`, { method: 'POST', body: file });
      if (!answer.ok) throw await faultOf(answer);
      return StagedUpload.parse(await answer.json());
    },
    async download(path, name) {
      saveAs(await read(path), name);
    },
  };
}

async function faultOf(answer: Response): Promise<FaultError> {
  const body: unknown = await answer.json().catch(() => null);
  const fault = findFault(body);
  return new FaultError(
    fault ?? { code: 'unavailable', what: 'The file', detail: `the core answered ${answer.status}.` },
  );
}

function findFault(body: unknown): Fault | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const inner = 'fault' in body ? body.fault : 'data' in body ? body.data : body;
  return isFault(inner) ? inner : undefined;
}

/** Whether a value that crossed a boundary is one of our faults. */
export function isFault(value: unknown): value is Fault {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    FAULT_CODES.some((code) => code === value.code)
  );
}
