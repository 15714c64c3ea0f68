import { describe, expect, it } from 'vitest';
import type { ExtractEntry } from '../../../../../shared/domain/binder.ts';
import { canonicalBytes, concatBytes, fromHex, type Json } from '../../../../../shared/ledger/canonical.ts';
import { BinderFile } from './binder-file.ts';
import {
  hashOf,
  idOf,
  KIT,
  keyFrom,
  type LedgerModel,
  MEMBER,
  sealOf,
  WORKSPACE,
  WRITER,
} from './ledger-files.ts';
import { makeSigner } from './signer.ts';
import { problemsOf, verifyBytes } from './verify.ts';

const ada = makeSigner('Ada');
const W = WRITER.slice(0, 8);
const MALLORY = keyFrom('66');
const LATER = keyFrom('43');

const verified = (ledger: (model: LedgerModel) => void) =>
  verifyBytes(BinderFile.make({ ledger }).sign(ada).bytes);

interface Written {
  readonly member?: string;
  readonly action: string;
  readonly ops: readonly { record: string; field: string; value: Json }[];
}

/** The first entry of another chain, as far as it concerns its author. */
function entryBy({ member = MEMBER, action, ops }: Written): ExtractEntry {
  const writer = idOf('writer', WORKSPACE, member, 'd', '2');
  const made = ops.map(({ record, field, value }, i) => {
    const salt = hashOf(Buffer.of(99, i)).slice(0, 32);
    const hash = hashOf(concatBytes(fromHex(salt), canonicalBytes(value)));
    return { op: { record, field, parents: [], hash }, shown: { salt, value } };
  });
  const prev = '0'.repeat(64);
  const entry = {
    v: 1,
    workspace: WORKSPACE,
    writer,
    seq: 1,
    prev,
    time: '2026-01-03T11:00:00.000Z-0000',
    action,
    ops: made.map(({ op }) => op),
  };
  const hash = hashOf(concatBytes(fromHex(prev), canonicalBytes(entry)));
  return { entry, hash, values: made.map(({ shown }) => shown) };
}

/** Puts another chain of one entry beside the model's, with its seal and its proof. */
function addChain({ extract, proofs, checkpoint }: LedgerModel, entry: ExtractEntry, by: typeof LATER): void {
  const member = MEMBER;
  const writer = String(entry.entry.writer);
  extract.writers.push({ id: writer, member, memberName: 'Ada', device: 'd', incarnation: '2' });
  extract.entries.push(entry);
  extract.entries.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  extract.seals.push(
    sealOf([entry], { by, header: { writer, member, incarnation: '2', admin: { [WRITER]: 1 } } }),
  );
  proofs.inclusion.push({ writer, seq: 1, path: [] });
  const root = hashOf(Buffer.concat([Buffer.of(0), Buffer.from(entry.hash, 'hex')]));
  checkpoint.body.chains.push({ writer, size: 1, head: entry.hash, root });
  checkpoint.body.chains.sort((a, b) => (a.writer < b.writer ? -1 : 1));
}

const placeOf = ({ entry }: ExtractEntry): string => `${entry.writer}:${String(entry.seq).padStart(12, '0')}`;

const newKey = (action: string, key = LATER) =>
  entryBy({ action, ops: [{ record: `member:${MEMBER}`, field: 'key', value: { ledger: key.publicKey } }] });

/** The model's checkpoint under another key. */
function checkpointBy({ checkpoint }: LedgerModel, key: typeof LATER): void {
  checkpoint.publicKey = key.publicKey;
  checkpoint.signature = key.sign(checkpoint.body).toString('base64url');
}

