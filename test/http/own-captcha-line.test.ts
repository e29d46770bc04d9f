import assert from 'node:assert/strict';
import { startService } from '../support/service.ts';

describe('the start of a service', () => {
  const captchetat = {
    CAPTCHA_PROVIDER: 'captchetat',
    CAPTCHETAT_URL: 'https://piste.test/piste/captchetat/v2',
    CAPTCHETAT_TOKEN_URL: 'https://piste.test/api/oauth/token',
    CAPTCHETAT_CLIENT_ID: 'id',
    CAPTCHETAT_CLIENT_SECRET: 'secret',
  };

  /** @returns the level and the words of each line about our own captcha. */
  async function linesOf(env: Readonly<Record<string, string>>) {
    const service = await startService({ env: { TRIAL: 'true', ...env } });
    await service.stop();
    return service.logLines
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === 'own_captcha')
      .map(({ level, message }) => ({ level, message: String(message) }));
  }

  it('warns once in production that our own captcha is for trials and small agencies, and names CaptchEtat', async () => {
    const lines = await linesOf({ NODE_ENV: 'production' });
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.level, 40);
    assert.match(lines[0]?.message ?? '', /trials and small agencies.*CaptchEtat/);
  });

  it('says nothing of the captcha outside production, nor with CaptchEtat', async () => {
    assert.deepEqual(await linesOf({}), []);
    assert.deepEqual(await linesOf({ NODE_ENV: 'production', ...captchetat }), []);
  });
});
