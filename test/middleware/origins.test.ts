/** Which origins may ask, and which may read. */
import assert from 'node:assert/strict';
import { allowFrontEnd } from '../../src/http/middleware/allow-front-end.ts';
import { checkOrigin } from '../../src/http/middleware/check-origin.ts';
import { ask, type Got } from './application.ts';

const FRONT_END = 'https://front.test';
const CONFIG = { issuer: 'https://identity.test', ui: { url: `${FRONT_END}/sign-in?a=1` } };
const ALONE = { ...CONFIG, ui: { url: '' } };
const corsOf = ({ headers }: Got) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

describe('CORS for the front end', () => {
  const allow = (url = CONFIG.ui.url) => allowFrontEnd({ ui: { url } }, ['/interactions/', '/reference/']);
  const READS = {
    'access-control-allow-credentials': 'true',
    'access-control-allow-origin': FRONT_END,
    'access-control-expose-headers': 'Content-Range, Date, Retry-After, X-Request-Id',
    vary: 'Origin',
  };

  it('lets it read every answer below its prefixes, with credentials', async () => {
    for (const target of ['/interactions/uid/sign-in', '/reference/countries'])
      for (const method of ['GET', 'POST', 'DELETE']) {
        const got = await ask([allow()], { method, target, headers: { Origin: FRONT_END } });
        assert.deepEqual([corsOf(got), got.passed, got.status], [READS, true, 200], `${method} ${target}`);
      }
  });

  it('lets it read a refusal', async () => {
    const got = await ask([allow()], { target: '/interactions/uid', headers: { Origin: FRONT_END } }, () => {
      throw new Error('below');
    });
    assert.deepEqual(corsOf(got), READS);
  });

  it('answers its preflight, and runs nothing', async () => {
    const got = await ask([allow()], {
      method: 'OPTIONS',
      target: '/interactions/uid',
      headers: { Origin: FRONT_END },
    });
    assert.deepEqual([got.status, got.text, got.passed], [204, '', false]);
    assert.deepEqual(corsOf(got), {
      ...READS,
      'access-control-allow-headers': 'Content-Type, Accept, Accept-Language, Range',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-max-age': '600',
    });
  });

  it('lets no other origin read, and says that the answer depends on it', async () => {
    for (const Origin of [
      'https://evil.example',
      'null',
      `${FRONT_END}.evil.example`,
      `${FRONT_END}/`,
      'http://front.test',
      CONFIG.issuer,
    ])
      for (const method of ['GET', 'OPTIONS']) {
        const got = await ask([allow()], { method, target: '/interactions/uid', headers: { Origin } });
        assert.deepEqual([corsOf(got), got.passed], [{ vary: 'Origin' }, true], Origin);
      }
    const without = await ask([allow()], { target: '/interactions/uid' });
    assert.deepEqual([corsOf(without), without.passed], [{ vary: 'Origin' }, true]);
  });

  it('is nobody’s where there is no front end', async () => {
    for (const Origin of [undefined, '', 'undefined', 'null', FRONT_END]) {
      const sent = { target: '/interactions/uid', ...(Origin !== undefined && { headers: { Origin } }) };
      const got = await ask([allow('')], sent);
      assert.deepEqual([corsOf(got), got.passed], [{ vary: 'Origin' }, true], Origin);
    }
  });

  it('is nothing of any other path', async () => {
    for (const target of ['/token', '/health/live', '/', '/docs/interactions/', '/interactions'])
      for (const method of ['GET', 'OPTIONS']) {
        const got = await ask([allow()], { method, target, headers: { Origin: FRONT_END } });
        assert.deepEqual([corsOf(got), got.passed], [{}, true], target);
      }
  });
});

describe('the origin of a request to a place', () => {
  const surface = { prefix: '/interactions/', findWayBack: async () => undefined };
  const check = (url = CONFIG.ui.url) => checkOrigin({ issuer: CONFIG.issuer, ui: { url } }, [surface]);
  const send = (
    origin: string | undefined,
    { target = '/interactions/uid', method = 'POST', url = CONFIG.ui.url } = {},
  ) => ask([check(url)], { method, target, headers: origin === undefined ? {} : { Origin: origin } });

  it('is ours, the front end’s, or not said', async () => {
    for (const origin of [CONFIG.issuer, FRONT_END, undefined, ''])
      for (const method of ['GET', 'POST', 'DELETE'])
        assert.equal((await send(origin, { method })).passed, true, `${method} ${origin}`);
  });

  it('is refused where it is another one', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `${CONFIG.issuer}.evil.example`,
      'http://identity.test',
      `${CONFIG.issuer}:444`,
    ])
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        const { code, passed, status } = await send(origin, { method });
        assert.deepEqual([code, passed, status], ['origin_not_allowed', false, 403], `${method} ${origin}`);
      }
  });

  it('is ours alone where there is no front end', async () => {
    assert.equal((await send(ALONE.issuer, { url: '' })).passed, true);
    for (const origin of [FRONT_END, 'null'])
      assert.equal((await send(origin, { url: '' })).code, 'origin_not_allowed');
  });

  it('is nobody’s business elsewhere', async () => {
    for (const target of ['/token', '/docs', '/', '/interactions']) {
      const { passed } = await send('https://evil.example', { target });
      assert.equal(passed, true, target);
      assert.equal((await send(undefined, { target, method: 'OPTIONS' })).passed, true, target);
    }
  });

  it('is asked for at each place there is', async () => {
    const places = [surface, { ...surface, prefix: '/account/' }];
    for (const target of ['/interactions/uid', '/account/password']) {
      const sent = { target, headers: { Origin: 'https://evil.example' } };
      const both = checkOrigin({ issuer: CONFIG.issuer, ui: { url: '' } }, places);
      assert.equal((await ask([both], sent)).code, 'origin_not_allowed', target);
    }
  });

  it('asks no step for its OPTIONS', async () => {
    const { status, text, passed } = await send(CONFIG.issuer, { method: 'OPTIONS' });
    assert.deepEqual([status, text, passed], [204, '', false]);
  });
});
