import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readKeyFile } from '../../core/workspace/key-file.ts';
import { openByPassphrase } from '../../core/workspace/key-slots.ts';
import { databaseKeyHex } from '../../core/workspace/keyring.ts';
import { connectEncrypted } from '../../db/driver.ts';
import { migrationSha256 } from '../../db/migrate.ts';
import * as m0002 from '../../db/migrations/0002-unlinked.ts';
import type { LedgerReport } from '../../shared/contract/proof.ts';
import { finish, makeEngagement, OWNER, passphraseOf, type TestWorkspace } from '../support/workspaces.ts';

let ws: TestWorkspace;
beforeAll(async () => {
  ws = await makeEngagement();
});
afterAll(() => ws.close());

test('the second migration is frozen', () => {
  expect(migrationSha256(m0002)).toBe('6ff58a1531cc8a91bfa9fa84a79dcbe3e907d7654d5aa008ecb931f37d567ac8');
});

/** Opens the database of the closed workspace as a tool of an expert would. */
async function inDatabase(work: (db: ReturnType<typeof connectEncrypted>) => void): Promise<void> {
  const slots = await openByPassphrase(readKeyFile(join(ws.dir, 'keys.json')), passphraseOf(OWNER));
  const keyring = slots[0]?.keyring;
  if (keyring === undefined) throw new Error('the passphrase opens nothing');
  const db = connectEncrypted(join(ws.dir, 'workspace.db'), databaseKeyHex(keyring), { mustExist: true });
  try {
    work(db);
  } finally {
    db.close();
  }
}

test('a workspace worked before it has its rows made anew when it is opened', async () => {
  const { api } = ws;
  const { assessment } = await api.assessments.set({ control: 'AC-1', result: 'satisfied' });
  const { evidence } = await api.evidence.add({
    files: [{ path: ws.file('log.txt', 'logged') }],
    links: [{ control: 'AC-1' }],
  });
  await api.evidence.unlink({ evidence: evidence[0]?.id ?? '', assessment: assessment.id });
  await api.workspace.lock();
  await inDatabase((db) => {
    db.exec('DROP TABLE unlinked');
    db.exec('DROP INDEX evidence_reference');
    db.exec("DELETE FROM migration WHERE number > 1; DELETE FROM local_setting WHERE key = 'projection'");
    db.pragma('user_version=1');
  });
  await ws.as(OWNER);
  const report = await finish<LedgerReport>(api, api.ledger.verify({ rebuild: true }));
  expect(report).toMatchObject({ intact: true, rebuild: { differences: [] } });
  await api.workspace.lock();
  await inDatabase((db) => expect(db.prepare('SELECT count(*) FROM unlinked').pluck().get()).toBe(1));
  await ws.as(OWNER);
});
