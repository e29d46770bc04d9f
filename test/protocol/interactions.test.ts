/** An interaction as the steps of a person see it: whose it is, what it says, and how each way out of it ends. */
import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  authorizeUrl,
  type Given,
  open,
  personOf,
  redeem,
  signIn,
  signInToTokens,
  silently,
  toldOf,
} from './support/journey.ts';
import { type Browser, browserOf, HTTPS, type Protocol, startProtocol, stopProtocols } from './support/protocol.ts';

const HOUR = 3600;

async function begun(protocol: Protocol, clientId = 'portal', parameters: Given = {}) {
  const browser = browserOf(protocol);
  const opened = await open(protocol, browser, clientId, parameters);
  const look = async (url = opened.interaction) => (await browser.request(url)).json;
  const play = async (json: object, url = opened.interaction) => (await browser.request(url, { json })).json;
  return { browser, look, play, ...opened };
}

const loginOf = ({ clock }: Protocol, accountId: string, provedAt = clock.now()) => ({
  login: { accountId, acr: 'eidas1', amr: ['pwd'], provedAt },
});

/** A request of this browser, for what is asked without an answer. */
async function requestOf(browser: Browser, path: string): Promise<IncomingMessage> {
  const req = new IncomingMessage(new Socket());
  req.headers.cookie = await browser.jar.getCookieString(HTTPS + path);
  return req;
}

