/** The ports as they are wired: which setting, key and clock each is given. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { connectRedis, type RedisConnection } from '../../src/adapters/redis/connection.ts';
import { codeTries, createPorts } from '../../src/app/ports.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { ClientAddress } from '../../src/domain/client-address.ts';
import { KNOWN_SECONDS } from '../../src/domain/known-browser.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { createTestLogger, createTestMetrics } from '../stories/support/monitoring.ts';
import { changedEvent } from '../support/audit.ts';
import { complete } from '../support/configuration.ts';
import { randomNir } from '../support/people.ts';
import { cloneDatabase, redisUrl } from '../support/services.ts';
import { movableClock, silent } from './backends.ts';

const HOUR = 3600;
/** About the time at which the clock of a test stands. */
const AROUND = [new Date('2026-03-29T00:00:00Z'), new Date('2026-03-29T01:00:00Z')] as const;
const CHEAP = { ARGON2_MEMORY_KIB: '1024', ARGON2_ITERATIONS: '1', ARGON2_PARALLELISM: '1' };

describe('the ports of the service', () => {
  let database: Database;
  before(async () => {
    database = openDatabase(await cloneDatabase(), 2);
  });
  after(() => database.destroy());

  async function open(env: Readonly<Record<string, string>> = {}, redis?: RedisConnection) {
    const config = loadConfig({}, { ...complete, ...CHEAP, ...env });
    const [clock, log, metrics] = [movableClock(), createTestLogger(), createTestMetrics()];
    return {
      config,
      clock,
      log,
      metrics,
      ports: await createPorts(config, database, redis, { log, metrics, clock }),
    };
  }

  describe('make captchas', () => {
    const address = (last: number, shared = false): ClientAddress => ({ address: `10.0.0.${last}`, shared });
    const create = ({ captcha }: Pick<Ports, 'captcha'>, from: ClientAddress) => captcha.create('place', 'fr', from);
    const refused = { code: 'too_many_requests' };

    it('as many an hour for one client address as the setting says, and again when the hour is over', async () => {
      const { ports, clock } = await open({ THROTTLE_CAPTCHAS_PER_HOUR: '2' });
      for (let times = 0; times < 2; times++) await create(ports, address(1));
      await assert.rejects(create(ports, address(1)), refused);
      await create(ports, address(2));
      clock.move(HOUR - 1);
      await assert.rejects(create(ports, address(1)), refused);
      clock.move(1);
      await create(ports, address(1));
    });

    it('for a shared address, as many times more as the setting says', async () => {
      const { ports } = await open({ THROTTLE_CAPTCHAS_PER_HOUR: '1', SHARED_ADDRESS_FACTOR: '3' });
      for (let times = 0; times < 3; times++) await create(ports, address(1, true));
      await assert.rejects(create(ports, address(1, true)), refused);
      await create(ports, address(2));
      await assert.rejects(create(ports, address(2)), refused);
    });

    it('without end where the throttle is observed, and tell what it would have refused', async () => {
      const { ports, metrics, log } = await open({ THROTTLE_CAPTCHAS_PER_HOUR: '1', THROTTLES_OBSERVED: 'captcha' });
      for (let times = 0; times < 3; times++) await create(ports, address(1));
      const told = { name: 'throttle_refused', labels: { throttle: 'captcha', mode: 'observe' } };
      assert.deepEqual(metrics.labelled, [told, told]);
      assert.deepEqual(
        log.lines.map(({ fields }) => fields.event),
        ['throttle_observed'],
      );
    });
  });

  it('lock nobody where the lock is observed, and lock where it is not', async () => {
    const policy = { firstLockAtFailure: 1, maximumLockSeconds: 60, forgetAfterSeconds: 600, attemptsPerDay: 10 };
    for (const [env, allowed] of [
      [{}, false],
      [{ THROTTLES_OBSERVED: 'lock' }, true],
    ] as const) {
      const { ports } = await open(env);
      await ports.attempts.begin('k', policy);
      assert.equal((await ports.attempts.begin('k', policy)).allowed, allowed);
    }
  });

  it('end sessions, and let codes live, by the clock that they are given', async () => {
    const { ports, clock } = await open();
    const created = await ports.accounts.create({
      ...{ identifiers: [{ type: 'nir', value: randomNir() }], identityVerified: true, locale: 'fr' },
    });
    const { accountId } = created ?? assert.fail();
    clock.move(5000);
    const hash = await ports.passwords.hash('Ardoise-Ruisseau-48');
    await ports.accounts.setPassword(accountId, hash, clock.now(), changedEvent);
    assert.deepEqual((await ports.accounts.findById(accountId))?.sessionsEndedAt, clock.now());
  });

  it('hash by the costs of the settings and the first pepper, and give the signing keys', async () => {
    const { ports, config } = await open();
    const hash = await ports.passwords.hash('Ardoise-Ruisseau-48');
    assert.match(hash.encoded, /^\$argon2id\$v=19\$m=1024,p=1,t=1\$/);
    assert.equal(hash.pepperId, config.secrets.passwordPeppers[0]?.id);
    assert.deepEqual(await ports.signingKeys.list(), config.secrets.signingKeys.keys);
    assert.deepEqual((await ports.clients.list()).map(({ clientId }) => clientId).includes('mon-compte'), true);
  });

  it('give a code as many tries as the setting says, counted for its life and all of an interaction', async () => {
    const env = { CODE_TRIES: '2', CODE_LIFE_SECONDS: '300', INTERACTION_RESTART_SECONDS: '3000' };
    const { ports, config, clock, metrics } = await open(env);
    assert.deepEqual(codeTries(config), { tries: 2, triesSeconds: 3300 });
    const { verificationCodes: codes } = ports;
    const verify = (code: string) => codes.verify('c', 'p', code, 'k');
    const subject = { kind: 'account', accountId: randomUUID() } as const;
    await codes.create({ codeId: 'c', purpose: 'p', code: '123456', subject, countedAs: 'k' }, 300);
    await verify('000000');
    await verify('000001');
    await assert.rejects(verify('123456'), { code: 'code_tries_exceeded' });
    clock.move(3299);
    await assert.rejects(verify('123456'), { code: 'code_tries_exceeded' });
    clock.move(1);
    assert.equal((await verify('123456')).subject, undefined, 'it has ended');
    const used = () => metrics.counted.filter((name) => name === 'codes_used').length;
    assert.equal(used(), 0);
    await codes.create({ codeId: 'd', purpose: 'p', code: '123456', subject, countedAs: 'k' }, 300);
    assert.deepEqual(await codes.verify('d', 'p', '123456', 'k'), { subject });
    assert.equal(used(), 1);
    const at = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
    assert.equal(await ports.tallies.sum('codes-used', at(-600), at(1)), 1);
  });

  it('open what a former sealing key has sealed, and seal with the first', async () => {
    const key = (name: string) => `${name}:${Buffer.alloc(32, name).toString('base64')}`;
    const sealed = (await open({ SEALING_KEYS: key('k1') })).ports.vault.seal('text', 'binding');
    const { ports } = await open({ SEALING_KEYS: `${key('k2')},${key('k1')}` });
    assert.equal(ports.vault.open(sealed, 'binding'), 'text');
    assert.match(ports.vault.seal('text', 'binding'), /^k2\./);
  });
  it('forget locks and known browsers by the clock that they are given', async () => {
    const { ports, clock } = await open();
    const policy = { firstLockAtFailure: 1, maximumLockSeconds: 60, forgetAfterSeconds: 600, attemptsPerDay: 10 };
    await ports.attempts.begin('k', policy);
    await ports.knownBrowsers.remember('account', 'browser');
    assert.equal(await ports.attempts.failures('k'), 1);
    assert.equal(await ports.knownBrowsers.isKnown('account', 'browser'), true);
    clock.move(KNOWN_SECONDS);
    assert.equal(await ports.attempts.failures('k'), 0);
    assert.equal(await ports.knownBrowsers.isKnown('account', 'browser'), false);
  });

  it('are those of all processes together where there is a Redis: limits, locks, records, browsers, tallies', async () => {
    const redis = await connectRedis(await redisUrl(), silent);
    try {
      const [one, other] = [(await open({}, redis)).ports, (await open({}, redis)).ports];
      const key = randomUUID();
      const throttle = { name: 'wired', limit: 1, windowSeconds: 60 };
      const lockout = { firstLockAtFailure: 1, maximumLockSeconds: 60, forgetAfterSeconds: 600, attemptsPerDay: 10 };
      const before = await other.tallies.sum('codes-sent', ...AROUND);
      await one.rateLimiter.count(throttle, key);
      await one.attempts.begin(key, lockout);
      await one.protocolStore.upsert('Probe', key, { jti: key }, 60);
      await one.knownBrowsers.remember(key, key);
      await one.tallies.add('codes-sent');
      assert.equal((await other.rateLimiter.count(throttle, key)).allowed, false);
      assert.equal((await other.attempts.begin(key, lockout)).allowed, false);
      assert.deepEqual(await other.protocolStore.find('Probe', key), { jti: key });
      assert.equal(await other.knownBrowsers.isKnown(key, key), true);
      assert.equal(await other.tallies.sum('codes-sent', ...AROUND), before + 1);
    } finally {
      redis.disconnect();
    }
  });
});
