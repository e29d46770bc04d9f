import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { createRedisKeyValue } from '../../src/adapters/redis/key-value.ts';
import { createRedisRateLimiter } from '../../src/adapters/redis/rate-limiter.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { silent } from '../contracts/backends.ts';
import { startService } from '../support/service.ts';
import { redisUrl } from '../support/services.ts';
import { eventually } from '../support/wait.ts';

const STARTS = 3;
const CONNECTIONS = 20;

describe('a service that people wait for', () => {
  it(`answers all of them from its first request on, ${STARTS} starts out of ${STARTS}`, async () => {
    for (let start = 0; start < STARTS; start++) {
      const port = await findFreePort();
      const waiting = Promise.all(Array.from({ length: CONNECTIONS }, () => firstAnswers(port)));
      const service = await startService({ env: { PORT: String(port) } });
      try {
        for (const statuses of await waiting) assert.deepEqual(statuses, ['401', '303']);
      } finally {
        await service.stop();
      }
    }
  });

  it('counts its first throttle in the tick of another command', async () => {
    const redis = await connectRedis(await redisUrl(), silent);
    try {
      const [keyValue, rateLimiter] = [createRedisKeyValue(redis), createRedisRateLimiter(redis)];
      const [nothing, counted] = await Promise.all([
        keyValue.get('nothing'),
        rateLimiter.count({ name: 'first', limit: 1, windowSeconds: 1 }, String(process.pid)),
      ]);
      assert.equal(nothing, undefined);
      assert.equal(counted.allowed, true);
    } finally {
      redis.disconnect();
    }
  });
});

const AUTHORIZE = new URLSearchParams({
  client_id: 'mon-compte',
  redirect_uri: 'http://localhost:4000/callback',
  response_type: 'code',
  scope: 'openid',
  code_challenge: 'a'.repeat(43),
  code_challenge_method: 'S256',
});

/**
 * Asks as soon as somebody listens: two requests in one packet, of which the first reads a token and the second begins
 * with a throttle. @returns the statuses.
 */
async function firstAnswers(port: number): Promise<string[]> {
  const socket = await eventually('somebody who listens', () => tryToConnect(port));
  const head = `Host: localhost:${port}\r\nX-Forwarded-For: 10.0.0.1`;
  socket.write(
    `GET /userinfo HTTP/1.1\r\n${head}\r\nAuthorization: Bearer somebody\r\n\r\n` +
      `GET /authorize?${AUTHORIZE} HTTP/1.1\r\n${head}\r\nConnection: close\r\n\r\n`,
  );
  let answers = '';
  for await (const chunk of socket) answers += chunk;
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status);
}

async function tryToConnect(port: number) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
}
