import { Problem } from '../access/problem.ts';

/** Whether a request says it has a body. */
export function hasBody(request: Request): boolean {
  const length = request.headers.get('content-length');
  return request.headers.has('transfer-encoding') || (length !== null && length !== '0');
}

/** Refuses by what a request says of its length, before any of it is read. */
export function demandLength(request: Request, limit: number): void {
  const length = Number(request.headers.get('content-length') ?? 0);
  if (!(length <= limit)) throw new Problem('too-large', { limit });
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new Problem('invalid-request', {
      detail: 'Bodies are taken as they are, without content-encoding.',
    });
  }
}

/** The whole body, up to a limit at which reading stops. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  if (!request.body) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > limit) throw new Problem('too-large', { limit });
    pieces.push(piece);
  }
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}
