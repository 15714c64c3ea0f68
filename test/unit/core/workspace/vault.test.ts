import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemPorts } from '../../../../core/ports.ts';
import { createWorkspaceFolder, type WorkspacePaths } from '../../../../core/workspace/folder.ts';
import { type Keyring, newKeyring, withNewEpoch } from '../../../../core/workspace/keyring.ts';
import { openVault, type Vault } from '../../../../core/workspace/vault.ts';
import {
  cutIntoFrames,
  FRAME_BYTES,
  HEADER_BYTES,
  TAG_BYTES,
} from '../../../../core/workspace/vault-frames.ts';
import {
  faultOf,
  filesUnder,
  readableIn,
  removeWorkspace,
  standingClock,
  temporaryWorkspace,
} from './workspace-fixture.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const clock = standingClock();
const ports = { ...systemPorts, clock };

let paths: WorkspacePaths;
let keyring: Keyring;
let vault: Vault;
let source: string;

beforeEach(() => {
  paths = temporaryWorkspace();
  keyring = newKeyring(systemPorts.random);
  vault = openVault(paths, keyring, ports);
  source = join(paths.dir, '..', 'source');
});
afterEach(() => removeWorkspace(paths));

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function storedFile(): string {
  const [file, ...others] = filesUnder(paths.vault);
  if (file === undefined || others.length > 0) throw new Error('expected one stored file');
  return file;
}

function changeStored(change: (bytes: Buffer) => Buffer): void {
  const file = storedFile();
  writeFileSync(file, change(readFileSync(file)));
}

describe('what is taken into the vault comes back byte for byte', () => {
  const sizes = [
    0,
    1,
    FRAME_BYTES - 1,
    FRAME_BYTES,
    FRAME_BYTES + 1,
    3 * FRAME_BYTES,
    3 * FRAME_BYTES + 12_345,
  ];

  test.each(sizes)('from a path, from a stream and from memory, with %i bytes', async (size) => {
    const bytes = randomBytes(size);
    const content = { sha256: sha256(bytes), bytes: size };
    writeFileSync(source, bytes);
    expect(await vault.takeFromPath(source)).toEqual({ ...content, added: true });
    expect((await vault.read(content.sha256)).equals(bytes)).toBe(true);
    expect(await vault.size(content.sha256)).toBe(size);
    rmSync(storedFile());
    expect(await vault.takeFromStream(chunksOf(bytes, 70_001))).toEqual({ ...content, added: true });
    expect((await vault.read(content.sha256)).equals(bytes)).toBe(true);
    rmSync(storedFile());
    expect(await vault.put(bytes)).toEqual({ ...content, added: true });
    expect((await vault.read(content.sha256)).equals(bytes)).toBe(true);
    expect(readdirSync(paths.incoming)).toEqual([]);
  });

  test('however a stream is cut into chunks', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.nat(2 * FRAME_BYTES), async (small, large) => {
        const all = [...small, new Uint8Array(large).fill(7), ...small];
        const frames: Uint8Array[] = [];
        for await (const frame of cutIntoFrames(fromAll(all))) frames.push(frame);
        expect(Buffer.concat(frames).equals(Buffer.concat(all))).toBe(true);
        expect(frames.slice(0, -1).every((frame) => frame.length === FRAME_BYTES)).toBe(true);
        expect(frames.length).toBe(Math.max(1, Math.ceil(Buffer.concat(all).length / FRAME_BYTES)));
      }),
      { numRuns: 25, seed: 42 },
    );
  });

  test('and a second time nothing is added', async () => {
    const bytes = randomBytes(5000);
    await vault.put(bytes);
    writeFileSync(source, bytes);
    expect(await vault.takeFromPath(source)).toMatchObject({ added: false });
    expect(vault.list()).toEqual([{ name: basename(storedFile()), bytes: HEADER_BYTES + 5000 + TAG_BYTES }]);
  });

  test('after the keys were rotated, old and new', async () => {
    const old = await vault.put(Buffer.from('old'));
    const rotated = openVault(paths, withNewEpoch(keyring, systemPorts.random), ports);
    const young = await rotated.put(Buffer.from('young'));
    expect(await rotated.read(old.sha256)).toEqual(Buffer.from('old'));
    expect(await rotated.read(young.sha256)).toEqual(Buffer.from('young'));
    expect(vault.has(young.sha256)).toBe(false);
  });
});

