import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { createPerson, PASSWORD } from '../support/people.ts';
import { sendRaw } from '../support/raw-request.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type RedisServer, startRedis } from '../support/services.ts';
import { type Answer, formTokenOf, randomAddress, Visitor } from '../support/visitor.ts';

const CAPTCHAS = 20;
const TOKENS = 12;
/** Of each captcha. */
const VIEWS = 4;
const FORM_PATH = 'provisional-identifier-recovery';
/** Each challenge is a record, its three tries, and what says that it is solved and used. */
const KEYS_OF_ONE = 6;

const formOf = (page: Answer) => ({
  csrf: formTokenOf(page.text),
  captchaId: /name="captchaId" value="([^"]+)"/.exec(page.text)?.[1] ?? '',
});

describe('what anybody can have written', () => {
  let redis: RedisServer;
  let store: Redis;
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    redis = await startRedis();
    store = new Redis(redis.url);
    service = await startService({
      env: {
        REDIS_URL: redis.url,
        AUTHORIZATION_CODE_SECONDS: '180',
        THROTTLE_CAPTCHAS_PER_HOUR: String(CAPTCHAS),
        THROTTLE_RECOVERY_PER_HOUR: '500',
        THROTTLE_TOKEN_PER_ADDRESS_PER_MINUTE: String(TOKENS),
        THROTTLE_TOKEN_PER_CLIENT_PER_MINUTE: String(TOKENS),
      },
    });
    party = await createRelyingParty(service.url);
  });
  after(async () => {
    store.disconnect();
    await service.stop();
    await redis.stop();
  });

  const challenges = () => store.keys('captcha*');

  it('of captchas is bounded by client address, whichever way they are asked for', async () => {
    const before = (await challenges()).length;
    const address = randomAddress();
    const [program, browser] = [new Visitor('json', address), new Visitor('html', address)];
    const [asked, shown] = [await openInteraction(program, party), await openInteraction(browser, party)];
    const page = `${shown.interaction}/${FORM_PATH}`;
    const { csrf } = formOf(await browser.request(page));
    const ways = [
      () => program.request(`${asked.interaction}/${FORM_PATH}`),
      () => program.request(`${asked.interaction}/captchas`, { json: {} }),
      () => browser.request(page),
      () => browser.submit(page, { csrf, renew: 'captcha' }),
      () => browser.submit(page, { csrf, birthName: 'Nguyen' }),
      () => browser.submit(page, { csrf, captchaId: 'unknown', birthName: 'Nguyen' }),
    ];
    let refused = 0;
    for (let sent = 0; sent < 300; sent += ways.length)
      for (const answer of await Promise.all(ways.map((ask) => ask()))) {
        if (answer.status === 429) assert.ok(Number(answer.headers.get('retry-after')) > 0);
        if (answer.status === 429 || /Trop de demandes/.test(answer.text)) refused += 1;
      }
    assert.equal((await challenges()).length - before, CAPTCHAS * KEYS_OF_ONE);
    assert.ok(refused > 200, `${refused} refused`);
  });

  it('of captchas past the limit is a form that says so, without a picture, with all that was typed', async () => {
    const address = randomAddress();
    const browser = new Visitor('html', address);
    const { interaction } = await openInteraction(browser, party);
    const page = `${interaction}/${FORM_PATH}`;
    const form = formOf(await browser.request(page));
    for (let made = 1; made < CAPTCHAS; made++) await browser.request(page);
    const limited = await browser.submit(page, { csrf: form.csrf, renew: 'captcha', birthName: 'Nguyen' });
    assert.equal(limited.status, 200);
    assert.match(limited.text, /Trop de demandes/);
    assert.match(limited.text, /value="Nguyen"/);
    assert.doesNotMatch(limited.text, /captchas\//);
    const kept = await browser.submit(page, { ...form, captcha: 'ZZZZZZ', birthName: 'Nguyen' });
    assert.equal(formOf(kept).captchaId, form.captchaId, 'whoever has a picture goes on with it');
    assert.equal(formOf(await browser.request(page)).captchaId, form.captchaId);
    const { interaction: fresh } = await openInteraction(browser, party);
    const without = await browser.request(`${fresh}/${FORM_PATH}`);
    assert.equal(without.status, 429);
    assert.ok(Number(without.headers.get('retry-after')) > 0);
  });

  it('of captchas is nothing for a form that is refused', async () => {
    const browser = new Visitor('html');
    const { interaction } = await openInteraction(browser, party);
    const page = `${interaction}/${FORM_PATH}`;
    const form = formOf(await browser.request(page));
    const before = (await challenges()).sort();
    for (let sent = 0; sent < 10; sent++) {
      const refused = await browser.submit(page, { ...form, birthName: 'Nguyen' });
      assert.match(refused.text, /role="alert"/);
      assert.equal(formOf(refused).captchaId, form.captchaId);
    }
    assert.deepEqual((await challenges()).sort(), before);
  });

  it('of captchas is seen and heard a bounded number of times by one client address', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await visitor.request(`${interaction}/captchas`, { json: {} });
    const view = (index: number) => visitor.request(index % 10 > 0 ? json.picture : json.sound);
    for (let seen = 0; seen < CAPTCHAS * VIEWS; seen++) assert.equal((await view(seen)).status, 200, String(seen));
    for (const index of [0, 1]) {
      const refused = await view(index);
      assert.equal(refused.json.code, 'too_many_requests');
      assert.ok(Number(refused.headers.get('retry-after')) > 0);
    }
    const elsewhere = await visitor.request(json.picture, { headers: { 'X-Forwarded-For': randomAddress() } });
    assert.equal(elsewhere.status, 200);
  });

  it('of sessions to be ended is bounded by client address', async () => {
    const visitor = new Visitor();
    const statuses: number[] = [];
    for (let sent = 0; sent < 130; sent++) {
      const { status } = await new Visitor('json', visitor.address).request(`${service.url}/session/end`);
      statuses.push(status);
    }
    assert.equal(statuses.filter((status) => status === 429).length, 10);
  });

  it('at the token endpoints is bounded by client address, with an error of OAuth', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://a.example' };
    const body = 'grant_type=authorization_code&code=x&redirect_uri=x&client_id=mon-compte';
    for (const paths of [['/token', '/token/revocation'], ['/userinfo']]) {
      const from = randomAddress();
      for (let sent = 0; sent < TOKENS; sent++) {
        const path = paths[sent % paths.length] ?? '';
        const { status } = await sendRaw(service.url, path, { method: 'POST', headers, body, from });
        assert.ok(status === 400 || status === 401, `${path} ${status}`);
      }
      for (const path of paths) {
        const refused = await sendRaw(service.url, path, { method: 'POST', headers, body, from });
        assert.equal(refused.status, 429);
        assert.ok(Number(refused.headers['retry-after']) > 0);
        assert.equal(JSON.parse(refused.text).error, 'temporarily_unavailable');
        assert.equal(refused.headers['access-control-allow-origin'], 'https://a.example');
        const elsewhere = await sendRaw(service.url, path, { method: 'POST', headers, body });
        assert.notEqual(elsewhere.status, 429);
      }
    }
  });

  it('by a client is bounded by what it was given: nobody who names it takes anything from it', async () => {
    const person = await createPerson(service);
    const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
    const strangers = Array.from({ length: 3 * TOKENS }, () =>
      sendRaw(service.url, '/token', {
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          Authorization: `Basic ${Buffer.from('mon-compte:wrong').toString('base64')}`,
        },
        body: 'grant_type=authorization_code&code=x&redirect_uri=x',
      }),
    );
    for (const { status } of await Promise.all(strangers)) assert.equal(status, 401);
    const userinfo = () =>
      sendRaw(service.url, '/userinfo', { headers: { Authorization: `Bearer ${tokens.access_token}` } });
    const answers = [];
    for (let sent = 0; sent < TOKENS; sent++) answers.push(await userinfo());
    const [refused, answered] = [
      answers.filter(({ status }) => status === 429),
      answers.filter(({ status }) => status === 200),
    ];
    assert.ok(answered.length >= TOKENS - 3, `${answered.length}`);
    assert.ok(refused.length > 0);
    for (const { headers, text } of refused) {
      assert.ok(Number(headers['retry-after']) > 0);
      assert.equal(JSON.parse(text).error, 'temporarily_unavailable');
    }
  });

  it('by a client past its limit uses up no code: it is redeemed once the minute is over', async () => {
    await service.clock.advance(61);
    const person = await createPerson(service);
    const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party);
    const { json } = await visitor.request(`${interaction}/sign-in`, {
      json: { identifierType: 'nir', identifier: person.identifier, password: PASSWORD },
    });
    const callback = (await visitor.request(json.redirectTo)).location ?? '';
    for (let sent = 0; sent < TOKENS; sent++)
      await sendRaw(service.url, '/userinfo', { headers: { Authorization: `Bearer ${tokens.access_token}` } });
    await assert.rejects(party.redeem(callback, checks), { error: 'temporarily_unavailable', status: 429 });
    await service.clock.advance(61);
    assert.ok((await party.redeem(callback, checks)).access_token);
  });
});
