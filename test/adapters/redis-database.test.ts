/** The database that REDIS_URL names, or none: in another, records of somebody else would be ours. */
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { silent } from '../contracts/backends.ts';
import { type RedisServer, startRedis } from '../support/services.ts';

describe('the database of a Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  before(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
    await admin.call(
      'ACL',
      'SETUSER',
      'narrow',
      'on',
      '>test',
      '~*',
      '&*',
      '+@read',
      '+@write',
      '+@scripting',
      '+info',
    );
  });
  after(async () => {
    admin.disconnect();
    await server.stop();
  });

  const opened: Redis[] = [];
  afterEach(() => {
    for (const redis of opened.splice(0)) redis.disconnect();
  });

  async function open(database: string, user = '') {
    const address = new URL(server.url);
    [address.username, address.password, address.pathname] = [user, user && 'test', database];
    const redis = await connectRedis(address.href, silent);
    opened.push(redis);
    return redis;
  }

  it('is that of the address', async () => {
    const redis = await open('/3');
    await redis.set('who', 'three');
    await admin.select(3);
    assert.equal(await admin.get('who'), 'three');
    await admin.select(0);
  });

  it('that does not exist is refused at start', async () => {
    await assert.rejects(open('/99'), /DB index is out of range/);
  });

  it('that the user may not select is refused at start, and the first one needs no right', async () => {
    await assert.rejects(open('/3', 'narrow'), /NOPERM/);
    assert.ok(await open('/0', 'narrow'));
  });
});