describe('an interaction', () => {
  afterEach(stopProtocols);

  it('says who asks for what, where they are led back to, and for how long', async () => {
    const protocol = await startProtocol();
    const { look, uid } = await begun(protocol, 'portal', {
      scope: 'openid profile',
      ui_locales: 'en  fr',
      login_hint: 'provisional',
    });
    assert.deepEqual(await look(), {
      uid,
      client: { clientId: 'portal', name: 'The client portal', homeUrl: 'https://portal.test' },
      prompt: 'login',
      scopes: ['openid', 'profile'],
      uiLocales: ['en', 'fr'],
      loginHint: 'provisional',
      isRestarted: false,
      endsAt: new Date(protocol.clock.now().getTime() + 900_000).toISOString(),
      seconds: 900,
    });
    const bare = await begun(protocol);
    const { loginHint, uiLocales } = await bare.look();
    assert.deepEqual([loginHint, uiLocales], [undefined, []]);
  });

  it('is that of its path, and of the browser that began it', async () => {
    const protocol = await startProtocol();
    const [mine, theirs] = [await begun(protocol), await begun(protocol)];
    assert.equal((await mine.look()).uid, mine.uid);
    const cookies = await mine.browser.jar.getCookieString(HTTPS + mine.interaction);
    const ask = async (uid: string, cookie: string) =>
      (await protocol.request(`/interactions/${uid}`, { headers: { Cookie: cookie } })).json.code;
    assert.equal(await ask(mine.uid, cookies), undefined);
    assert.equal(await ask(theirs.uid, cookies), 'interaction_elsewhere');
    const unbound = cookies.split('; ').filter((pair) => !pair.includes('mc_browser_'));
    assert.equal(await ask(mine.uid, unbound.join('; ')), 'interaction_elsewhere');
    assert.equal(await ask(mine.uid, ''), 'interaction_not_found');
    assert.equal(await ask('nothing', ''), 'interaction_not_found');
  });

  it('is that of its path, also in a browser that is in the middle of two: the library would finish that of the cookie', async () => {
    const protocol = await startProtocol();
    const { browser, interaction } = await begun(protocol);
    const second = await open(protocol, browser);
    const { accountId } = await personOf(protocol);
    const cookies = await browser.jar.getCookieString(HTTPS + interaction);
    assert.ok(cookies.includes(`mc_browser_${second.uid}`), 'it holds both');
    const finish = async (path: string) =>
      (await protocol.request(path, { json: loginOf(protocol, accountId), headers: { Cookie: cookies } })).json;
    assert.deepEqual(await finish(second.interaction), { code: 'interaction_elsewhere' });
    assert.ok((await finish(interaction)).to);
  });

  it('of a client that is there no more is not found', async () => {
    const protocol = await startProtocol();
    const { look } = await begun(protocol);
    const { Client } = protocol.providers.current();
    const { find } = Client;
    Client.find = async () => undefined;
    assert.deepEqual(await look(), { code: 'interaction_not_found' });
    Client.find = find;
    assert.equal((await look()).prompt, 'login');
  });

  it('ends by time a quarter of an hour after its last step, and an hour after it began, however many are taken', async () => {
    const protocol = await startProtocol();
    const { uid, look, browser, interaction } = await begun(protocol);
    const step = async () => {
      const req = await requestOf(browser, interaction);
      const pending = await protocol.interactions.load(req, new ServerResponse(req), uid, false);
      await pending.touch();
    };
    for (let taken = 0; taken < 4; taken++) {
      await protocol.pass(840);
      await step();
    }
    assert.equal((await look()).seconds, 240, 'of the hour');
    await protocol.pass(240);
    assert.equal((await look()).seconds, 0);
    await protocol.pass(1);
    assert.deepEqual(await look(), { code: 'interaction_expired' });
  });

  it('that has ended by time begins anew where that is asked, with nothing proved and both limits set back', async () => {
    const protocol = await startProtocol();
    const { uid, look, browser, interaction } = await begun(protocol);
    const load = async (restarts: boolean) => {
      const req = await requestOf(browser, interaction);
      return protocol.interactions.load(req, new ServerResponse(req), uid, restarts);
    };
    const proved = {
      ...{ accountId: 'a-1', factors: [{ kind: 'password' as const }], provedAtMs: 1 },
      ...{ identifierType: 'nir' as const, remember: false },
    };
    await (await load(false)).save({ proofs: { proved } });
    assert.deepEqual((await load(true)).state().proofs, { proved });
    await protocol.pass(901);
    await assert.rejects(load(false), { code: 'interaction_expired' });
    const anew = await load(true);
    assert.deepEqual([anew.isRestarted, anew.state().proofs, anew.timeLeft().seconds], [true, undefined, 900]);
    assert.equal((await look()).isRestarted, false, 'it goes on as any other');
    await protocol.pass(2 * HOUR - 901 - 60);
    const last = await load(true);
    assert.equal(last.timeLeft().seconds, 60, 'the library keeps it no longer');
  });

  it('leads, once its person is proved, to the resume that answers with a code, for that person and as it was proved', async () => {
    const protocol = await startProtocol();
    const { browser, interaction, uid, play } = await begun(protocol);
    const { accountId } = await personOf(protocol);
    const { to } = await play({
      login: { accountId, acr: 'eidas0', amr: ['pwd', 'otp'], provedAt: protocol.clock.now() },
    });
    assert.equal(to, `${HTTPS}/authorize/${uid}`);
    const record = await protocol.ports.protocolStore.find('Interaction', uid);
    const ts = protocol.clock.now().getTime() / 1000;
    assert.deepEqual(record?.result, {
      login: { accountId, acr: 'eidas0', amr: ['pwd', 'otp'], remember: false, ts },
      consent: {},
    });
    assert.deepEqual(await play({}, interaction), { code: 'interaction_not_found' }, 'no step is taken after it');
    assert.match((await browser.request(to)).location, /[?&]code=/);
  });

  it('of which somebody gives up tells the relying party so, and nobody is signed in', async () => {
    const protocol = await startProtocol();
    const { browser, play } = await begun(protocol);
    const { to } = await play({ cancel: true });
    assert.deepEqual(toldOf(await browser.request(to)), {
      ...{ error: 'access_denied', error_description: 'the end-user gave up' },
      ...{ state: 'a state', iss: HTTPS },
    });
    assert.equal((await silently(browser)).error, 'login_required');
  });

  it('that was followed is not found, by whatever it is ended then', async () => {
    const protocol = await startProtocol();
    const { play, uid } = await begun(protocol);
    const { accountId } = await personOf(protocol);
    await protocol.ports.protocolStore.destroy('Interaction', uid);
    for (const way of [loginOf(protocol, accountId), { cancel: true }, { consent: true }])
      assert.deepEqual(await play(way), { code: 'interaction_not_found' });
  });

  it('of another person ends the session that is there, and their tokens; of the same, nothing ends', async () => {
    const protocol = await startProtocol();
    const first = await signInToTokens(protocol);
    const same = await signIn(protocol, 'portal', {
      browser: first.browser,
      person: first.person,
      parameters: { prompt: 'login' },
    });
    assert.ok(same.code);
    const isCurrent = async (accessToken: string) =>
      (await protocol.request('/userinfo', { headers: { Authorization: `Bearer ${accessToken}` } })).status === 200;
    assert.ok(await isCurrent(first.tokens.access_token));
    const other = await signInToTokens(protocol, 'portal', {
      browser: first.browser,
      parameters: { prompt: 'login' },
    });
    assert.notEqual(other.claims.sub, first.claims.sub);
    assert.equal(await isCurrent(first.tokens.access_token), false);
    assert.ok(await isCurrent(other.tokens.access_token));
    assert.ok((await silently(first.browser)).code);
  });

  it('of another person stays in its time when the session of before is ended', async () => {
    const lives: number[] = [];
    const protocol = await startProtocol({
      ports: ({ protocolStore }) => ({
        protocolStore: {
          ...protocolStore,
          upsert(model, id, payload, seconds) {
            if (model === 'Interaction') lives.push(seconds);
            return protocolStore.upsert(model, id, payload, seconds);
          },
        },
      }),
    });
    const { browser } = await signIn(protocol);
    const { interaction } = await open(protocol, browser, 'portal', { prompt: 'login' });
    const { accountId } = await personOf(protocol);
    await protocol.pass(100);
    lives.length = 0;
    await browser.request(interaction, { json: loginOf(protocol, accountId) });
    for (const life of lives) assert.equal(life, 2 * HOUR - 100);
    assert.equal(lives.length, 2);
  });
});

