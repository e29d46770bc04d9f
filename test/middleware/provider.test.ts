/** A request has the provider that was in use when it began. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type Adapter, Provider } from 'oidc-provider';
import { askProvider, chooseProvider, nameProtocol } from '../../src/http/middleware/provider.ts';
import { createProviderHolder } from '../../src/oidc/provider-holder.ts';
import { ask } from './application.ts';

const NAMES = {
  authorization: ['/authorize'],
  token: ['/token'],
  revocation: ['/token/revocation'],
  userinfo: ['/userinfo'],
  jwks: ['/jwks'],
  end_session: ['/session/end'],
  discovery: ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'],
};

/** Of this process, and never used. */
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const nothing = async () => undefined;
const unused: Adapter = {
  ...{ upsert: nothing, find: nothing, findByUserCode: nothing, findByUid: nothing },
  ...{ consume: nothing, destroy: nothing, revokeByGrantId: nothing },
};

describe('the provider of a request', () => {
  /** Each provider says its number. */
  async function open() {
    let built = 0;
    return createProviderHolder(async () => {
      const provider = new Provider('http://localhost', {
        adapter: () => unused,
        jwks: { keys: [privateKey.export({ format: 'jwk' })] },
        cookies: { keys: ['key'] },
        features: { devInteractions: { enabled: false } },
      });
      const number = ++built;
      provider.use((ctx) => Object.assign(ctx, { body: `provider ${number}` }));
      return provider;
    });
  }

  it('is the one in use as it begins, though another one comes meanwhile', async () => {
    const providers = await open();
    const between = async (_: unknown, next: () => Promise<unknown>) => {
      await providers.rebuild();
      await next();
    };
    const choose = chooseProvider(providers);
    assert.equal((await ask([choose, between, askProvider(providers)])).text, 'provider 1');
    assert.equal((await ask([choose, askProvider(providers)])).text, 'provider 2');
    assert.equal((await ask([between, askProvider(providers)])).text, 'provider 3', 'without it, the last one');
  });

  it('names its endpoints in the log, and nothing else', () => {
    const named = Object.entries(NAMES).flatMap(([name, paths]) => paths.map((path) => [path, name] as const));
    for (const [path, name] of named) assert.equal(nameProtocol({ path }), name, path);
    for (const path of ['/authorize/uid', '/docs', '/', '/.well-known/other', '/jwks/'])
      assert.equal(nameProtocol({ path }), undefined, path);
  });
});
