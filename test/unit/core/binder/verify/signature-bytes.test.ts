import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  isTrusted,
  parseCertificate,
  readTrust,
} from '../../../../../core/binder/verify/signatures/certificate.ts';
import { checkCms, parseCms } from '../../../../../core/binder/verify/signatures/cms.ts';
import { DerFault } from '../../../../../core/binder/verify/signatures/der.ts';
import { pdfDate } from '../../../../../core/binder/verify/signatures/fields.ts';
import { makeCms, makeSigner } from './signer.ts';

const digest = createHash('sha256').update('the file').digest();
const root = makeSigner('Root', { authority: true });

function isGood(cms: Buffer): boolean {
  try {
    const parsed = parseCms(cms);
    return (
      parsed.unsigned.size === 0 && parsed.content === null && checkCms(parsed, digest).flaws.length === 0
    );
  } catch (error) {
    if (error instanceof DerFault) return false;
    throw error;
  }
}

function unnoticedBytes(cms: Buffer): number[] {
  const unnoticed = new Set<number>();
  for (let bit = 0; bit < cms.length * 8; bit += 1) {
    const changed = Buffer.from(cms);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    if (isGood(changed)) unnoticed.add(bit >> 3);
  }
  return [...unnoticed];
}

describe('the bytes of a signature, which no other signature covers', () => {
  it.each([
    ['elliptic curve', makeSigner('Ada', { usage: 0x80 })],
    ['RSA', makeSigner('Grace', { rsa: true })],
  ])('are all needed: any changed bit is found (%s)', (_, signer) => {
    const cms = makeCms(signer, digest);
    expect(isGood(cms)).toBe(true);
    expect(unnoticedBytes(cms)).toEqual([]);
  });

  it('are all needed but for the issuer that an authority’s own certificate names', () => {
    const cms = makeCms(makeSigner('Lin', { issuer: root }), digest);
    expect(isGood(cms)).toBe(true);
    const name = cms.indexOf('Root', cms.indexOf(root.certificate));
    expect(unnoticedBytes(cms).filter((at) => at < name - 12 || at >= name + 4)).toEqual([]);
  });

  it('are cut or lengthened with notice', () => {
    const cms = makeCms(makeSigner('Ada'), digest);
    for (let length = 0; length < cms.length; length += 1)
      expect(isGood(cms.subarray(0, length))).toBe(false);
  });
});

describe('a signer’s certificate', () => {
  const at = new Date('2026-01-01');
  const trusts = (leaf: ReturnType<typeof makeSigner>, anchor: ReturnType<typeof makeSigner>): boolean =>
    isTrusted(parseCertificate(leaf.certificate), {
      pool: leaf.chain.map(parseCertificate),
      anchors: readTrust([anchor.pem]),
      at,
    });

  it('is trusted by itself or through its authority', () => {
    const leaf = makeSigner('Lin', { issuer: root });
    expect(trusts(leaf, leaf)).toBe(true);
    expect(trusts(leaf, root)).toBe(true);
  });

  it('is not trusted through what is no authority, through an ended one, or by name alone', () => {
    const plain = makeSigner('Clerk');
    expect(trusts(makeSigner('Eve', { issuer: plain }), plain)).toBe(false);
    const ended = makeSigner('Gone', { authority: true, to: new Date('2025-01-01') });
    expect(trusts(makeSigner('Lin', { issuer: ended }), ended)).toBe(false);
    expect(trusts(makeSigner('Lin', { issuer: root }), makeSigner('Root', { authority: true }))).toBe(false);
  });
});

describe('a time in a PDF', () => {
  it.each([
    ['D:20260105120000Z', '2026-01-05T12:00:00.000Z'],
    ["D:20260105120000+02'00'", '2026-01-05T10:00:00.000Z'],
    ['D:20260105120000-0530', '2026-01-05T17:30:00.000Z'],
    ['D:20260105120000', '2026-01-05T12:00:00.000Z'],
  ])('%s is read', (text, expected) => {
    expect(pdfDate(text)?.toISOString()).toBe(expected);
  });

  it.each(['', 'yesterday', 'D:2026', 'D:20261505120000Z', 'D:20260105120000Z junk'])(
    '%s is none',
    (text) => {
      expect(pdfDate(text)).toBeNull();
    },
  );
});