async function* fromAll(all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

describe('a stranger with the folder', () => {
  test('reads neither content nor file name nor hash, while taking in and afterwards', async () => {
    const sentence = 'the auditor found nothing in the server room ';
    const bytes = Buffer.from(sentence.repeat(60_000));
    const name = join(paths.dir, '..', 'server-room.txt');
    writeFileSync(name, bytes);
    let during = '';
    async function* watched(): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunksOf(bytes, 100_000)) {
        during = readableIn(paths.dir);
        yield chunk;
      }
    }
    await vault.takeFromStream(watched());
    expect(during.length).toBeGreaterThan(2 * FRAME_BYTES);
    await vault.takeFromPath(name);
    for (const seen of [during, readableIn(paths.dir)]) {
      for (const secret of [sentence.slice(0, 12), 'server-room', sha256(bytes)]) {
        expect(seen.includes(secret)).toBe(false);
      }
    }
  });

  test('cannot tell from two workspaces that they hold the same file', async () => {
    const bytes = randomBytes(3000);
    const other = createWorkspaceFolder(join(paths.dir, '..', 'other'));
    await vault.put(bytes);
    await openVault(other, newKeyring(systemPorts.random), ports).put(bytes);
    expect(filesUnder(other.vault).map((file) => basename(file))).not.toContain(basename(storedFile()));
    for (const file of filesUnder(other.vault)) {
      expect(readFileSync(file).equals(readFileSync(storedFile()))).toBe(false);
    }
  });
});

