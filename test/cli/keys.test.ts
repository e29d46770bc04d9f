import assert from 'node:assert/strict';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { runCli } from '../support/cli.ts';
import { cloneDatabase } from '../support/services.ts';

describe('mon-compte-identity keys forget', () => {
  it('says of each key whether it is forgotten, of which role and id, and by which code it ended', async () => {
    const url = await cloneDatabase();
    const database = openDatabase(url, 1);
    await database('keys').insert([
      { role: 'pepper', key_id: 'k1', used: true },
      { role: 'sealing', key_id: 'k2', used: true },
    ]);
    const forget = (...args: string[]) => runCli(['keys', 'forget', ...args], { DATABASE_URL: url });
    const [unknown, otherRole, forgotten] = await Promise.all([
      forget('pepper', 'k9'),
      forget('sealing', 'k1'),
      forget('pepper', 'k1'),
    ]);
    assert.deepEqual(unknown, { code: 1, stdout: '', stderr: 'No pepper key k9 is recorded.\n' });
    assert.deepEqual(otherRole, { code: 1, stdout: '', stderr: 'No sealing key k1 is recorded.\n' });
    assert.deepEqual(
      [forgotten.code, forgotten.stderr, forgotten.stdout],
      [0, '', 'The pepper key k1 is forgotten: the configuration may drop it.\n'],
    );
    assert.deepEqual(await database('keys').select('role', 'key_id'), [{ role: 'sealing', key_id: 'k2' }]);
    await database.destroy();
  });

  it('ends with 78 without an address, and with 1 without a database, whose password it does not show', async () => {
    const [without, away] = await Promise.all([
      runCli(['keys', 'forget', 'pepper', 'p1']),
      runCli(['keys', 'forget', 'pepper', 'p1'], { DATABASE_URL: 'postgres://identity:very-secret@127.0.0.1:1/none' }),
    ]);
    assert.deepEqual([without.code, without.stderr], [78, 'DATABASE_URL: required, and has no default\n']);
    assert.equal(away.code, 1);
    assert.match(away.stderr, /^Nothing is forgotten: .*ECONNREFUSED/);
    assert.doesNotMatch(away.stdout + away.stderr, /very-secret/);
  });
});
