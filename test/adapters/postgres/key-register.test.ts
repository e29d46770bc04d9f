import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createArgon2 } from '../../../src/adapters/argon2.ts';
import { createAccounts } from '../../../src/adapters/postgres/accounts.ts';
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts';
import { forgetKey } from '../../../src/adapters/postgres/key-register.ts';
import { migrate } from '../../../src/adapters/postgres/migrations.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { createVault } from '../../../src/adapters/vault.ts';
import { checkKeys } from '../../../src/app/check-keys.ts';
import { createApp } from '../../../src/app/create-app.ts';
import { type Config, loadConfig } from '../../../src/config/config.ts';
import { ConfigurationError } from '../../../src/config/fault.ts';
import { runCli } from '../../support/cli.ts';
import { createPerson } from '../../support/people.ts';
import { testSecrets } from '../../support/service.ts';
import { cloneDatabase, emptyDatabase } from '../../support/services.ts';
import { eventually } from '../../support/wait.ts';

type Secrets = Config['secrets'];

const key = (id: string) => ({ id, key: randomBytes(32) });
const [k1, k2, p1, p2] = [key('k1'), key('k2'), key('p1'), key('p2')];
const indexKey = randomBytes(32);
const pairwiseKey = randomBytes(32);

const secretsWith = (more: Partial<Secrets> = {}): Secrets => ({
  cookieKeys: [],
  signingKeys: { keys: [] },
  sealingKeys: [k1],
  passwordPeppers: [p1],
  indexKey,
  pairwiseKey,
  ...more,
});

