import { describe, expect, it } from 'vitest';
import { readData, standingOf } from '../../../../../../core/binder/verify/revocation/judge.ts';
import { parseCertificate } from '../../../../../../core/binder/verify/signatures/certificate.ts';
import { DerFault } from '../../../../../../core/binder/verify/signatures/der.ts';
import { context, makeList, makeSigner, octets, oid, seq, type TestSigner } from '../signer.ts';

const root = makeSigner('Root', { authority: true });
const house = makeSigner('House', { authority: true, issuer: root });
const lin = makeSigner('Lin', { issuer: house });
const [before, at, after] = [new Date('2026-05-01'), new Date('2026-06-01'), new Date('2026-07-01')];

function stateOf(who: TestSigner, lists: readonly Buffer[], anchors: readonly TestSigner[] = []) {
  const pool = who.chain.map(parseCertificate);
  const [certificate] = pool;
  if (!certificate) throw new Error('no certificate');
  const holder = { certificate, pool, at, timeProven: false };
  const data = lists.map((bytes) => readData('list', bytes));
  return standingOf(
    holder,
    data,
    anchors.map((one) => parseCertificate(one.certificate)),
  );
}

/** An extension of a list that must be understood. */
const critical = (id: string, ...content: Buffer[]) =>
  seq(oid(id), Buffer.of(1, 1, 0xff), octets(seq(...content)));
const POINT = '2.5.29.28';

describe('how a certificate stands by lists', () => {
  const rootList = makeList(root, { from: after });

  it.each([
    ['good, where a list from after it signed does not name it', 'good', makeList(house, { from: after })],
    [
      'good before, where the list is from before and still in force',
      'good-before',
      makeList(house, { from: before }),
    ],
    [
      'unknown, where the list was out of date when it signed',
      'missing',
      makeList(house, { from: before, until: new Date('2026-05-08') }),
    ],
    ['revoked, on the second it signed too', 'revoked', makeList(house, { from: after, revokedAt: at })],
    ['revoked later', 'revoked-later', makeList(house, { from: after, revokedAt: after })],
    ['unknown, where the list is by another key', 'missing', makeList(house, { from: after }, root.key)],
    ['unknown, where the list is of another name', 'missing', makeList(root, { from: after })],
    [
      'unknown, where the list came when it had run out',
      'missing',
      makeList(house, { from: new Date('2035-01-01') }),
    ],
    [
      'unknown, where the list is of authorities alone',
      'missing',
      makeList(house, { from: after, extension: critical(POINT, Buffer.of(0x82, 1, 0xff)) }),
    ],
    [
      'good, where the list is of people alone',
      'good',
      makeList(house, { from: after, extension: critical(POINT, Buffer.of(0x81, 1, 0xff)) }),
    ],
    [
      'unknown, where the list is for certificates that name its place, and this one names none',
      'missing',
      makeList(house, {
        from: after,
        extension: critical(POINT, context(0, context(0, Buffer.from([0x86, 3, 0x61, 0x3a, 0x62])))),
      }),
    ],
  ])('%s', (_, state, list) => {
    expect(stateOf(lin, [list, rootList]).state).toBe(state);
  });

  it('stands as badly as the worst of the chain, up to whom the reader trusts', () => {
    const own = makeList(house, { from: after });
    expect(stateOf(lin, [own])).toMatchObject({ state: 'missing', of: 'House' });
    expect(stateOf(lin, [own], [house]).state).toBe('good');
    const above = makeList(root, { from: after, revokedAt: before });
    expect(stateOf(lin, [own, above])).toMatchObject({ state: 'revoked', of: 'House', by: 'Root' });
    expect(stateOf(makeSigner('Ada'), []).state).toBe('self-issued');
  });

  it('is told by an authority that may certify only by those that may list too', () => {
    const mute = makeSigner('Mute', { authority: true, issuer: root, usage: 0x04 });
    const leaf = makeSigner('Leaf', { issuer: mute });
    expect(stateOf(leaf, [makeList(mute, { from: after }), rootList])).toMatchObject({
      state: 'missing',
      of: 'Leaf',
    });
  });

  it('is told by no list that has to be understood and is not: of changes, or by way of others', () => {
    for (const extension of [critical('2.5.29.27'), critical(POINT, Buffer.of(0x84, 1, 0xff))])
      expect(() => readData('list', makeList(house, { from: after, extension }))).toThrow(DerFault);
  });

  it('is told or not, but nothing breaks, when any byte of a list is another', () => {
    const list = makeList(house, { from: after, revokedAt: after });
    const answered = new Set<string>();
    for (let i = 0; i < list.length; i += 1) {
      const forged = Buffer.from(list);
      forged[i] = (forged[i] ?? 0) ^ 0x15;
      try {
        answered.add(stateOf(lin, [forged, rootList]).state);
      } catch (error) {
        expect(error).toBeInstanceOf(DerFault);
      }
    }
    expect([...answered]).toEqual(['missing']);
  });
});
