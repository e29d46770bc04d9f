import assert from 'node:assert/strict';
import { type CaptchetatChallenge, createCaptchetat } from '../../src/adapters/captcha/captchetat.ts';
import type { ServiceError } from '../../src/errors.ts';
import { type Backend, type Opening, onMemory, onRedisKeyValue, type SealedBase } from '../contracts/backends.ts';
import { describeCaptcha, type ReadableCaptcha } from '../contracts/captcha.ts';
import { createAdmit, openChallenges, somewhere } from '../support/captchas.ts';
import { type CaptchetatServer, CLIENT, startCaptchetatServer } from '../support/captchetat-server.ts';

function create(server: CaptchetatServer, base: SealedBase): ReadableCaptcha {
  const challenges = openChallenges<CaptchetatChallenge>({ ...base, admit: createAdmit(base) });
  const settings = { apiUrl: server.apiUrl, tokenUrl: server.tokenUrl, ...CLIENT, timeoutMs: 300 };
  return {
    ...createCaptchetat(settings, challenges, base.clock),
    answerOf: async (captchaId, uid) => server.answers.get((await challenges.find(captchaId, uid))?.uuid ?? '') ?? '',
  };
}

/** Over a backend, with a server of its own. */
function withServer(on: typeof onMemory): Opening<ReadableCaptcha> {
  return {
    async open() {
      const server = await startCaptchetatServer();
      const backend = await on((base) => create(server, base)).open();
      return { ...backend, close: () => Promise.all([backend.close(), server.stop()]).then(() => {}) };
    },
  };
}

describeCaptcha('CaptchEtat, on memory', withServer(onMemory));
describeCaptcha('CaptchEtat, on Redis', withServer(onRedisKeyValue));

describe('CaptchEtat', () => {
  const TOKEN = '/api/oauth/token';
  const VALIDATE = '/piste/captchetat/v2/valider-captcha';
  let server: CaptchetatServer;
  let backend: Backend<ReadableCaptcha>;
  let captcha: ReadableCaptcha;
  beforeEach(async () => {
    server = await startCaptchetatServer(200);
    backend = await onMemory((base) => create(server, base)).open();
    captcha = backend.port;
  });
  afterEach(() => server.stop());

  it('is asked for one token, also by many at once, and for another when that one has ended', async () => {
    await Promise.all(Array.from({ length: 20 }, () => captcha.create('uid', 'fr', somewhere())));
    assert.equal(server.calls.get(TOKEN), 1);
    await backend.pass(200);
    await captcha.create('uid', 'en', somewhere());
    assert.equal(server.calls.get(TOKEN), 2);
  });

  it('that takes its token back is asked for another, once', async () => {
    const { captchaId } = await captcha.create('uid', 'fr', somewhere());
    const answer = await captcha.answerOf(captchaId, 'uid');
    server.revokeTokens();
    assert.equal(await captcha.verify(captchaId, 'uid', answer), 'right');
    server.revokeTokens();
    await Promise.all(Array.from({ length: 10 }, () => captcha.create('uid', 'fr', somewhere())));
    assert.equal(server.calls.get(TOKEN), 3);
  });

  it('never sees an answer to a challenge that is unknown, of another interaction or out of tries', async () => {
    const { captchaId } = await captcha.create('uid', 'fr', somewhere());
    await captcha.verify(captchaId, 'other', 'aaaaaa');
    await captcha.verify('unknown', 'uid', 'aaaaaa');
    assert.equal(server.calls.get(VALIDATE), undefined);
    for (let count = 0; count < 6; count++) await captcha.verify(captchaId, 'uid', 'zzzzzz');
    assert.equal(server.calls.get(VALIDATE), 3);
  });

  it('that ends a captcha by a wrong answer says wrong to the next ones, and nothing worse', async () => {
    server.setStrict(true);
    const { captchaId } = await captcha.create('uid', 'fr', somewhere());
    const answer = await captcha.answerOf(captchaId, 'uid');
    assert.equal(await captcha.verify(captchaId, 'uid', 'zzzzzz'), 'wrong');
    assert.equal(await captcha.verify(captchaId, 'uid', answer), 'wrong');
  });

  for (const how of ['hang', 'status-500', 'html', 'refuse-token', 'redirect'] as const)
    it(`that fails (${how}) is an error, never a result, and its secrets are in none`, async () => {
      const { captchaId } = await captcha.create('uid', 'fr', somewhere());
      const answer = await captcha.answerOf(captchaId, 'uid');
      server.fail(how);
      const isAway = (error: ServiceError) => {
        assert.equal(error.code, 'store_unavailable');
        assert.ok(!JSON.stringify(error.details).includes(answer));
        assert.ok(!String(error.cause).includes(CLIENT.clientSecret));
        return true;
      };
      await assert.rejects(captcha.create('uid', 'fr', somewhere()), isAway);
      await assert.rejects(captcha.sound(captchaId, 'uid'), isAway);
      await assert.rejects(captcha.verify(captchaId, 'uid', answer), isAway);
      server.fail(undefined);
      assert.equal(await captcha.verify(captchaId, 'uid', answer), 'right');
    });

  it('whose client is refused, or that is not there, is an error', async () => {
    const { port: base } = await onMemory((under) => under).open();
    const challenges = openChallenges<CaptchetatChallenge>(base);
    const wrong = [
      { apiUrl: server.apiUrl, tokenUrl: server.tokenUrl, clientId: 'mon-compte', clientSecret: 'wrong' },
      { apiUrl: 'http://127.0.0.1:1', tokenUrl: 'http://127.0.0.1:1', ...CLIENT },
    ];
    for (const settings of wrong)
      await assert.rejects(createCaptchetat(settings, challenges, base.clock).create('uid', 'fr', somewhere()), {
        code: 'store_unavailable',
      });
  });
});