describe('the keys that a database was filled with', () => {
  let url: string;
  let database: Database;
  const opened: Database[] = [];
  beforeEach(async () => {
    url = await cloneDatabase();
    database = openDatabase(url, 4);
    opened.push(database);
  });
  after(() => Promise.all(opened.map((one) => one.destroy())));

  /** What a start with these keys finds wrong. */
  async function start(more: Partial<Secrets> = {}, on = database): Promise<readonly string[]> {
    try {
      await checkKeys(on, { secrets: secretsWith(more) });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.faults;
    }
  }

  const recorded = async () =>
    (await database('keys').select('role', 'key_id', 'used').orderBy(['role', 'key_id'])).map(
      ({ role, key_id, used }) => `${role} ${key_id}${used ? '' : ' (unused)'}`,
    );

  /** Somebody whose rows are sealed with the first key and hashed with the first pepper. */
  async function fill({ sealingKeys = [k1], passwordPeppers = [p1] } = {}, on = database): Promise<void> {
    const passwords = await createArgon2({
      ...{ memoryKiB: 1024, iterations: 1, parallelism: 1, running: 1, waiting: 4 },
      peppers: passwordPeppers,
      clock: systemClock,
      readCosts: async () => [],
    });
    const accounts = createAccounts(on, createVault({ sealingKeys, indexKey }), systemClock);
    await createPerson({ app: { ports: { accounts, passwords } } });
  }

  it('are recorded by the first start, without the keys, and accepted by the next', async () => {
    assert.deepEqual(await start(), []);
    assert.deepEqual(await recorded(), ['index ', 'pairwise ', 'pepper p1', 'sealing k1']);
    assert.deepEqual(await start(), []);
    const rows = JSON.stringify(await database('keys').select());
    for (const secret of [indexKey, pairwiseKey, k1.key, p1.key])
      for (const encoding of ['base64', 'base64url', 'hex'] as const)
        assert.ok(!rows.includes(secret.toString(encoding).slice(0, 20)));
  });

  for (const [what, more, fault] of [
    ['another index key', { indexKey: randomBytes(32) }, /^INDEX_KEY: the index key is not the one/],
    ['another pairwise key', { pairwiseKey: randomBytes(32) }, /^PAIRWISE_KEY: the pairwise key is not the one/],
    ['another sealing key of one id', { sealingKeys: [key('k1')] }, /^SEALING_KEYS: the sealing key k1 is not the one/],
    [
      'another pepper of one id',
      { passwordPeppers: [key('p1')] },
      /^PASSWORD_PEPPERS: the pepper key p1 is not the one/,
    ],
    ['a sealing key that is missing', { sealingKeys: [k2] }, /^SEALING_KEYS: the sealing key k1 is missing/],
    ['a pepper that is missing', { passwordPeppers: [p2] }, /^PASSWORD_PEPPERS: the pepper key p1 is missing/],
  ] as const)
    it(`refuse a start with ${what}, name it, and record nothing of that start`, async () => {
      await start();
      const before = await recorded();
      const faults = await start(more);
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? '', fault);
      assert.deepEqual(await recorded(), before);
      assert.deepEqual(await start(), []);
    });

  it('have another fingerprint in each role: it does not tell that two are the same', async () => {
    await start({ pairwiseKey: indexKey, passwordPeppers: [{ id: 'p1', key: indexKey }] });
    const fingerprints = await database('keys').pluck('fingerprint');
    assert.deepEqual([fingerprints.length, new Set(fingerprints).size], [4, 4]);
    for (const fingerprint of fingerprints) assert.match(fingerprint, /^[\w-]{22}$/);
  });

  it('are named all at once', async () => {
    await start();
    const wrong = { indexKey: randomBytes(32), sealingKeys: [k2], passwordPeppers: [key('p1')] };
    assert.equal((await start(wrong)).length, 3);
  });

  it('rotate in the documented order: last, then first; a process that restarts with the old list meanwhile is no fault', async () => {
    await start();
    assert.deepEqual(await start({ sealingKeys: [k1, k2] }), []);
    assert.deepEqual(await recorded(), ['index ', 'pairwise ', 'pepper p1', 'sealing k1', 'sealing k2 (unused)']);
    assert.deepEqual(await start(), [], 'no row can need a key that only stood behind another');
    assert.deepEqual(await start({ sealingKeys: [k2, k1] }), []);
    assert.match((await start()).join(), /the sealing key k2 is missing/);
    assert.match((await start({ sealingKeys: [k2] })).join(), /the sealing key k1 is missing/);
  });

  it('are recorded once, whoever starts first: all of 8 starts at once go on', async () => {
    const starts = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const own = openDatabase(url, 1);
        opened.push(own);
        return start({}, own);
      }),
    );
    assert.deepEqual(starts.flat(), []);
    assert.equal((await recorded()).length, 4);
  });

  it('have one winner, where two first starts at once do not have the same', async () => {
    const [one, two] = [openDatabase(url, 1, { patient: true }), openDatabase(url, 1, { patient: true })];
    opened.push(one, two);
    const other = { indexKey: randomBytes(32) };
    const gate = await database.transaction();
    await gate.raw('lock table keys in exclusive mode');
    const racing = Promise.all([start({}, one), start(other, two)]);
    await eventually('both have read that nothing is recorded', async () => {
      const { rows } = await database.raw("select from pg_locks where relation = 'keys'::regclass and not granted");
      return rows.length === 2;
    });
    await gate.commit();
    const starts = await racing;
    const winners = starts.filter((faults) => faults.length === 0);
    assert.equal(winners.length, 1, JSON.stringify(starts));
    assert.equal([await start(), await start(other)].filter((faults) => faults.length === 0).length, 1);
  });

  it('are compared with what another start has recorded since they were read: that one stays', async () => {
    const late = openDatabase(url, 1, { patient: true });
    opened.push(late);
    const first = await database.transaction();
    await first.raw('lock table keys in exclusive mode');
    const racing = start({ indexKey: randomBytes(32) }, late);
    await eventually('it has read that nothing is recorded', async () => {
      const { rows } = await database.raw("select from pg_locks where relation = 'keys'::regclass and not granted");
      return rows.length === 1;
    });
    await checkKeys(first, { secrets: secretsWith() });
    await first.commit();
    assert.match((await racing).join(), /^INDEX_KEY: the index key is not the one/);
    assert.deepEqual(await start(), []);
  });

  it('are asked for by every start of the service', async () => {
    const startService = (more: Readonly<Record<string, string>> = {}) =>
      createApp(loadConfig({}, { ...testSecrets, DATABASE_URL: url, LOG_LEVEL: 'silent', ...more })).then((app) =>
        app.stop(),
      );
    await startService();
    const another = { INDEX_KEY: randomBytes(32).toString('base64') };
    await assert.rejects(
      startService(another),
      (error) => error instanceof ConfigurationError && /^INDEX_KEY: the index key/.test(error.faults.join()),
    );
    await startService();
  });

  describe('before they were recorded', () => {
    let old: Database;
    beforeEach(async () => {
      old = openDatabase(await emptyDatabase(), 2, { patient: true });
      opened.push(old);
      await migrate(old);
      await fill({}, old);
      await fill({ sealingKeys: [k2], passwordPeppers: [p2] }, old);
      // As it was before the migration.
      await old.raw('drop table keys');
      await old('knex_migrations').where({ name: '0005-keys' }).delete();
      await migrate(old);
    });

    it('are those that rows name: every id must be there, and its key be right', async () => {
      const all = { sealingKeys: [k1, k2], passwordPeppers: [p1, p2] };
      assert.match((await start({}, old)).join(), /sealing key k2 is missing.*pepper key p2 is missing/);
      assert.match((await start({ ...all, indexKey: randomBytes(32) }, old)).join(), /^INDEX_KEY: .* not the one/);
      const wrong = { ...all, sealingKeys: [key('k1'), key('k2')] };
      assert.match((await start(wrong, old)).join(), /key k1 is not the one.*key k2 is not the one/);
      for (const [sealingKeys, id] of [[[key('k1'), k2], 'k1'] as const, [[k1, key('k2')], 'k2'] as const])
        assert.match((await start({ ...all, sealingKeys }, old)).join(), new RegExp(`^SEALING_KEYS: .* ${id} is not`));
      assert.deepEqual(await start(all, old), []);
      assert.match(
        (await start({ ...all, sealingKeys: [k1, key('k2')] }, old)).join(),
        /sealing key k2 is not the one/,
      );
    });
  });

  describe('forgotten', () => {
    it('are those that no row names, and the service then starts without them', async () => {
      await start();
      await fill();
      for (const [role, id] of [
        ['sealing', 'k1'],
        ['pepper', 'p1'],
      ] as const)
        assert.equal(await forgetKey(database, role, id), 'used');
      const rotated = { sealingKeys: [k2, k1], passwordPeppers: [p2, p1] };
      await start(rotated);
      await database('credentials').update({ pepper_id: 'p2' });
      assert.equal(await forgetKey(database, 'pepper', 'p1'), 'forgotten');
      assert.equal(await forgetKey(database, 'pepper', 'p1'), 'unknown');
      assert.equal(await forgetKey(database, 'sealing', 'k1'), 'used');
      assert.deepEqual(await start({ ...rotated, passwordPeppers: [p2] }), []);
    });

    it('by a command, which looks at jobs that wait too', async () => {
      await start();
      const forget = (...args: string[]) => runCli(['keys', 'forget', ...args], { DATABASE_URL: url });
      await database.raw("select graphile_worker.add_job('tell-password-changed', payload => ?::json)", [
        JSON.stringify({ sealed: 'k1.AAAA' }),
      ]);
      const [used, index] = await Promise.all([forget('sealing', 'k1'), forget('index', '')]);
      assert.equal(index.code, 1, 'the index key is never forgotten');
      assert.deepEqual([used.code, used.stderr], [1, 'A row needs the sealing key k1: it is not forgotten.\n']);
      await database('graphile_worker._private_jobs').delete();
      const { code, stdout } = await forget('sealing', 'k1');
      assert.deepEqual([code, stdout], [0, 'The sealing key k1 is forgotten: the configuration may drop it.\n']);
    });
  });
});
