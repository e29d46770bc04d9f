/** The connection to Redis: what is given up, what is left, and what is said of it. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { connectRedis, orUnavailable, type RedisConnection } from '../../src/adapters/redis/connection.ts';
import type { Logger } from '../../src/ports/monitoring.ts';
import { type RedisServer, startRedis } from '../support/services.ts';
import { eventually } from '../support/wait.ts';
import { silent, unavailable } from './backends.ts';

describe('a connection to Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  let redis: RedisConnection;
  let said: string[];
  let closes: number;
  beforeEach(async () => {
    server = await startRedis();
    admin = new Redis(server.url, { retryStrategy: () => 50 }).on('error', () => {});
    [said, closes] = [[], 0];
    const say: Logger['info'] = ({ event }) => void said.push(event ?? '');
    redis = await connectRedis(server.url, { ...silent, error: say, info: say });
    redis.on('close', () => closes++);
  });
  afterEach(async () => {
    redis.disconnect();
    admin.disconnect();
    await server.stop();
  });

  const closed = () => eventually('the end of the connection', () => closes > 0);

  it('gives up a command that is not answered, and then itself, and is back with the server', async () => {
    server.freeze();
    try {
      const refusal = { ...unavailable, details: { store: 'redis', reason: 'unreachable' } };
      await Promise.all([
        assert.rejects(orUnavailable(redis.get('a')), refusal),
        assert.rejects(redis.get('b'), /Command timed out/),
      ]);
      await closed();
    } finally {
      server.thaw();
    }
    await eventually('the connection', () => redis.status === 'ready');
    assert.equal(await redis.get('a'), null);
    assert.deepEqual(said, ['redis_lost', 'redis_back']);
  });

  it('refuses at once while the server is away, keeps nothing for later, and says so once', async () => {
    await server.stop();
    await closed();
    for (let count = 0; count < 3; count++) await assert.rejects(redis.set('late', 'x'), /enableOfflineQueue/);
    await eventually('more tries', () => closes > 3);
    await assert.rejects(redis.set('late', 'x'), /enableOfflineQueue/);
    server = await startRedis(server.port);
    await eventually('the connection', () => redis.status === 'ready');
    assert.equal(await redis.get('late'), null);
    assert.deepEqual(said, ['redis_lost', 'redis_back']);
  });

  it('leaves a server that has become a replica, not more often than once a second, and stays for any other error', async () => {
    const id = await redis.client('ID');
    await assert.rejects(redis.call('NO-SUCH-COMMAND'), /ERR/);
    assert.equal(await redis.client('ID'), id);
    await admin.replicaof('127.0.0.1', 1);
    await assert.rejects(redis.set('a', 'b'), /READONLY/);
    await closed();
    await eventually('another connection', () => redis.status === 'ready');
    const other = await redis.client('ID');
    assert.notEqual(other, id);
    await assert.rejects(redis.set('a', 'b'), /READONLY/);
    assert.equal(await redis.client('ID'), other);
    await admin.replicaof('NO', 'ONE');
    assert.equal(await redis.set('a', 'b'), 'OK');
  });
});