describe('whoever wrote an entry', () => {
  it('is proven by their signature at the end of what they sealed', async () => {
    const { problems, proven, notProven } = await verified(() => {});
    expect(problems).toEqual([]);
    expect(proven.join('\n')).toContain(
      'Each of them was signed by the ledger key of the member who is named as its author',
    );
    expect(notProven.join('\n')).toContain(`compare the workspace’s id ${WORKSPACE}`);
  });

  it.each<[string, (model: LedgerModel) => void, string]>([
    [
      'a segment without its seal',
      ({ extract }) => {
        extract.seals.pop();
      },
      `author-signature @ ledger entry ${W}:4`,
    ],
    [
      'a seal by somebody else',
      ({ extract }) => {
        const last = extract.seals.pop();
        if (last) extract.seals.push({ ...last, signature: MALLORY.sign(last.header).toString('hex') });
      },
      `author-signature @ ledger segment ${W}:2`,
    ],
    [
      'a seal by a key of their own, which it names',
      ({ extract }) => {
        const last = extract.seals.pop();
        const keyId = hashOf(Buffer.from(MALLORY.publicKey, 'base64url')).slice(0, 32);
        const header = last && { ...last.header, keyId };
        if (header) extract.seals.push({ header, signature: MALLORY.sign(header).toString('hex') });
      },
      `author-signature @ ledger segment ${W}:2`,
    ],
    [
      'a link to the seal left out',
      ({ extract }) => {
        extract.between.splice(2, 1);
      },
      `author-signature @ ledger entry ${W}:4`,
    ],
    [
      'a link to the seal altered',
      ({ extract }) => {
        const [form] = extract.between;
        if (form) form.action = 'other@1';
      },
      `author-signature @ ledger entry ${W}:4`,
    ],
    [
      'a link that leads nowhere',
      ({ extract }) => {
        const [form] = extract.between;
        extract.between.push({ ...form, seq: 99 });
      },
      `author-signature @ ledger entry ${W}:99`,
    ],
    [
      'a writer told as another member’s',
      ({ extract }) => {
        for (const writer of extract.writers) writer.member = 'f'.repeat(32);
        for (const signOff of extract.signOffs) signOff.by = 'f'.repeat(32);
      },
      `author-signature @ ledger writer ${W}`,
    ],
    [
      'a name that the ledger does not give',
      ({ extract, checkpoint }) => {
        for (const writer of extract.writers) writer.memberName = 'Rita';
        for (const signOff of extract.signOffs) signOff.byName = 'Rita';
        checkpoint.memberName = 'Rita';
      },
      'author-name @ member Rita',
    ],
    [
      'a name given by the checkpoint alone',
      ({ checkpoint }) => {
        checkpoint.memberName = 'Rita';
      },
      'author-name @ member Rita',
    ],
    [
      'a checkpoint by a key that is nobody’s here',
      (model) => checkpointBy(model, MALLORY),
      'checkpoint-signature @ ledger checkpoint',
    ],
    [
      'a key that the member did not sign for',
      (model) => {
        addChain(model, newKey('member.key@1', MALLORY), MALLORY);
        checkpointBy(model, MALLORY);
      },
      'checkpoint-signature @ ledger checkpoint',
    ],
    [
      'a recovery that the kit did not sign',
      (model) => {
        addChain(model, newKey('member.recover@1', MALLORY), MALLORY);
        checkpointBy(model, MALLORY);
      },
      'checkpoint-signature @ ledger checkpoint',
    ],
  ])('is not proven with %s', async (_, forge, problem) => {
    const report = await verified(forge);
    expect(problemsOf(report)).toContain(problem);
    expect(report.verdict).toBe('invalid');
    expect(report.proven.join('\n')).not.toContain('was signed by the ledger key of the member');
  });

  it('may have a later key that they signed for with the first', async () => {
    const report = await verified((model) => {
      addChain(model, newKey('member.key@1'), keyFrom('41'));
      checkpointBy(model, LATER);
    });
    expect(problemsOf(report)).toEqual([]);
  });

  it('may have a later key by the recovery kit of the workspace', async () => {
    const report = await verified((model) => {
      addChain(model, newKey('member.recover@1'), KIT);
      checkpointBy(model, LATER);
    });
    expect(problemsOf(report)).toEqual([]);
  });

  it('may not be named by the recovery kit', async () => {
    const named = entryBy({
      action: 'member.recover@1',
      ops: [{ record: `member:${MEMBER}`, field: 'name', value: 'Rita' }],
    });
    const report = await verified((model) => {
      addChain(model, named, KIT);
      for (const writer of model.extract.writers) writer.memberName = 'Rita';
      checkpointBy(model, keyFrom('41'));
    });
    expect(problemsOf(report)).toContain('author-name @ member Rita');
  });

  it('is not shown by an extract of the form before', async () => {
    const report = await verified(({ extract }) => {
      const { seals: _seals, between: _between, ...rest } = extract;
      for (const key of Object.keys(extract)) delete (extract as unknown as Record<string, unknown>)[key];
      Object.assign(extract, rest, { schema: 'bindery.extract/1' });
    });
    expect(problemsOf(report)).toEqual(['ledger-unreadable @ attachment ledger-extract.json']);
    expect(report.problems[0]?.message).toContain('does not show who wrote what');
  });
});
