import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { workspaceIdOf } from '../../../../core/ledger/genesis.ts';
import {
  keyIdOf,
  ledgerKeyFromSeed,
  publicKeyText,
  sha256,
  signLedger,
} from '../../../../core/ledger/keys.ts';
import { evidenceReference } from '../../../../shared/domain/evidence.ts';
import { assessmentId, deriveId, nodeId } from '../../../../shared/domain/identity.ts';
import { type SignedValues, signOffDigest } from '../../../../shared/domain/sign-off.ts';
import { memberIdOf } from '../../../../shared/ledger/authority.ts';
import {
  canonicalBytes,
  canonicalText,
  fromHex,
  type Json,
  toHex,
} from '../../../../shared/ledger/canonical.ts';
import {
  type EntryForm,
  entryBytes,
  entryHash,
  GENESIS_HASH,
  saltOf,
  valueHash,
  writerId,
} from '../../../../shared/ledger/entry.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { treeRoot } from '../../../../shared/ledger/merkle.ts';
import {
  CarriedSegment,
  headerBytes,
  openSegment,
  type SegmentHeader,
} from '../../../../shared/ledger/segment.ts';
import { hybridTime } from '../../../../shared/ledger/time.ts';

/*
 * Test vectors of the ledger's bytes, as docs/ledger-format.md describes them. A vector that fails is a break of the
 * format: ledgers and binders in people's hands would no longer verify. Never change an expected value here; a new
 * layout gets a new version and vectors of its own.
 *
 * Each value is also computed a second time from plain node:crypto over bytes written out by hand.
 */

const hash = (...parts: (string | Buffer)[]) => {
  const h = createHash('sha256');
  for (const part of parts) h.update(part);
  return h.digest('hex');
};
const hex = (text: string) => Buffer.from(text, 'hex');

