// Run as a child process: writes rows into a database as much is written, and is killed before it commits.
import { openDatabase, withWritingCache } from '../../db/open.ts';

const [file = '', key = '', sql = ''] = process.argv.slice(2);
const db = openDatabase(file, key, { migrations: [{ number: 1, name: 'notes', sql }] });
withWritingCache(db, () =>
  db.transaction(() => {
    db.exec("UPDATE note SET text = 'changed'");
    const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
    for (let row = 0; row < 40_000; row += 1) insert.run('y'.repeat(1000));
    process.kill(process.pid, 'SIGKILL');
  })(),
);