describe('what is remembered of an interaction that is over', () => {
  afterEach(stopProtocols);

  it('leads a lost person back to who asked', async () => {
    const protocol = await startProtocol();
    const { uid, play } = await begun(protocol, 'plain');
    assert.equal(await protocol.findWayBack(uid), undefined, 'nothing is kept before a step');
    await play({ cancel: true });
    const wayBack = { clientId: 'plain', name: 'The client plain', homeUrl: 'https://portal.test', locale: undefined };
    assert.deepEqual(await protocol.findWayBack(uid), wayBack);
    await protocol.pass(2 * HOUR - 1);
    assert.deepEqual(await protocol.findWayBack(uid), wayBack);
    await protocol.pass(1);
    assert.equal(await protocol.findWayBack(uid), undefined);
    assert.equal(await protocol.findWayBack('nothing'), undefined);
  });

  it('is kept as long as the library keeps the interaction, where that is longer', async () => {
    const protocol = await startProtocol({ times: { interactionRestartSeconds: 3 * HOUR } });
    const { uid, play } = await begun(protocol);
    await play({ cancel: true });
    await protocol.pass(3 * HOUR - 1);
    assert.ok(await protocol.findWayBack(uid));
    const shorter = await startProtocol({ times: { interactionRestartSeconds: HOUR } });
    const brief = await begun(shorter);
    await brief.play({ cancel: true });
    await shorter.pass(2 * HOUR - 1);
    assert.ok(await shorter.findWayBack(brief.uid));
  });

  it('in the language that was chosen there', async () => {
    const protocol = await startProtocol();
    const { uid, browser, interaction, play } = await begun(protocol);
    const req = await requestOf(browser, interaction);
    await (await protocol.interactions.load(req, new ServerResponse(req), uid, false)).touch({ locale: 'en' });
    assert.equal((await protocol.findWayBack(uid))?.locale, 'en');
    await play({ cancel: true });
    assert.equal((await protocol.findWayBack(uid))?.locale, 'en');
  });

  it('leads the browser that held it on, to the resume until somebody was there, then to the home of who asked', async () => {
    const protocol = await startProtocol();
    const { uid, browser, interaction, play } = await begun(protocol);
    const { accountId } = await personOf(protocol);
    const endFor = async (one: Browser) => protocol.interactions.findEnd(await requestOf(one, interaction), uid);
    assert.equal(await endFor(browser), undefined, 'it is not over');
    const { to } = await play(loginOf(protocol, accountId));
    assert.equal(await endFor(browser), to);
    assert.equal(await endFor(browserOf(protocol)), undefined, 'another browser learns nothing');
    await browser.request(to);
    await protocol.ports.protocolStore.destroy('Interaction', uid);
    assert.equal(await endFor(browser), 'https://portal.test');
  });

  it('leads nobody on where nobody signed in', async () => {
    const protocol = await startProtocol();
    const { uid, browser, interaction, play } = await begun(protocol);
    await play({ cancel: true });
    const req = await requestOf(browser, interaction);
    assert.equal(await protocol.interactions.findEnd(req, uid), undefined);
    // Its twin, of a consent that nobody was asked for.
    const signedIn = await signIn(protocol);
    const asked = await open(protocol, signedIn.browser, 'portal', { prompt: 'consent' });
    const { json } = await signedIn.browser.request(asked.interaction, { json: { consent: true } });
    const end = await protocol.interactions.findEnd(await requestOf(signedIn.browser, asked.interaction), asked.uid);
    assert.equal(end, json.to);
  });
});

