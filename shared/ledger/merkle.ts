import { concatBytes, type Sha256 } from './canonical.ts';

/**
 * The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1 is the same tree). In the ledger each writer's
 * chain is one tree: the data of leaf `seq - 1` is the 32 bytes of entry hash number `seq`.
 */

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

/** Hash of one leaf: SHA-256(0x00 ‖ data). */
export function leafHash(sha256: Sha256, data: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF, data));
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE, left, right));
}

/** Root over the data of all leaves, in order. */
export function treeRoot(sha256: Sha256, leaves: Iterable<Uint8Array>): Uint8Array {
  return MerkleTree.of(sha256, leaves).root();
}

/**
 * A tree that grows at its end. It keeps the hash of every complete subtree, so that an append costs two hashes
 * on average and any root or proof of any earlier size costs at most two per level.
 */
export class MerkleTree {
  readonly #sha256: Sha256;
  /** `#levels[k][i]` covers leaves `i * 2^k` up to `(i + 1) * 2^k`. */
  readonly #levels: Uint8Array[][] = [[]];

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  static of(sha256: Sha256, leaves: Iterable<Uint8Array>): MerkleTree {
    const tree = new MerkleTree(sha256);
    for (const data of leaves) tree.append(data);
    return tree;
  }

  get size(): number {
    return this.#levels[0]?.length ?? 0;
  }

  append(data: Uint8Array): void {
    let hash = leafHash(this.#sha256, data);
    for (let height = 0; ; height += 1) {
      const level = this.#level(height);
      level.push(hash);
      if (level.length % 2 === 1) return;
      hash = nodeHash(this.#sha256, this.#complete(height, level.length - 2), hash);
    }
  }

  /** The root as it was when the tree had `size` leaves. */
  root(size = this.size): Uint8Array {
    this.#requireSize(size);
    return size === 0 ? this.#sha256(new Uint8Array(0)) : this.#range(0, size);
  }

  /** The sibling hashes that lead from leaf `index` to the root of the first `size` leaves, deepest first. */
  inclusionProof(index: number, size = this.size): Uint8Array[] {
    this.#requireSize(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
    const path: Uint8Array[] = [];
    let [from, to] = [0, size];
    while (to - from > 1) {
      const middle = from + split(to - from);
      if (index < middle) {
        path.push(this.#range(middle, to));
        to = middle;
      } else {
        path.push(this.#range(from, middle));
        from = middle;
      }
    }
    return path.reverse();
  }

  /** The hashes that prove the first `oldSize` leaves to be a prefix of the first `size`. */
  consistencyProof(oldSize: number, size = this.size): Uint8Array[] {
    this.#requireSize(size);
    if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > size) throw new RangeError('no such size');
    if (oldSize === 0 || oldSize === size) return [];
    const path: Uint8Array[] = [];
    let [from, to] = [0, size];
    while (oldSize !== to) {
      const middle = from + split(to - from);
      if (oldSize <= middle) {
        path.push(this.#range(middle, to));
        to = middle;
      } else {
        path.push(this.#range(from, middle));
        from = middle;
      }
    }
    // The old root itself needs no telling when it is a whole left subtree.
    if (from > 0) path.push(this.#range(from, to));
    return path.reverse();
  }

  /** Root of leaves `from` up to `to`; such ranges always begin at a multiple of their size's power of two. */
  #range(from: number, to: number): Uint8Array {
    const count = to - from;
    if (isPowerOfTwo(count)) return this.#complete(Math.log2(count), from / count);
    const middle = from + split(count);
    return nodeHash(this.#sha256, this.#range(from, middle), this.#range(middle, to));
  }

  #complete(height: number, index: number): Uint8Array {
    const hash = this.#levels[height]?.[index];
    if (hash === undefined) throw new RangeError('no such subtree');
    return hash;
  }

  #level(height: number): Uint8Array[] {
    const level = this.#levels[height] ?? [];
    this.#levels[height] = level;
    return level;
  }

  #requireSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) throw new RangeError('no such size');
  }
}

export interface InclusionClaim {
  /** Hash of the leaf, as `leafHash` gives it. */
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Whether the leaf stands at `index` in the tree of `size` leaves with that root (RFC 9162 section 2.1.3.2). */
export function checkInclusion(sha256: Sha256, claim: InclusionClaim): boolean {
  const { index, size, path } = claim;
  if (!areIndices(index, size) || index >= size) return false;
  let [node, last, hash] = [index, size - 1, claim.leaf];
  for (const sibling of path) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sha256, sibling, hash);
      [node, last] = skipMissingLevels(node, last);
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameBytes(hash, claim.root);
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** Whether the old tree is a prefix of the new one (RFC 9162 section 2.1.4.2). An empty tree is one of any. */
export function checkConsistency(sha256: Sha256, claim: ConsistencyClaim): boolean {
  const { oldSize, size, oldRoot, root } = claim;
  if (!areIndices(oldSize, size) || oldSize > size) return false;
  if (oldSize === 0) return claim.path.length === 0 && sameBytes(oldRoot, sha256(new Uint8Array(0)));
  if (oldSize === size) return claim.path.length === 0 && sameBytes(oldRoot, root);

  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...claim.path] : claim.path;
  if (first === undefined) return false;
  let [node, last] = [oldSize - 1, size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [oldHash, hash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sha256, sibling, oldHash);
      hash = nodeHash(sha256, sibling, hash);
      [node, last] = skipMissingLevels(node, last);
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameBytes(oldHash, oldRoot) && sameBytes(hash, root);
}

/** At the right edge a node has no sibling on some levels and is carried up unchanged. */
function skipMissingLevels(node: number, last: number): [number, number] {
  while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
  return [node, last];
}

// Arithmetic instead of bit operators: those stop at 32 bits, and sizes come from files of strangers.
const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;
const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n)) && 2 ** Math.log2(n) === n;

/** The largest power of two smaller than `count`: where RFC 6962 splits a tree. */
function split(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

const areIndices = (...numbers: readonly number[]): boolean =>
  numbers.every((n) => Number.isSafeInteger(n) && n >= 0);

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
