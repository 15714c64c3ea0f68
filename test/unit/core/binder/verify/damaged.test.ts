import { describe, expect, it } from 'vitest';
import { FaultError } from '../../../../../shared/fault.ts';
import { seededRandom } from '../../../../support/random.ts';
import { BinderFile } from './binder-file.ts';
import { makeSigner } from './signer.ts';
import { verifyBytes } from './verify.ts';

const file = BinderFile.make().sign(makeSigner('Ada'));
const onceSigned = file.bytes.length;
const { bytes } = file.sign(makeSigner('Grace', { rsa: true }), { field: 1 });

/** `invalid` with something named, or a refusal; anything else is told as it is. */
async function judged(damaged: Buffer): Promise<string> {
  try {
    const report = await verifyBytes(damaged);
    return report.problems.length > 0 ? report.verdict : `${report.verdict} with nothing named`;
  } catch (error) {
    return error instanceof FaultError ? 'refused' : String(error);
  }
}

describe('a damaged binder', () => {
  it('is invalid whichever byte was changed', { timeout: 3_600_000 }, async () => {
    const rounds = Number(process.env.BINDERY_FLIPS ?? 300);
    const next = seededRandom(20_260_105);
    for (let i = 0; i < rounds; i += 1) {
      const at = Math.floor(next() * bytes.length);
      const bit = 1 << Math.floor(next() * 8);
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ bit;
      expect(await judged(damaged), `byte ${at}, bit ${bit}`).toBe('invalid');
    }
  });

  it('is invalid wherever it was cut off, but for the end of a signed version', {
    timeout: 120_000,
  }, async () => {
    const ends = Array.from({ length: 150 }, (_, i) => Math.floor((i * bytes.length) / 150));
    for (const end of new Set([
      ...ends,
      1,
      7,
      20,
      bytes.length - 1,
      bytes.length - 6,
      onceSigned - 1,
      onceSigned + 1,
    ])) {
      const expected = end === 0 ? 'refused' : 'invalid';
      const verdict = await judged(bytes.subarray(0, end));
      expect(end < 5 && verdict === 'refused' ? expected : verdict, `cut at ${end}`).toBe(expected);
    }
    expect((await verifyBytes(bytes.subarray(0, onceSigned))).verdict).toBe('valid-unknown-signer');
  });

  it('is invalid when parts of it were written over, exchanged or doubled', {
    timeout: 120_000,
  }, async () => {
    const next = seededRandom(7);
    const place = (): number => 8 + Math.floor(next() * (bytes.length - 600));
    for (let i = 0; i < 60; i += 1) {
      const [from, to, length] = [place(), place(), 20 + Math.floor(next() * 500)];
      const piece = bytes.subarray(from, from + length);
      const over = Buffer.from(bytes);
      piece.copy(over, to);
      const doubled = Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)]);
      const cut = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
      for (const damaged of [over, doubled, cut]) {
        if (!damaged.equals(bytes)) expect(await judged(damaged), `round ${i}`).toBe('invalid');
      }
    }
  });
});
