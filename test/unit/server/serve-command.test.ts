import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Installation, install } from '../../support/server-process.ts';

let installation: Installation;
beforeEach(async () => {
  installation = await install();
});
afterEach(() => installation.remove());

test('a port that another program has ends it with a sentence, and its database with it', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) =>
    taken.listen(Number(installation.environment.BINDERY_PORT), '127.0.0.1', resolve),
  );
  try {
    const serving = installation.serve();
    await expect(serving).rejects.toThrow(/the server ended with 2/);
    await expect(serving).rejects.toThrow(
      `Port ${installation.environment.BINDERY_PORT} of 127.0.0.1 is taken by another program. Set BINDERY_PORT`,
    );
    expect(() => installation.postgres()).toThrow(/ENOENT/);
  } finally {
    taken.close();
  }
}, 60_000);
