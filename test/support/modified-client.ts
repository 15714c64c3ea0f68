import { write } from '../../core/ledger/append.ts';
import { sha256 } from '../../core/ledger/keys.ts';
import { sealOpen } from '../../core/ledger/seal.ts';
import { systemPorts } from '../../core/ports.ts';
import { type OpenWorkspace, sealAndClose } from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';
import { signedAssessment } from '../../db/projection/kinds/assessment.ts';
import { signOffIdsOf } from '../../db/queries/assessments.ts';
import { headPositions } from '../../db/queries/ledger.ts';
import { get } from '../../db/sql.ts';
import type { Capacity } from '../../shared/domain/results.ts';
import { signOffDigest } from '../../shared/domain/sign-off.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { passphraseOf, type TestWorkspace } from './workspaces.ts';

/** A value that is written whatever the rules say. */
export interface Wish {
  readonly record: string;
  readonly field: string;
  readonly value: Json;
}

/** What a member can do whose program asks no rule. They hold their own keys and nobody else's. */
export interface ModifiedClient {
  readonly ws: OpenWorkspace;
  /** The id of the check of a control. */
  check(control: string): string;
  /** One entry, sealed at once. */
  write(action: string, wishes: readonly Wish[]): void;
  /** A sign-off, or a return, of what stands there now. */
  sign(
    control: string,
    capacity: Capacity,
    more?: { readonly verdict?: 'signed' | 'returned'; readonly after?: string[] },
  ): void;
}

/** Opens the workspace as this member with a modified program, and closes it again. */
export async function withModifiedClient(
  test: TestWorkspace,
  member: string,
  run: (client: ModifiedClient) => void | Promise<void>,
): Promise<void> {
  await test.api.workspace.lock();
  const ws = await unlockWorkspace(systemPorts, { dir: test.dir, passphrase: passphraseOf(member) });
  const client: ModifiedClient = {
    ws,
    check(control) {
      const sql = 'SELECT a.id FROM assessment a JOIN control c ON c.id = a.target WHERE c.label = ?';
      const row = get<{ id: string }>(ws.db, sql, control);
      if (row === undefined) throw new Error(`${control} was never worked`);
      return row.id;
    },
    write(action, wishes) {
      ws.db.transaction(() => {
        const ops = wishes.map((one) => ({
          ...one,
          parents: headPositions(ws.db, one.record, one.field),
        }));
        write(ws, action, ops);
        sealOpen(ws);
      })();
    },
    sign(control, capacity, { verdict = 'signed', after } = {}) {
      const record = client.check(control);
      const signed = signedAssessment(ws.db, record);
      if (signed === null) throw new Error(`${control} was never worked`);
      const value = {
        ...{ kind: 'assessment', capacity, verdict, note: '', record },
        digest: signOffDigest(sha256, signed),
        after: after ?? signOffIdsOf(ws.db, record),
        signed: signed as unknown as Json,
        passphraseSetByOther: false,
      };
      const id = factId(sha256, 'signoff', ws.writer.id, value);
      const action = verdict === 'signed' ? 'review.sign@1' : 'review.return@1';
      client.write(action, [{ record: `signoff:${id}`, field: 'fact', value }]);
    },
  };
  try {
    await run(client);
  } finally {
    sealAndClose(ws);
  }
}