describe('a stored file that was tampered with is corrupt, named by its hash, and yields no wrong byte', () => {
  const bytes = randomBytes(2 * FRAME_BYTES + 500);
  const frame = FRAME_BYTES + TAG_BYTES;

  const tampering: readonly [string, (stored: Buffer) => Buffer][] = [
    ['a bit of its first frame', (stored) => flip(stored, HEADER_BYTES + 10)],
    ['a bit of its last frame', (stored) => flip(stored, stored.length - TAG_BYTES - 3)],
    ['a bit of a tag', (stored) => flip(stored, stored.length - 1)],
    ['the magic', (stored) => flip(stored, 0)],
    ['the version', (stored) => flip(stored, 4)],
    ['the epoch', (stored) => flip(stored, 11)],
    ['the frame size', (stored) => flip(stored, 13)],
    ['the length', (stored) => flip(stored, 23)],
    ['the salt', (stored) => flip(stored, 30)],
    ['its last byte, cut off', (stored) => stored.subarray(0, -1)],
    ['its last frame, cut off', (stored) => stored.subarray(0, HEADER_BYTES + 2 * frame)],
    ['its last frame, cut off with the length put right', (stored) => shorten(stored)],
    ['everything, cut off', (stored) => stored.subarray(0, 0)],
    ['a byte too many', (stored) => Buffer.concat([stored, Buffer.from([0])])],
    ['two frames in the other order', (stored) => swap(stored)],
    ['the first frame twice', (stored) => repeat(stored)],
  ];

  function flip(stored: Buffer, at: number): Buffer {
    stored[at] = (stored[at] ?? 0) ^ 1;
    return stored;
  }
  function shorten(stored: Buffer): Buffer {
    const cut = Buffer.from(stored.subarray(0, HEADER_BYTES + 2 * frame));
    cut.writeBigUInt64BE(BigInt(2 * FRAME_BYTES), 16);
    return cut;
  }
  function swap(stored: Buffer): Buffer {
    const [head, one] = [
      stored.subarray(0, HEADER_BYTES),
      stored.subarray(HEADER_BYTES, HEADER_BYTES + frame),
    ];
    const two = stored.subarray(HEADER_BYTES + frame, HEADER_BYTES + 2 * frame);
    return Buffer.concat([head, two, one, stored.subarray(HEADER_BYTES + 2 * frame)]);
  }
  function repeat(stored: Buffer): Buffer {
    stored.copy(stored, HEADER_BYTES + frame, HEADER_BYTES, HEADER_BYTES + frame);
    return stored;
  }

  test.each(tampering)('%s', async (_what, change) => {
    const taken = await vault.put(bytes);
    changeStored(change);
    const seen: Uint8Array[] = [];
    const fault = await faultOf(async () => {
      for await (const piece of vault.open(taken.sha256)) seen.push(piece);
    });
    expect(fault).toMatchObject({ code: 'corrupt', what: `stored file ${taken.sha256}` });
    const got = Buffer.concat(seen);
    expect(got.equals(bytes.subarray(0, got.length))).toBe(true);
    expect(await vault.verify(taken.sha256)).toEqual(fault);
  });

  test('the whole file of another content under its name', async () => {
    const one = await vault.put(randomBytes(900));
    const file = storedFile();
    const other = await vault.put(randomBytes(900));
    const [stranger] = filesUnder(paths.vault).filter((path) => path !== file);
    copyFileSync(stranger ?? '', file);
    expect(await faultOf(() => vault.read(one.sha256))).toMatchObject({ code: 'corrupt' });
    expect(await vault.verify(other.sha256)).toBeNull();
  });

  test('and is made whole by taking the same content in again', async () => {
    const taken = await vault.put(bytes);
    changeStored((stored) => flip(stored, 100));
    expect(await vault.put(bytes)).toEqual({ ...taken, added: true });
    expect(await vault.verify(taken.sha256)).toBeNull();
  });

  test('by anybody without the keys of this workspace', async () => {
    const taken = await vault.put(bytes);
    const stranger = openVault(paths, { epochs: [{ ...epochOne(), vaultKey: randomBytes(32) }] }, ports);
    expect(await faultOf(() => stranger.read(taken.sha256))).toMatchObject({ code: 'corrupt' });
  });

  function epochOne() {
    const [epoch] = keyring.epochs;
    if (epoch === undefined) throw new Error('no epoch');
    return epoch;
  }
});

describe('what is not a regular file is not taken in', () => {
  test('a link, even to a regular file', async () => {
    writeFileSync(source, 'secret');
    symlinkSync(source, `${source}-link`);
    expect(await faultOf(() => vault.takeFromPath(`${source}-link`))).toMatchObject({
      code: 'invalid-input',
    });
  });
  test('a folder', async () => {
    expect(await faultOf(() => vault.takeFromPath(paths.dir))).toMatchObject({ code: 'invalid-input' });
  });
  test.runIf(process.platform === 'linux')('a device or a pipe nobody writes to', async () => {
    expect(await faultOf(() => vault.takeFromPath('/dev/zero'))).toMatchObject({ code: 'invalid-input' });
    execFileSync('mkfifo', [source]);
    expect(await faultOf(() => vault.takeFromPath(source))).toMatchObject({ code: 'invalid-input' });
  });
  test('a file that is not there', async () => {
    expect(await faultOf(() => vault.takeFromPath(source))).toEqual({
      code: 'not-found',
      what: 'file',
      id: source,
    });
  });
});

