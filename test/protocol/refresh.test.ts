/** A refresh token, used once, at once, again and long after (ADR 0031). */
import assert from 'node:assert/strict';
import { ask, personOf, refresh, signInToTokens, silently, userinfo } from './support/journey.ts';
import { type Protocol, REQUEST, startProtocol, stopProtocols } from './support/protocol.ts';

const GRANT = { error: 'invalid_grant', error_description: 'grant request is invalid' };

const eventsOf = ({ ports: { audit } }: Protocol) => audit.events.filter(({ kind }) => kind === 'token');

const event = ({ ports: { vault } }: Protocol, outcome: string, accountId: string, clientId = 'portal') => ({
  ...{ kind: 'token', outcome, accountId, clientId, requestId: REQUEST.requestId },
  clientAddressIndex: vault.blindIndex('client-address', REQUEST.clientAddress.address),
});

describe('a refresh token', () => {
  afterEach(stopProtocols);

  it('gives another one of its family, tokens that work, and the scope that was given', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol, 'portal', {
      parameters: { scope: 'openid offline_access profile' },
    });
    const { status, json } = await refresh(protocol, tokens.refresh_token);
    assert.deepEqual([status, json.scope, json.expires_in], [200, 'openid profile offline_access', 600]);
    assert.notEqual(json.refresh_token, tokens.refresh_token);
    assert.equal(json.refresh_token.slice(0, 23), tokens.refresh_token.slice(0, 23));
    assert.equal((await userinfo(protocol, json.access_token)).status, 200);
    assert.deepEqual(eventsOf(protocol), []);
  });

  it('is shared until its grace is over: ten seconds', async () => {
    const protocol = await startProtocol();
    const { tokens, person } = await signInToTokens(protocol);
    const { json: first } = await refresh(protocol, tokens.refresh_token);
    for (const seconds of [0, 5, 4.999]) {
      await protocol.pass(seconds);
      const { json } = await refresh(protocol, tokens.refresh_token);
      assert.equal(json.refresh_token, first.refresh_token);
      assert.equal((await userinfo(protocol, json.access_token)).status, 200);
    }
    assert.deepEqual(eventsOf(protocol), [event(protocol, 'refresh-token-shared', person.accountId)]);
  });

  it('that is used after its grace ends its grant, and all that came of it', async () => {
    const protocol = await startProtocol();
    const { tokens, person } = await signInToTokens(protocol);
    const { json: first } = await refresh(protocol, tokens.refresh_token);
    await protocol.pass(10.001);
    assert.deepEqual((await refresh(protocol, tokens.refresh_token)).json, GRANT);
    assert.deepEqual((await refresh(protocol, first.refresh_token)).json, GRANT);
    assert.equal((await userinfo(protocol, first.access_token)).status, 401);
    assert.deepEqual(eventsOf(protocol), [event(protocol, 'refresh-token-replayed', person.accountId)]);
  });

  it('is kept a minute beyond its grace; from then on its family tells, and no name that nobody gave', async () => {
    const protocol = await startProtocol();
    const { tokens, person } = await signInToTokens(protocol);
    const { json: first } = await refresh(protocol, tokens.refresh_token);
    const isKept = async () =>
      (await protocol.ports.protocolStore.find('RefreshToken', tokens.refresh_token)) !== undefined;
    await protocol.pass(69);
    assert.equal(await isKept(), true);
    await protocol.pass(2);
    assert.equal(await isKept(), false);
    const [family = '', own = ''] = tokens.refresh_token.split('.');
    const changed = (part: string) => part.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'));
    for (const nobodys of [own, `${changed(family)}.${own}`, family, `${family}${own}`, `x.${tokens.refresh_token}`])
      assert.deepEqual((await refresh(protocol, nobodys)).json, GRANT);
    const { json: next } = await refresh(protocol, first.refresh_token);
    assert.ok(next.refresh_token, 'none of them ended anything');
    assert.deepEqual(eventsOf(protocol), []);
    assert.deepEqual((await refresh(protocol, tokens.refresh_token)).json, GRANT);
    assert.deepEqual((await refresh(protocol, next.refresh_token)).json, GRANT);
    assert.deepEqual(eventsOf(protocol), [event(protocol, 'refresh-token-replayed', person.accountId)]);
  });

  it('of a strict client has no grace: the second use ends its grant at once', async () => {
    const protocol = await startProtocol();
    const { tokens, person } = await signInToTokens(protocol, 'strict');
    const { json: first } = await refresh(protocol, tokens.refresh_token, 'strict');
    assert.ok(first.refresh_token);
    await protocol.pass(0.001);
    assert.deepEqual((await refresh(protocol, tokens.refresh_token, 'strict')).json, GRANT);
    assert.deepEqual((await refresh(protocol, first.refresh_token, 'strict')).json, GRANT);
    assert.equal((await userinfo(protocol, first.access_token)).status, 401);
    assert.deepEqual(eventsOf(protocol), [event(protocol, 'refresh-token-replayed', person.accountId, 'strict')]);
  });

  it('of a strict client that two requests send in one instant gives one answer at most, and ends', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol, 'strict');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => refresh(protocol, tokens.refresh_token, 'strict')),
    );
    const given = answers.filter(({ status }) => status === 200);
    assert.ok(given.length <= 1, `${given.length} answers`);
    for (const { status, json } of answers) if (status !== 200) assert.deepEqual(json, GRANT);
    for (const { json } of given) assert.deepEqual((await refresh(protocol, json.refresh_token, 'strict')).json, GRANT);
    assert.deepEqual((await refresh(protocol, tokens.refresh_token, 'strict')).json, GRANT);
  });

  it('has no grace anywhere where the configuration gives none', async () => {
    const protocol = await startProtocol({ times: { refreshReuseGraceSeconds: 0 } });
    const { tokens } = await signInToTokens(protocol);
    const { json: first } = await refresh(protocol, tokens.refresh_token);
    await protocol.pass(0.001);
    assert.deepEqual((await refresh(protocol, tokens.refresh_token)).json, GRANT);
    assert.deepEqual((await refresh(protocol, first.refresh_token)).json, GRANT);
  });

  it('of a client without rotation is itself what each refresh gives, and no use of it is a replay', async () => {
    const protocol = await startProtocol();
    const { tokens, browser } = await signInToTokens(protocol, 'still');
    for (const seconds of [0, 5, 600]) {
      await protocol.pass(seconds);
      const { json } = await refresh(protocol, tokens.refresh_token, 'still');
      assert.equal(json.refresh_token, tokens.refresh_token);
      assert.equal((await userinfo(protocol, json.access_token)).status, 200);
    }
    assert.ok((await silently(browser)).code);
    assert.deepEqual(eventsOf(protocol), []);
  });

  it('shared with another scope is a collision, once; the same scope in another order is shared', async () => {
    const protocol = await startProtocol();
    const { tokens, person } = await signInToTokens(protocol, 'portal', {
      parameters: { scope: 'openid profile identite_pivot' },
    });
    const asked = (scope?: string) => refresh(protocol, tokens.refresh_token, 'portal', { scope });
    const { json: first } = await asked('openid profile');
    assert.equal(first.scope, 'openid profile');
    for (const scope of [undefined, 'openid', 'openid profile identite_pivot'])
      assert.deepEqual((await asked(scope)).json, GRANT);
    assert.deepEqual(eventsOf(protocol), [event(protocol, 'refresh-token-collision', person.accountId)]);
    assert.equal((await asked('profile openid profile')).json.refresh_token, first.refresh_token);
    assert.equal((await refresh(protocol, first.refresh_token)).status, 200);
  });

  it('asked for its whole scope by name is shared with who asked for none', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol, 'portal', { parameters: { scope: 'openid profile' } });
    const { json: first } = await refresh(protocol, tokens.refresh_token);
    const named = await refresh(protocol, tokens.refresh_token, 'portal', { scope: 'openid profile' });
    assert.equal(named.json.refresh_token, first.refresh_token);
  });

  it('asked for a scope that was not given is refused, and stays unused', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol);
    const { status, json } = await refresh(protocol, tokens.refresh_token, 'portal', { scope: 'openid profile' });
    assert.deepEqual([status, json.error], [400, 'invalid_scope']);
    assert.equal((await refresh(protocol, tokens.refresh_token)).status, 200);
  });

  it('is refused to another client, which ends nothing by it', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol);
    const { json: first } = await refresh(protocol, tokens.refresh_token);
    for (const other of ['strict', 'still', 'mobile'])
      for (const token of [tokens.refresh_token, first.refresh_token])
        assert.deepEqual((await refresh(protocol, token, other)).json, GRANT);
    assert.equal((await refresh(protocol, tokens.refresh_token)).json.refresh_token, first.refresh_token);
  });

  it('of a version before, without a family, is a replay as long as it would have lived; what it gives has one', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol);
    const { protocolStore } = protocol.ports;
    const former = tokens.refresh_token.slice(23);
    const record = (await protocolStore.find('RefreshToken', tokens.refresh_token)) ?? assert.fail();
    await protocolStore.upsert('RefreshToken', former, { ...record, jti: former }, 3600);
    const { json: first } = await refresh(protocol, former);
    assert.equal((await refresh(protocol, former)).json.refresh_token, first.refresh_token);
    assert.match(first.refresh_token, /^[\w-]{22}\.[\w-]{43}$/);
    await protocol.pass(80);
    assert.ok(await protocolStore.find('RefreshToken', former), 'nothing else would tell it');
    assert.deepEqual((await refresh(protocol, former)).json, GRANT);
    assert.deepEqual((await refresh(protocol, first.refresh_token)).json, GRANT);
  });

  it('of a native client is told for as long as the last of its family lives, also where it has no family', async () => {
    const MONTH = 30 * 24 * 3600;
    for (const hasFamily of [true, false]) {
      const protocol = await startProtocol();
      const { tokens, person } = await signInToTokens(protocol, 'app');
      const { protocolStore } = protocol.ports;
      const used = hasFamily ? tokens.refresh_token : tokens.refresh_token.slice(23);
      const record = (await protocolStore.find('RefreshToken', tokens.refresh_token)) ?? assert.fail();
      await protocolStore.upsert('RefreshToken', used, { ...record, jti: used }, MONTH);
      const { json: first } = await refresh(protocol, used, 'app');
      await protocol.pass(MONTH - 1);
      assert.deepEqual((await refresh(protocol, used, 'app')).json, GRANT);
      assert.deepEqual(eventsOf(protocol), [event(protocol, 'refresh-token-replayed', person.accountId, 'app')]);
      assert.deepEqual((await refresh(protocol, first.refresh_token, 'app')).json, GRANT);
    }
  });

  it('has a successor that the seed alone does not give', async () => {
    const protocol = await startProtocol({ ports: ({ random }) => ({ random: { ...random, token: () => 'seed' } }) });
    const successors = [];
    for (let session = 0; session < 2; session++) {
      const { tokens } = await signInToTokens(protocol);
      successors.push((await refresh(protocol, tokens.refresh_token)).json.refresh_token.slice(23));
    }
    assert.equal(new Set(successors).size, 2);
  });

  it('ends with the session that it came from, by whatever ended it, and is no replay then', async () => {
    const protocol = await startProtocol();
    const { tokens, browser } = await signInToTokens(protocol);
    const { json: first } = await refresh(protocol, tokens.refresh_token);
    const [cookie] = (await browser.jar.getCookies('https://account.test')).filter(({ key }) => /session$/.test(key));
    await protocol.ports.protocolStore.destroy('Session', String(cookie?.value));
    for (const token of [tokens.refresh_token, first.refresh_token])
      assert.deepEqual((await refresh(protocol, token)).json, GRANT);
    assert.deepEqual(eventsOf(protocol), []);
  });

  it('has a successor that cannot be told from the old token alone, and is kept under it sealed', async () => {
    const seeds: Record<string, unknown>[] = [];
    const protocol = await startProtocol({
      ports: ({ protocolStore }) => ({
        protocolStore: {
          ...protocolStore,
          consumeKeeping(model, id, kept, seconds, left) {
            seeds.push({ ...kept, seconds, left });
            return protocolStore.consumeKeeping(model, id, kept, seconds, left);
          },
        },
      }),
    });
    const person = await personOf(protocol);
    const one = await signInToTokens(protocol, 'portal', { person });
    const other = await signInToTokens(protocol, 'portal', { person });
    const successors = [];
    for (const { tokens } of [one, other])
      successors.push((await refresh(protocol, tokens.refresh_token)).json.refresh_token);
    assert.equal(new Set(successors.map((token: string) => token.slice(23))).size, 2);
    assert.equal(new Set(seeds.map(({ seed }) => seed)).size, 2);
    assert.deepEqual(
      seeds.map(({ scope, seconds, left }) => ({ scope, seconds, left })),
      Array(2).fill({ scope: 'openid', seconds: 10, left: 70 }),
    );
    for (const { seed } of seeds) assert.ok(!successors.join().includes(String(seed)));
    const strict = await signInToTokens(protocol, 'strict', { person });
    await refresh(protocol, strict.tokens.refresh_token, 'strict');
    assert.deepEqual(seeds.at(-1), { seconds: 1, left: 60 });
  });

  it('of a native client that is revoked is over at once, and is no replay', async () => {
    const protocol = await startProtocol();
    const { tokens } = await signInToTokens(protocol, 'app');
    await ask(protocol, '/token/revocation', 'app', { token: tokens.refresh_token });
    assert.deepEqual((await refresh(protocol, tokens.refresh_token, 'app')).json, GRANT);
    assert.deepEqual(eventsOf(protocol), []);
  });
});
