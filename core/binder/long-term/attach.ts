import { resolve as absolute } from 'node:path';
import type { LongTermBinder, RevocationFile } from '../../../shared/contract/signing.ts';
import { refuse } from '../../../shared/fault.ts';
import type { JobContext } from '../../jobs.ts';
import type { Ids } from '../../ports.ts';
import { plainFile } from '../plain-file.ts';
import { type DataPiece, writeValidationData } from '../sign/validation-data.ts';
import { type CopyRequest, changeVerified, refuseInvalid } from '../verified-copy.ts';
import { type ReadBinder, readBinder } from '../verify/index.ts';
import { holdersOf, type LongTerm } from '../verify/revocation/check.ts';
import { belongs, certificatesOf, type Data, type Holder, readData } from '../verify/revocation/judge.ts';
import { type DataKind, LARGEST, LARGEST_TOGETHER, MOST_OF_A_KIND } from '../verify/revocation/store.ts';
import { isSelfIssued } from '../verify/signatures/certificate.ts';
import { DerFault } from '../verify/signatures/der.ts';
import { derIn } from './pem.ts';

export interface LongTermRequest extends CopyRequest {
  readonly certificates: readonly RevocationFile[];
  readonly lists: readonly RevocationFile[];
  readonly answers: readonly RevocationFile[];
  /** Told of what was read, once the file stands: an open workspace may know the binder. */
  readonly onAttached?: (file: string, read: ReadBinder) => Promise<void>;
}

/** A piece with what it is called and what is read in it. */
interface Piece {
  readonly kind: DataKind;
  readonly name: string | null;
  readonly bytes: Buffer;
  readonly data: Data;
  readonly num?: number;
}

/**
 * Puts into a binder what shows in ten years whether a certificate was revoked when it signed: lists, answers, and the
 * certificates they are checked by. Verifies before and after, and refuses what belongs to no signature.
 */
export async function attachLongTerm(
  request: LongTermRequest,
  ids: Ids,
  job: JobContext,
): Promise<LongTermBinder> {
  const given = givenPieces(request);
  job.step('Verifying before anything is added', 0, null);
  const before = await readBinder(plainFile(absolute(request.file)), { signal: job.signal });
  const { longTerm } = before;
  if (before.report.verdict === 'invalid' || !longTerm) return refuseInvalid(before);
  const all = withChains(longTerm, given);
  const fresh = all.filter(({ num }) => num === undefined);
  if (fresh.length === 0)
    return refuse({
      code: 'conflict',
      detail:
        'Everything that was given is in the file already, or nothing was given and no chain came with a key.',
      remedy: 'Name a list with --crl, or an answer with --ocsp.',
    });
  demandBounds(all);
  const pieces = all.map((piece) => addressed(piece, longTerm, all));
  const { out, read } = await changeVerified(
    request,
    {
      ending: 'attaching',
      step: 'Verifying with what was added',
      change: (copy) => writeValidationData(copy, pieces),
    },
    ids,
    job,
  );
  await request.onAttached?.(out, read);
  const count = (kind: DataKind): number => fresh.filter((piece) => piece.kind === kind).length;
  return {
    file: out,
    added: { certificates: count('certificate'), lists: count('list'), answers: count('answer') },
    signatures: read.report.signatures.map(({ field, by, revocation }) => ({
      field,
      by,
      state: revocation?.state ?? 'missing',
      at: revocation?.at ?? null,
      authority: revocation?.by ?? null,
      of: revocation?.of ?? null,
    })),
  };
}

function givenPieces({ certificates, lists, answers }: LongTermRequest): Piece[] {
  return [
    ...certificates.flatMap((file) => piecesIn('certificate', file)),
    ...lists.flatMap((file) => piecesIn('list', file)),
    ...answers.flatMap((file) => piecesIn('answer', file)),
  ];
}

function piecesIn(kind: DataKind, { name, content }: RevocationFile): Piece[] {
  const ders = derIn(kind, Buffer.from(content, 'base64'));
  return ders.map((bytes) => {
    if (bytes.length > LARGEST[kind])
      refuse({
        code: 'invalid-input',
        where: name,
        detail: 'This is larger than any that is put into a binder.',
      });
    try {
      return { kind, name, bytes, data: readData(kind, bytes) };
    } catch (error) {
      if (!(error instanceof DerFault)) throw error;
      return refuse({ code: 'invalid-input', where: name, detail: UNREADABLE[kind](error.message) });
    }
  });
}

const UNREADABLE: Readonly<Record<DataKind, (reason: string) => string>> = {
  certificate: (reason) => `This is no certificate (PEM or DER): ${reason}.`,
  list: (reason) => `This is no list of revoked certificates (CRL, PEM or DER): ${reason}.`,
  answer: (reason) => `This is no answer on a certificate (OCSP, DER): ${reason}.`,
};

/** What is in the file, what is given, and the chains that came with the keys; each once. */
function withChains({ signatures, stored }: LongTerm, given: readonly Piece[]): Piece[] {
  const holders = holdersOf(signatures);
  const known: Piece[] = stored.map(({ kind, num, bytes }) => ({
    kind,
    name: null,
    bytes,
    data: readData(kind, bytes),
    num,
  }));
  const certificates = certificatesOf(
    holders,
    [...known, ...given].map(({ data }) => data),
  );
  for (const { name, kind, data } of given) {
    if (!belongs(data, certificates))
      refuse({ code: 'invalid-input', where: name ?? '', detail: FOREIGN[kind] });
  }
  // Whoever vouches for themselves brings nothing by which anybody else could be asked.
  const chains = certificates
    .filter(
      (one) => !(isSelfIssued(one) && holders.some(({ certificate }) => certificate.raw.equals(one.raw))),
    )
    .map(
      (certificate): Piece => ({
        kind: 'certificate',
        name: null,
        bytes: certificate.raw,
        data: { kind: 'certificate', certificate },
      }),
    );
  const unique: Piece[] = [];
  for (const piece of [...known, ...given, ...chains]) {
    if (!unique.some(({ kind, bytes }) => kind === piece.kind && bytes.equals(piece.bytes)))
      unique.push(piece);
  }
  return unique;
}

const FOREIGN: Readonly<Record<DataKind, string>> = {
  certificate: 'This certificate belongs to the chain of no signature in the binder.',
  list: 'This list is not by the issuer of any certificate in the binder, or says nothing of them. Name the issuer’s certificate with --cert where the key came without it.',
  answer:
    'This answer is on none of the certificates in the binder, or not by their issuer. Name the issuer’s certificate with --cert where the key came without it.',
};

function demandBounds(pieces: readonly Piece[]): void {
  const kinds = Map.groupBy(pieces, ({ kind }) => kind);
  const many = [...kinds.values()].some((own) => own.length > MOST_OF_A_KIND);
  const size = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (many || size > LARGEST_TOGETHER)
    refuse({
      code: 'invalid-input',
      detail: 'This is more than a binder takes: 64 of a kind, and 32 MiB together.',
    });
}

/** The piece with the signatures that it says something of. */
function addressed(piece: Piece, { signatures }: LongTerm, all: readonly Piece[]): DataPiece {
  const data = all.map((one) => one.data);
  const own = signatures.filter(({ signer, clock }) => {
    const holders: Holder[] = clock ? [signer, clock] : [signer];
    return belongs(piece.data, certificatesOf(holders, data));
  });
  const { kind, bytes, num } = piece;
  return { kind, bytes, ...(num === undefined ? {} : { num }), signatures: own.map(({ key }) => key) };
}
