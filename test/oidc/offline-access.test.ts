import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { createChanging } from '../support/changing.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const SCOPE = 'openid profile offline_access';

describe('offline_access', () => {
  let service: Service;
  before(async () => {
    const changing = createChanging();
    const [portal] = changing.clients;
    assert.ok(portal);
    changing.clients = [
      portal,
      { ...portal, clientId: 'no-refresh', refresh: false },
      { ...portal, clientId: 'unregistered', scopes: ['openid', 'profile'] },
    ];
    service = await startService({ store: 'memory', ports: changing.ports });
  });
  after(() => service.stop());

  async function tokensOf(clientId: string, parameters: Readonly<Record<string, string>> = {}) {
    const party = await createRelyingParty(service.url, clientId);
    const visitor = new Visitor();
    const { identifier } = await createPerson(service);
    const { tokens } = await signInToTokens(visitor, party, identifier, PASSWORD, { scope: SCOPE, ...parameters });
    return { party, visitor, tokens };
  }

  const prompts: readonly Readonly<Record<string, string>>[] = [{}, { prompt: 'login' }, { prompt: 'consent' }];
  for (const parameters of prompts)
    it(`that was asked for is in the scope of the answer, at sign-in and at refresh: ${JSON.stringify(parameters)}`, async () => {
      const { party, tokens } = await tokensOf('mon-compte', parameters);
      assert.equal(tokens.scope, SCOPE);
      const refresh = (token = '', asked: Record<string, string> = {}) =>
        client.refreshTokenGrant(party.configuration, token, asked);
      const fresh = await refresh(tokens.refresh_token);
      const again = await refresh(fresh.refresh_token, { scope: SCOPE });
      assert.deepEqual([fresh.scope, again.scope], [SCOPE, SCOPE]);
    });

  it('is there without a sign-in, too, and what was not asked for is not', async () => {
    const { party, visitor } = await tokensOf('mon-compte', { scope: 'openid' });
    for (const scope of [SCOPE, 'openid profile']) {
      const { url, checks } = await party.begin({ scope, prompt: 'none' });
      const tokens = await party.redeem((await visitor.request(url)).location ?? '', checks);
      assert.equal(tokens.scope, scope);
    }
  });

  it('adds no life: the session ends, and the refresh token with it', async () => {
    for (const scope of [SCOPE, 'openid']) {
      const { party, tokens } = await tokensOf('mon-compte', { scope });
      await service.clock.advance(service.config.times.sessionIdleSeconds + 60);
      const refresh = client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
      await assert.rejects(refresh, { error: 'invalid_grant' }, scope);
    }
  });

  it('makes no refresh token for a client that is given none', async () => {
    const { tokens } = await tokensOf('no-refresh');
    assert.deepEqual([tokens.scope, tokens.refresh_token], [SCOPE, undefined]);
  });

  it('is left out for a client that is not registered with it, which is told so by the scope', async () => {
    const { tokens } = await tokensOf('unregistered');
    assert.equal(tokens.scope, 'openid profile');
  });

  it('stands among the scopes of the interaction', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, await createRelyingParty(service.url), { scope: SCOPE });
    assert.deepEqual((await visitor.request(interaction)).json.interaction.scopes, SCOPE.split(' '));
  });
});
