import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../shared/ledger/canonical.ts';
import {
  checkConsistency,
  checkInclusion,
  leafHash,
  MerkleTree,
  treeRoot,
} from '../../../../shared/ledger/merkle.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** Leaves, roots and proofs of the reference implementation of Certificate Transparency. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const INCLUSION = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
] as const;
const CONSISTENCY = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
] as const;

const root = (size: number): Uint8Array => fromHex(ROOTS[size] ?? '');
const leaf = (index: number): Uint8Array => leafHash(sha256, fromHex(LEAVES[index] ?? ''));
const reference = (): MerkleTree => MerkleTree.of(sha256, LEAVES.map(fromHex));

describe('the Merkle tree of Certificate Transparency', () => {
  it('has the reference root at every size', () => {
    const tree = reference();
    for (let size = 0; size <= 8; size += 1) {
      expect(toHex(tree.root(size))).toBe(ROOTS[size]);
      expect(toHex(treeRoot(sha256, LEAVES.slice(0, size).map(fromHex)))).toBe(ROOTS[size]);
    }
  });

  it.each(INCLUSION)('proves leaf %i of %i with the reference path', (index, size, path) => {
    expect(reference().inclusionProof(index, size).map(toHex)).toEqual(path);
    const claim = { leaf: leaf(index), index, size, path: path.map(fromHex), root: root(size) };
    expect(checkInclusion(sha256, claim)).toBe(true);
  });

  it.each(CONSISTENCY)('proves size %i a prefix of %i with the reference path', (oldSize, size, path) => {
    expect(reference().consistencyProof(oldSize, size).map(toHex)).toEqual(path);
    const claim = { oldSize, oldRoot: root(oldSize), size, root: root(size), path: path.map(fromHex) };
    expect(checkConsistency(sha256, claim)).toBe(true);
  });

  it('accepts its own proofs for every leaf and every pair of sizes up to 70', () => {
    const data = Array.from({ length: 70 }, (_, i) => sha256(Uint8Array.of(i)));
    const tree = MerkleTree.of(sha256, data);
    for (let size = 1; size <= 70; size += 1) {
      for (let i = 0; i < size; i += 1) {
        const path = tree.inclusionProof(i, size);
        const claim = {
          leaf: leafHash(sha256, data[i] ?? new Uint8Array(0)),
          index: i,
          size,
          path,
        };
        expect(checkInclusion(sha256, { ...claim, root: tree.root(size) })).toBe(true);
        const prefix = { oldSize: i, oldRoot: tree.root(i), size, root: tree.root(size) };
        expect(checkConsistency(sha256, { ...prefix, path: tree.consistencyProof(i, size) })).toBe(true);
      }
    }
  });

  it('refuses a proof for another leaf, place, size, root or path', () => {
    const [index, size] = [5, 8];
    const path = reference().inclusionProof(index, size);
    const good = { leaf: leaf(index), index, size, path, root: root(size) };
    const bad = [
      { ...good, leaf: leaf(4) },
      { ...good, index: 4 },
      { ...good, index: 8 },
      { ...good, index: -1 },
      { ...good, size: 9 },
      { ...good, size: Number.MAX_SAFE_INTEGER },
      { ...good, root: root(7) },
      { ...good, path: path.slice(1) },
      { ...good, path: [...path, leaf(0)] },
      { ...good, path: path.toReversed() },
    ];
    expect(checkInclusion(sha256, good)).toBe(true);
    expect(bad.map((claim) => checkInclusion(sha256, claim))).toEqual(bad.map(() => false));
  });

  it('refuses a rewritten history', () => {
    const path = reference().consistencyProof(6, 8);
    const good = { oldSize: 6, oldRoot: root(6), size: 8, root: root(8), path };
    const bad = [
      { ...good, oldRoot: root(5) },
      { ...good, oldSize: 5 },
      { ...good, oldSize: 9 },
      { ...good, size: 9 },
      { ...good, root: root(7) },
      { ...good, path: [] },
      { ...good, path: path.slice(1) },
      { ...good, path: [...path, leaf(0)] },
      { oldSize: 8, oldRoot: root(7), size: 8, root: root(8), path: [] },
      { oldSize: 0, oldRoot: root(1), size: 8, root: root(8), path: [] },
    ];
    expect(checkConsistency(sha256, good)).toBe(true);
    expect(bad.map((claim) => checkConsistency(sha256, claim))).toEqual(bad.map(() => false));
  });

  it('refuses to prove what it does not hold', () => {
    expect(() => reference().inclusionProof(8)).toThrow(RangeError);
    expect(() => reference().root(9)).toThrow(RangeError);
    expect(() => reference().consistencyProof(3, 2)).toThrow(RangeError);
  });
});