describe('an ID token that is sent as a hint', () => {
  afterEach(stopProtocols);

  const OTHER = 'the end-user who signed in is not the one of id_token_hint';

  async function hinted() {
    const protocol = await startProtocol();
    const { tokens, person, browser } = await signInToTokens(protocol);
    return { protocol, person, browser, hint: tokens.id_token as string, other: await personOf(protocol) };
  }

  it('lets the person that it names sign in, and tells of any other that it is not them', async () => {
    const { protocol, person, hint, other } = await hinted();
    for (const [who, told] of [
      [person, undefined],
      [other, OTHER],
    ] as const) {
      const { browser, play } = await begun(protocol, 'portal', { id_token_hint: hint });
      const { to } = await play(loginOf(protocol, who.accountId));
      const answer = toldOf(await browser.request(to));
      assert.deepEqual([answer.error_description, Boolean(answer.code)], [told, told === undefined]);
      if (told) assert.equal(answer.error, 'login_required');
      assert.equal(Boolean((await silently(browser)).code), told === undefined);
    }
  });

  it('is compared with the session before anybody is asked', async () => {
    const { protocol, hint, browser } = await hinted();
    assert.ok((await silently(browser, 'portal', { id_token_hint: hint })).code);
    const { browser: another } = await signIn(protocol);
    assert.equal((await silently(another, 'portal', { id_token_hint: hint })).error, 'login_required');
    assert.ok((await silently(another)).code);
    const asked = await another.request(authorizeUrl('portal', { id_token_hint: hint }));
    assert.match(asked.location, /interactions/);
  });

  it('is compared with the session again when the interaction resumes, whatever that was finished with', async () => {
    const { protocol, hint, other, person } = await hinted();
    for (const [session, told] of [
      [other, OTHER],
      [person, undefined],
    ] as const) {
      const { browser, uid } = await begun(protocol, 'portal', { id_token_hint: hint });
      // Somebody signs in in a second tab.
      const second = await open(protocol, browser);
      const finished = await browser.request(second.interaction, { json: loginOf(protocol, session.accountId) });
      await browser.request(finished.json.to);
      const { protocolStore } = protocol.ports;
      const record = await protocolStore.find('Interaction', uid);
      const login = { accountId: session.accountId, ts: protocol.clock.now().getTime() / 1000 };
      await protocolStore.upsert('Interaction', uid, { ...record, result: { login, consent: {} } }, 600);
      const answer = toldOf(await browser.request(`/authorize/${uid}`));
      assert.deepEqual([answer.error_description, Boolean(answer.code)], [told, told === undefined]);
    }
  });

  it('of another client, forged, unsigned or cut short is none', async () => {
    const { protocol, hint, browser } = await hinted();
    const [header = '', payload = '', signature = ''] = hint.split('.');
    const { tokens } = await signInToTokens(protocol, 'plain');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    for (const wrong of [
      ...[
        `${header}.${payload}.${signature.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'))}`,
        `${header}.${payload}.`,
      ],
      ...[`${unsigned}.${payload}.`, `${header}.${payload}`, 'x', tokens.id_token],
    ]) {
      const told = await silently(browser, 'portal', { id_token_hint: wrong });
      assert.deepEqual([told.error, told.error_description], ['invalid_request', 'could not validate id_token_hint']);
    }
    assert.ok((await silently(browser, 'portal', { id_token_hint: hint })).code);
  });

  it('is one of either algorithm, whichever its client has today', async () => {
    const { protocol, browser, person } = await hinted();
    const { tokens } = await signInToTokens(protocol, 'rsa', { person });
    assert.equal(JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url').toString()).alg, 'RS256');
    assert.ok((await silently(browser, 'rsa', { id_token_hint: tokens.id_token })).code);
    // The key of the other algorithm does not stand for it.
    const [, payload, signature] = tokens.id_token.split('.');
    const other = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'x' })).toString('base64url');
    const told = await silently(browser, 'rsa', { id_token_hint: `${other}.${payload}.${signature}` });
    assert.equal(told.error, 'invalid_request');
    const { code } = await signIn(protocol, 'rsa', { person });
    assert.ok((await redeem(protocol, code, 'rsa')).json.id_token);
  });
});