describe('a source that does not hold still', () => {
  test('leaves nothing behind when its stream fails in the middle', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield randomBytes(2 * FRAME_BYTES);
      throw new Error('the network went away');
    }
    await expect(vault.takeFromStream(failing())).rejects.toThrow('the network went away');
    expect(filesUnder(paths.dir)).toEqual([]);
  });

  test('leaves nothing behind when it is cancelled', async () => {
    const stop = new AbortController();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let chunk = 0; ; chunk++) {
        if (chunk === 3) stop.abort();
        yield randomBytes(FRAME_BYTES);
      }
    }
    const taking = () => vault.takeFromStream(endless(), { signal: stop.signal });
    expect(await faultOf(taking)).toEqual({ code: 'cancelled' });
    expect(filesUnder(paths.dir)).toEqual([]);
  });

  test('is taken in as one state it really had, when it grows once between the passes', async () => {
    const before = randomBytes(FRAME_BYTES);
    writeFileSync(source, before);
    const ids = { bytes: (count: number) => growing(count) };
    let grown = false;
    // The salt is drawn between the two passes: there the source grows.
    function growing(count: number): Buffer {
      if (!grown) appendFileSync(source, 'a late line');
      grown = true;
      return randomBytes(count);
    }
    const watching = openVault(paths, keyring, { clock, random: ids });
    const taken = await watching.takeFromPath(source);
    const now = readFileSync(source);
    expect(taken).toEqual({ sha256: sha256(now), bytes: now.length, added: true });
    expect((await vault.read(taken.sha256)).equals(now)).toBe(true);
    expect(filesUnder(paths.vault)).toHaveLength(1);
    expect(readdirSync(paths.incoming)).toEqual([]);
  });

  test('is refused when it changes every time', async () => {
    writeFileSync(source, 'log');
    const random = {
      bytes(count: number) {
        appendFileSync(source, 'another line');
        return randomBytes(count);
      },
    };
    const watching = openVault(paths, keyring, { clock, random });
    expect(await faultOf(() => watching.takeFromPath(source))).toMatchObject({
      code: 'unavailable',
      what: source,
    });
    expect(filesUnder(paths.dir)).toEqual([]);
  });
});

describe('a sweep', () => {
  const day = 86_400;

  test('removes a file nothing names only after the grace period, counted from when it was first seen so', async () => {
    const { sha256: hash } = await vault.put(Buffer.from('unlinked'));
    clock.add(365 * day);
    expect(vault.sweep(new Set([hash]), day * 1000)).toEqual({ removed: 0, waiting: 0, abandoned: 0 });
    expect(vault.sweep(new Set(), day * 1000)).toEqual({ removed: 0, waiting: 1, abandoned: 0 });
    clock.add(day - 1);
    expect(vault.sweep(new Set(), day * 1000)).toEqual({ removed: 0, waiting: 1, abandoned: 0 });
    clock.add(1);
    expect(vault.sweep(new Set(), day * 1000)).toEqual({ removed: 1, waiting: 0, abandoned: 0 });
    expect(filesUnder(paths.vault)).toEqual([]);
    expect(readdirSync(paths.vault)).toEqual([]);
  });

  test('starts the grace period anew for a file that was named or taken in again', async () => {
    const { sha256: hash } = await vault.put(Buffer.from('coming and going'));
    const nothing = new Set<string>();
    vault.sweep(nothing, day * 1000);
    clock.add(2 * day);
    vault.sweep(new Set([hash]), day * 1000);
    expect(vault.sweep(nothing, day * 1000)).toMatchObject({ removed: 0, waiting: 1 });
    clock.add(2 * day);
    await vault.put(Buffer.from('coming and going'));
    expect(vault.sweep(nothing, day * 1000)).toMatchObject({ removed: 0, waiting: 1 });
    expect(vault.has(hash)).toBe(true);
  });

  test('removes at once where there is no grace period, and nothing that is named', async () => {
    const kept = await vault.put(Buffer.from('kept'));
    await vault.put(Buffer.from('orphan'));
    expect(vault.sweep(new Set([kept.sha256]), 0)).toEqual({ removed: 1, waiting: 0, abandoned: 0 });
    expect(await vault.verify(kept.sha256)).toBeNull();
  });

  test('cleans up what a killed process left, and not what is being written', async () => {
    writeFileSync(join(paths.incoming, 'left.part'), 'half');
    const bytes = randomBytes(3000);
    async function* sweepingInTheMiddle(): AsyncGenerator<Uint8Array> {
      yield bytes;
      expect(vault.sweep(new Set(), 0)).toEqual({ removed: 0, waiting: 0, abandoned: 1 });
    }
    await vault.takeFromStream(sweepingInTheMiddle());
    expect(await vault.verify(sha256(bytes))).toBeNull();
  });
});

