import { createHash } from 'node:crypto';
import type { VerifySignature } from '../../../../shared/domain/binder.ts';
import type { Findings } from '../findings.ts';
import { PdfFault } from '../pdf/values.ts';
import type { PdfView } from '../pdf/view.ts';
import { type Certificate, holderOf, isTrusted } from '../signatures/certificate.ts';
import type { Candidate } from '../signatures/check.ts';
import { DerFault } from '../signatures/der.ts';
import { belongs, certificatesOf, type Data, type Holder, readData, standingOf } from './judge.ts';
import { type DataKind, type DataStore, dataIn, readStore, type StoredData } from './store.ts';

const WHERE = 'validation data';
const NAMES: Readonly<Record<DataKind, string>> = {
  certificate: 'certificate',
  list: 'list of revoked certificates',
  answer: 'answer on a certificate',
};

/** A signature as its validation data refer to it. */
export interface SignedHolder {
  readonly field: string;
  /** The key under which the data of this signature are named: SHA-1 of its bytes with the zeros (12.8.4.4). */
  readonly key: string;
  readonly signer: Holder;
  readonly clock: Holder | null;
}

/** What is known for the long term: the certificates used, and what the file holds on them. */
export interface LongTerm {
  readonly signatures: readonly SignedHolder[];
  readonly store: DataStore | null;
  readonly stored: readonly StoredData[];
}

export type Revocations = ReadonlyMap<Candidate, NonNullable<VerifySignature['revocation']>>;

export const holdersOf = (signatures: readonly SignedHolder[]): Holder[] =>
  signatures.flatMap(({ signer, clock }) => (clock ? [signer, clock] : [signer]));

/** Reads the validation data of the newest version and judges each signature by them. */
export async function checkRevocations(
  view: PdfView,
  candidates: readonly Candidate[],
  anchors: readonly Certificate[],
  findings: Findings,
): Promise<{ longTerm: LongTerm; revocations: Revocations }> {
  const holders = candidates.flatMap((candidate) => {
    const signed = holderIn(candidate, anchors);
    return signed ? [{ candidate, signed }] : [];
  });
  const signatures = holders.map(({ signed }) => signed);
  const { store, stored } = await readAll(view, findings);
  const revocations = new Map<Candidate, NonNullable<VerifySignature['revocation']>>();
  if (!store) return { longTerm: { signatures, store, stored }, revocations };
  for (const key of store.perSignature.keys()) {
    if (!signatures.some((one) => one.key === key))
      findings.add('validation-data', WHERE, 'The validation data name a signature that is not in the file.');
  }
  const data = judgeAll(stored, signatures, findings);
  for (const { candidate, signed } of holders) {
    const standing = standingOf(signed.signer, data, anchors);
    if (standing.state === 'revoked') {
      const whose =
        standing.of === holderOf(signed.signer.certificate)
          ? `The certificate of ${standing.of}`
          : `The certificate of ${standing.of}, which vouches for the one of ${signed.field},`;
      const when = standing.at.toISOString();
      const message = `${whose} was revoked at ${when}, before it signed as ${signed.field}, says ${standing.by}.`;
      candidate.findings.add('revoked', `signature ${signed.field}`, message);
    }
    const clock = signed.clock && standingOf(signed.clock, data, anchors);
    if (clock?.state === 'revoked') {
      const message = `The certificate of ${clock.of}, who stamped the time of ${signed.field}, was revoked at ${clock.at.toISOString()}, before that.`;
      candidate.findings.add('time-stamp', `signature ${signed.field}`, message);
    }
    revocations.set(candidate, {
      state: standing.state,
      at: 'at' in standing ? standing.at.toISOString() : null,
      by: 'by' in standing ? standing.by : null,
      of: 'of' in standing ? standing.of : null,
      signedAt: signed.signer.at.toISOString(),
      timeProven: signed.signer.timeProven,
    });
  }
  return { longTerm: { signatures, store, stored }, revocations };
}

/** The time of a signature is its time stamp’s where somebody trusted stamped it, else the signer’s own word. */
function holderIn({ field, cms, stamp }: Candidate, anchors: readonly Certificate[]): SignedHolder | null {
  const said = field.value?.at;
  const contents = field.value?.contents;
  if (!cms || !said || !contents) return null;
  const timeProven =
    stamp !== null && isTrusted(stamp.authority, { pool: stamp.pool, anchors, at: stamp.at });
  return {
    field: field.name,
    key: createHash('sha1').update(contents.bytes).digest('hex').toUpperCase(),
    signer: {
      certificate: cms.signer,
      pool: cms.certificates,
      at: timeProven && stamp ? stamp.at : said,
      timeProven,
    },
    clock: stamp && { certificate: stamp.authority, pool: stamp.pool, at: stamp.at, timeProven: false },
  };
}

async function readAll(
  view: PdfView,
  findings: Findings,
): Promise<{ store: DataStore | null; stored: readonly StoredData[] }> {
  try {
    const store = await readStore(view);
    return { store, stored: store ? await dataIn(view, store) : [] };
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    findings.add('validation-data', WHERE, `The validation data are not as they must be: ${error.message}.`);
    return { store: null, stored: [] };
  }
}

/** All that can be read and says something of a certificate that was used; what does not has no place in a binder. */
function judgeAll(
  stored: readonly StoredData[],
  signatures: readonly SignedHolder[],
  findings: Findings,
): Data[] {
  const read = stored.flatMap(({ kind, bytes }): Data[] => {
    try {
      return [readData(kind, bytes)];
    } catch (error) {
      if (!(error instanceof DerFault)) throw error;
      findings.add('validation-data', WHERE, `A ${NAMES[kind]} cannot be read: ${error.message}.`);
      return [];
    }
  });
  const certificates = certificatesOf(holdersOf(signatures), read);
  const own = read.filter((one) => belongs(one, certificates));
  const foreign = read.find((one) => !own.includes(one));
  if (foreign) {
    const article = foreign.kind === 'answer' ? 'An' : 'A';
    const message = `${article} ${NAMES[foreign.kind]} belongs to no signature, or was not made by whom it names.`;
    findings.add('validation-data', WHERE, message);
  }
  return own;
}