describe('canonical JSON is RFC 8785', () => {
  it.each<[string, string, string]>([
    [
      'the example of section 3.2.2',
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ],
    [
      'keys sorted by UTF-16 code units (section 3.2.3)',
      '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ],
    ['minus zero', '[-0]', '[0]'],
    ['the smallest number', '[5e-324]', '[5e-324]'],
    ['the largest number', '[1.7976931348623157e308]', '[1.7976931348623157e+308]'],
    ['the largest exact integer', '[9007199254740992]', '[9007199254740992]'],
    [
      'where exponents begin',
      '[1e21,1e20,0.000001,0.0000001]',
      '[1e+21,100000000000000000000,0.000001,1e-7]',
    ],
    ['text as it is, not normalised', '["e\\u0301","\\u00e9"]', '["e\u0301","\u00e9"]'],
    ['nothing', '{"a":{},"b":[]}', '{"a":{},"b":[]}'],
  ])('%s', (_what, json, canonical) => {
    expect(canonicalText(JSON.parse(json) as Json)).toBe(canonical);
  });

  it.each<[string, unknown]>([
    ['half a character', '\ud800'],
    ['half a character in a key', { '\udc00': 1 }],
    ['no number', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['undefined', { a: undefined }],
    ['a big integer', 1n],
  ])('refuses %s', (_what, value) => {
    expect(() => canonicalText(value as Json)).toThrow(TypeError);
  });
});

const FOUNDER_SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const FOUNDER = ledgerKeyFromSeed(hex(FOUNDER_SEED));
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

describe('keys and ids', () => {
  const ledger = hex(PUBLIC).toString('base64url');
  const workspace = '42a42dfb647a5335a076232f91216f57';
  const member = '94e34ca263fc84b00a0a9dca4a2faf38';

  it('a key is Ed25519 (test 1 of RFC 8032), base64url of its 32 public bytes', () => {
    expect(publicKeyText(FOUNDER)).toBe(ledger);
    expect(signLedger(FOUNDER, new Uint8Array(0))).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  it('a key id is half a hash', () => {
    expect(keyIdOf(ledger)).toBe('21fe31dfa154a261626bf854046fd227');
    expect(keyIdOf(ledger)).toBe(hash(hex(PUBLIC)).slice(0, 32));
  });

  it('a workspace’s id commits to its beginning, a member’s to their first key', () => {
    expect(workspaceIdOf({ nonce: 'nonce-1', founderKey: ledger })).toBe(workspace);
    expect(hash(`["workspace","nonce-1","${ledger}"]`).slice(0, 32)).toBe(workspace);
    expect(memberIdOf(sha256, workspace, ledger)).toBe(member);
    expect(hash(`["member","${workspace}","${ledger}"]`).slice(0, 32)).toBe(member);
  });

  it('a writer is a member on a device in an incarnation', () => {
    const writer = writerId(sha256, workspace, { member, device: 'desk', incarnation: '1' });
    expect(writer).toBe('ddeb2b541b621fb2140c721c2e2c648b');
    expect(hash(`["writer","${workspace}","${member}","desk","1"]`).slice(0, 32)).toBe(writer);
  });

  it('what two copies make apart has the same id', () => {
    expect(assessmentId(sha256, 'e1', 'c1', 's1')).toBe('64664102652712d44bed19dcf6ed203a');
    expect(hash('["assessment","e1","c1","s1"]').slice(0, 32)).toBe('64664102652712d44bed19dcf6ed203a');
    expect(nodeId(sha256, 'control', 'f1', 'ac-2.1')).toBe('f4b04df1dc2ece6ef81396051c8bf271');
    expect(hash('["control","f1","ac-2.1"]').slice(0, 32)).toBe('f4b04df1dc2ece6ef81396051c8bf271');
    expect(deriveId(sha256, 'link', 'v1', 'a"1')).toBe('af9062471d4a421b784dd95b21c135f5');
    expect(hash('["link","v1","a\\"1"]').slice(0, 32)).toBe('af9062471d4a421b784dd95b21c135f5');
  });

  it('a fact commits to its writer and its value', () => {
    expect(factId(sha256, 'custody', 'w1', { what: 'Taken in', evidence: 'v1' })).toBe(
      '5040fb502b2ed9fd204c2eb6900f69d2',
    );
    const value = '{"evidence":"v1","what":"Taken in"}';
    expect(hash(`["custody","w1",${JSON.stringify(value)}]`).slice(0, 32)).toBe(
      '5040fb502b2ed9fd204c2eb6900f69d2',
    );
  });

  it('evidence is called by 25 bits of its id', () => {
    expect(evidenceReference('0123456789abcdef0123456789abcdef')).toBe('E-04HMA');
    expect(evidenceReference('ffffffffffffffffffffffffffffffff')).toBe('E-ZZZZZ');
    expect(evidenceReference('00000000000000000000000000000000')).toBe('E-00000');
  });
});

const WORKSPACE = 'a1'.repeat(16);
const WRITER = writerId(sha256, WORKSPACE, {
  member: 'b2'.repeat(16),
  device: 'c3'.repeat(16),
  incarnation: '1',
});
const SEED = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

describe('a value is hashed with its salt', () => {
  it('the salt comes from the segment’s seed, the entry’s number and the operation’s place', () => {
    expect(saltOf(sha256, SEED, 3, 0)).toBe('4918aa6d6d46fe4c4fe7b36904a4e916');
    expect(hash('bindery.salt/1', hex(SEED), '3:0').slice(0, 32)).toBe('4918aa6d6d46fe4c4fe7b36904a4e916');
  });

  it('the hash is over salt and canonical value', () => {
    expect(valueHash(sha256, '4918aa6d6d46fe4c4fe7b36904a4e916', { b: 'ü', a: [1, null] })).toBe(
      '10efa2f46190fba2af0907bbfd18361be2ef279bb072399ae25dd52f5331bca2',
    );
    expect(hash(hex('4918aa6d6d46fe4c4fe7b36904a4e916'), '{"a":[1,null],"b":"ü"}')).toBe(
      '10efa2f46190fba2af0907bbfd18361be2ef279bb072399ae25dd52f5331bca2',
    );
  });
});

const ENTRIES = [
  {
    action: 'assess@1',
    time: hybridTime(Date.parse('2026-03-01T09:00:00Z')),
    record: 'assessment:1',
    field: 'result',
    parents: [],
    value: 'satisfied',
  },
  {
    action: 'assess@1',
    time: hybridTime(Date.parse('2026-03-01T09:00:00Z'), 1),
    record: 'assessment:1',
    field: 'note',
    parents: [],
    value: 'Zugriff geprüft',
  },
  {
    action: 'undo@1',
    time: hybridTime(Date.parse('2026-03-01T09:00:01.5Z'), 255),
    record: 'assessment:1',
    field: 'result',
    parents: [[WRITER, 1]],
    value: 'not-reviewed',
  },
] as const;

const CHAIN = [
  '60ab36b290aa45d0d5a24f066e20eb474c9470c9f3b982a3a2ff23d7c24c37a7',
  'a87bc5ab7599a1dc407f59bf1cd19587ef090595cab7f87495b4533a8cca557a',
  'fd5202fea14c05de35ba884e8359a3794fb689069e1d7c50d8606016edea50b1',
];

describe('entries are chained', () => {
  it('each hash covers the one before it and the hashed form', () => {
    let prev = GENESIS_HASH;
    for (const [index, entry] of ENTRIES.entries()) {
      const seq = index + 1;
      const salt = saltOf(sha256, SEED, seq, 0);
      const form: EntryForm = {
        v: 1,
        workspace: WORKSPACE,
        writer: WRITER,
        seq,
        prev,
        time: entry.time,
        action: entry.action,
        ops: [
          {
            record: entry.record,
            field: entry.field,
            parents: entry.parents,
            hash: valueHash(sha256, salt, entry.value),
          },
        ],
      };
      expect(entryHash(sha256, form)).toBe(CHAIN[index]);
      prev = CHAIN[index] ?? '';
    }
  });

  it('has the canonical bytes of its form, also where that is none', () => {
    const form = (ops: unknown): EntryForm => ({
      ...{ v: 1, workspace: WORKSPACE, writer: WRITER, seq: 7, prev: GENESIS_HASH },
      ...{ time: hybridTime(0), action: 'assess@1' },
      ops: ops as EntryForm['ops'],
    });
    const op = { record: 'note:é\u2028"\\', field: '\u0007', hash: 'ab' };
    for (const parents of [[], [['w', 3]], [['w', 3, { b: 1, a: 2 }]], [['w', 1.5]], [[{ b: 1, a: 2 }, 3]]]) {
      const odd = form([{ ...op, parents }]);
      expect(entryBytes(odd)).toEqual(canonicalBytes(odd as unknown as Json));
    }
    expect(() => entryBytes(form([{ ...op, record: '\ud800', parents: [] }]))).toThrow(TypeError);
  });

  it('and is the hash of these bytes', () => {
    const [first, second] = ENTRIES;
    const salted = (seq: number, value: string) =>
      hash(hex(hash('bindery.salt/1', hex(SEED), `${seq}:0`).slice(0, 32)), JSON.stringify(value));
    const bytes = (seq: number, prev: string, time: string, field: string, value: string) =>
      `{"action":"assess@1","ops":[{"field":"${field}","hash":"${salted(seq, value)}","parents":[],"record":"assessment:1"}],"prev":"${prev}","seq":${seq},"time":"${time}","v":1,"workspace":"${WORKSPACE}","writer":"${WRITER}"}`;
    const h1 = hash(
      Buffer.alloc(32),
      bytes(1, '0'.repeat(64), '2026-03-01T09:00:00.000Z-0000', 'result', first.value),
    );
    expect(h1).toBe(CHAIN[0]);
    expect(hash(hex(h1), bytes(2, h1, '2026-03-01T09:00:00.000Z-0001', 'note', second.value))).toBe(CHAIN[1]);
  });

  it('a chain’s tree has the entry hashes as leaves (RFC 6962)', () => {
    expect(toHex(treeRoot(sha256, CHAIN.map(fromHex)))).toBe(
      '4848517eb3c168f4787da0bf2e57d28d58b2eeed8f8582281c78f7b7b571d5e2',
    );
    const leaf = (i: number) => hex(hash(Buffer.from([0]), hex(CHAIN[i] ?? '')));
    const left = hex(hash(Buffer.from([1]), leaf(0), leaf(1)));
    expect(hash(Buffer.from([1]), left, leaf(2))).toBe(
      '4848517eb3c168f4787da0bf2e57d28d58b2eeed8f8582281c78f7b7b571d5e2',
    );
  });
});

const HEADER: SegmentHeader = {
  schema: 'bindery.segment/1',
  workspace: WORKSPACE,
  writer: WRITER,
  member: 'b2'.repeat(16),
  device: 'c3'.repeat(16),
  incarnation: '1',
  keyId: '21fe31dfa154a261626bf854046fd227',
  from: 1,
  count: 3,
  previous: GENESIS_HASH,
  head: 'fd5202fea14c05de35ba884e8359a3794fb689069e1d7c50d8606016edea50b1',
  admin: { [WRITER]: 1, aa: 7 },
  receipt: null,
};
const HEADER_TEXT = `{"admin":{"${WRITER}":1,"aa":7},"count":3,"device":"${'c3'.repeat(16)}","from":1,"head":"fd5202fea14c05de35ba884e8359a3794fb689069e1d7c50d8606016edea50b1","incarnation":"1","keyId":"21fe31dfa154a261626bf854046fd227","member":"${'b2'.repeat(16)}","previous":"${'0'.repeat(64)}","receipt":null,"schema":"bindery.segment/1","workspace":"${WORKSPACE}","writer":"${WRITER}"}`;
const SIGNATURE =
  '943ee5a1269daf341a89db004742f13cd3b5cc61cfec2ab4f55b7e4162ad43b38d5af5b9ea84b57169157e5ed4642ef2ee2ec471eb97ea565097ebe2db348402';

describe('a segment is signed over its header', () => {
  it('the header is canonical JSON, the signature Ed25519 over its bytes', () => {
    expect(Buffer.from(headerBytes(HEADER)).toString()).toBe(HEADER_TEXT);
    expect(signLedger(FOUNDER, headerBytes(HEADER))).toBe(SIGNATURE);
    const der = Buffer.concat([hex('302e020100300506032b657004220420'), hex(FOUNDER_SEED)]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    expect(sign(null, Buffer.from(HEADER_TEXT), key).toString('hex')).toBe(SIGNATURE);
    expect(verify(null, Buffer.from(HEADER_TEXT), createPublicKey(key), hex(SIGNATURE))).toBe(true);
  });

  it('and opens from what is carried', () => {
    const entries = ENTRIES.map(({ time, action, record, field, parents, value }) => ({
      time,
      action,
      ops: [{ record, field, parents, value }],
    }));
    const carried = CarriedSegment.parse(
      JSON.parse(JSON.stringify({ header: HEADER, signature: SIGNATURE, seed: SEED, entries })),
    );
    const opened = openSegment(sha256, WORKSPACE, carried);
    expect('entries' in opened ? opened.entries.map((entry) => entry.hash) : opened).toEqual(CHAIN);
  });
});

describe('what people sign', () => {
  const signed: SignedValues = {
    kind: 'assessment',
    engagement: 'e1',
    target: 'c1',
    textHash: 'ab'.repeat(32),
    subject: 's1',
    result: 'satisfied',
    method: 'test',
    note: 'Fünf von fünf',
    evidence: [
      {
        id: 'v1',
        title: 'Report',
        collected: '2026-01-02',
        expires: null,
        periodFrom: null,
        periodTo: null,
        lastVerified: null,
        files: ['cd'.repeat(32)],
      },
    ],
  };

  it('the digest of a sign-off covers exactly the signed values', () => {
    expect(signOffDigest(sha256, signed)).toBe(
      '9a21e03a9562a0d32b2b73526f241341a9f8d546a01374abb590a4667c753ad4',
    );
    const bytes = `{"engagement":"e1","evidence":[{"collected":"2026-01-02","expires":null,"files":["${'cd'.repeat(32)}"],"id":"v1","lastVerified":null,"periodFrom":null,"periodTo":null,"title":"Report"}],"kind":"assessment","method":"test","note":"Fünf von fünf","result":"satisfied","subject":"s1","target":"c1","textHash":"${'ab'.repeat(32)}"}`;
    expect(hash(bytes)).toBe('9a21e03a9562a0d32b2b73526f241341a9f8d546a01374abb590a4667c753ad4');
  });

  it('a checkpoint is canonical JSON under the member’s key', () => {
    const body: Json = {
      schema: 'bindery.checkpoint/1',
      workspace: WORKSPACE,
      at: '2026-03-01T10:00:00.000Z',
      chains: [
        {
          writer: WRITER,
          size: 3,
          head: 'fd5202fea14c05de35ba884e8359a3794fb689069e1d7c50d8606016edea50b1',
          root: '4848517eb3c168f4787da0bf2e57d28d58b2eeed8f8582281c78f7b7b571d5e2',
        },
      ],
    };
    const bytes = `{"at":"2026-03-01T10:00:00.000Z","chains":[{"head":"fd5202fea14c05de35ba884e8359a3794fb689069e1d7c50d8606016edea50b1","root":"4848517eb3c168f4787da0bf2e57d28d58b2eeed8f8582281c78f7b7b571d5e2","size":3,"writer":"${WRITER}"}],"schema":"bindery.checkpoint/1","workspace":"${WORKSPACE}"}`;
    expect(Buffer.from(canonicalBytes(body)).toString()).toBe(bytes);
    expect(signLedger(FOUNDER, canonicalBytes(body))).toBe(
      'a49c22d5213f438001fd68e80bcee51c2372bde05c5da909b691f03dc8b5f8b1cc6545eed11b9f722eecdf1ab0b061f08aeb62212feeb34d32aa4b91375c4705',
    );
  });
});