describe('a stored file carried to another copy of the workspace', () => {
  let other: WorkspacePaths;
  let copy: Vault;
  let stick: string;

  beforeEach(() => {
    other = createWorkspaceFolder(join(paths.dir, '..', 'copy'));
    copy = openVault(other, keyring, ports);
    stick = join(paths.dir, '..', 'stick');
  });

  test('stays encrypted on the way and is whole there', async () => {
    const bytes = Buffer.from('a plain sentence '.repeat(100_000));
    const { sha256: hash } = await vault.put(bytes);
    const name = await vault.copyEncrypted(hash, stick);
    expect(readableIn(stick)).not.toContain('a plain sentence');
    expect(await copy.acceptEncrypted(join(stick, name), hash)).toEqual({
      sha256: hash,
      bytes: bytes.length,
      added: true,
    });
    expect((await copy.read(hash)).equals(bytes)).toBe(true);
    expect(await copy.acceptEncrypted(join(stick, name), hash)).toMatchObject({ added: false });
    expect(readdirSync(other.incoming)).toEqual([]);
  });

  test('is refused when it was changed, when it is another one, and when it is a link', async () => {
    const { sha256: hash } = await vault.put(randomBytes(2000));
    const { sha256: another } = await vault.put(randomBytes(2000));
    const file = join(stick, await vault.copyEncrypted(hash, stick));
    expect(await faultOf(() => copy.acceptEncrypted(file, another))).toMatchObject({ code: 'corrupt' });
    symlinkSync(file, `${file}-link`);
    expect(await faultOf(() => copy.acceptEncrypted(`${file}-link`, hash))).toMatchObject({
      code: 'invalid-input',
    });
    truncateSync(file, 1000);
    expect(await faultOf(() => copy.acceptEncrypted(file, hash))).toMatchObject({ code: 'corrupt' });
    expect(filesUnder(other.dir)).toEqual([]);
  });
});

test('a content that is not in the vault is not found', async () => {
  const missing = sha256(Buffer.from('nothing'));
  const fault = { code: 'not-found', what: 'stored file', id: missing };
  expect(vault.has(missing)).toBe(false);
  expect(await vault.verify(missing)).toEqual(fault);
  expect(await faultOf(() => vault.read(missing))).toEqual(fault);
  mkdirSync(join(paths.vault, 'ab'));
  expect(await faultOf(() => vault.size('../../etc/passwd'))).toMatchObject({ code: 'not-found' });
  expect(existsSync(join(paths.vault, 'ab'))).toBe(true);
});

describe('a content that is passed on and not kept', () => {
  test('takes no more memory the longer it is, for each piece is gone when the next is asked for', async () => {
    const content = randomBytes(40 * FRAME_BYTES);
    const { sha256: hash } = await vault.put(content);
    const before = process.memoryUsage().arrayBuffers;
    const seen = createHash('sha256');
    const pieces: Uint8Array[] = [];
    let most = 0;
    for await (const piece of vault.open(hash, { fleeting: true })) {
      seen.update(piece);
      pieces.push(piece);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(seen.digest('hex')).toBe(hash);
    expect(pieces.map((piece) => piece.length)).toEqual(pieces.map(() => 0));
    expect(most).toBeLessThan(8 * FRAME_BYTES);
  });

  test('is kept by whoever does not say so', async () => {
    const content = randomBytes(3 * FRAME_BYTES + 5);
    const { sha256: hash } = await vault.put(content);
    const pieces: Uint8Array[] = [];
    for await (const piece of vault.open(hash)) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
  });
});
