/** What must be kept before it is answered, what a registration says of its client, and what ends with what. */
import { versionsOf, type WrongVersion } from '../wrong-version.ts';

const test = (...names: readonly string[]) => names.map((name) => `test/protocol/${name}.test.ts`);

const provider = versionsOf('src/oidc/provider.ts', test('authorization'));
const clients = versionsOf('src/oidc/clients.ts', test('tokens'));
const adapter = versionsOf('src/oidc/adapter.ts', test('tokens'));
const families = versionsOf('src/oidc/grants/refresh-families.ts', test('refresh'));
const reuse = versionsOf('src/oidc/grants/refresh-reuse.ts', test('refresh'));
const state = versionsOf('src/oidc/interactions/kept-state.ts', test('kept-state'));
const signOut = versionsOf('src/oidc/sign-out.ts', test('sign-out'));

export const keptRecords: readonly WrongVersion[] = [
  provider(
    'devInteractions: { enabled: false }',
    'devInteractions: { enabled: true }',
    'A page of the library signs anybody in.',
    test('discovery'),
  ),
  provider(
    'clockTolerance: 5',
    'clockTolerance: 3600',
    'A token lives an hour longer where a store keeps it.',
    test('times'),
  ),
  provider('    await grant.save();\n', '    void grant.save();\n', 'A code is given for a grant that is not there.'),
  clients(
    'cors_origins: [...client.origins]',
    'cors_origins: client.redirectUris.map((uri) => new URL(uri).origin)',
    'Every page of the host of a redirect address may ask for tokens.',
  ),
  clients(
    'post_logout_redirect_uris: [...client.postLogoutRedirectUris]',
    'post_logout_redirect_uris: [...client.postLogoutRedirectUris, client.homeUrl]',
    'A sign-out leads to an address that was not registered.',
    test('sign-out'),
  ),
  clients(
    'redirect_uris: [...client.redirectUris]',
    'redirect_uris: [...client.redirectUris, client.homeUrl]',
    'A code is sent to the home of a relying party.',
    test('authorization'),
  ),
  clients(
    'id_token_signed_response_alg: client.idTokenAlgorithm',
    "id_token_signed_response_alg: 'ES256'",
    'A client that reads RS256 alone is given another signature.',
  ),
  adapter(
    '        await refreshReuse.note(id, { ...payload }, expiresIn);\n',
    '        void refreshReuse.note(id, { ...payload }, expiresIn);\n',
    'A refresh token is given whose replay nobody would see.',
  ),
  adapter(
    '        await nativeGrants.note({ ...payload }, expiresIn);\n',
    '        void nativeGrants.note({ ...payload }, expiresIn);\n',
    'A refresh token is given that no sign-out of its application finds.',
  ),
  adapter(
    '      await store.upsert(model, id, payload, expiresIn);\n',
    '      void store.upsert(model, id, payload, expiresIn);\n',
    'A token is given that is not kept.',
  ),
  adapter(
    '      await store.destroy(model, id);\n      await tokenAudit.grantEnded(ended);\n',
    '      await tokenAudit.grantEnded(ended);\n      await store.destroy(model, id);\n',
    'A stolen code is good for as long as the audit log is slow.',
  ),
  families(
    'protocolStore.upsert(MODEL, family, common, seconds)',
    'protocolStore.upsert(MODEL, family, common, 60)',
    'The replay of an old refresh token is not seen a minute later.',
  ),
  reuse(
    'const WHOLE_LIFE_SECONDS = 366 * 24 * 60 * 60',
    'const WHOLE_LIFE_SECONDS = 60 * 60',
    'The replay of a refresh token without a family is not seen an hour later.',
  ),
  reuse("hkdfSync('sha256', id, seed,", "hkdfSync('sha256', '', seed,", 'What the store keeps gives a refresh token.'),
  versionsOf('src/oidc/grants/token-audit.ts', test('tokens'))(
    '    } catch {\n      return true;',
    '    } catch {\n      return false;',
    'A code that is shown twice leaves no event where the store is away.',
  ),
  versionsOf('src/oidc/bound-parameters.ts', test('authorization'))(
    "['redirect_uri', 2048]",
    "['redirect_uri', 256]",
    'A client whose address is long signs nobody in.',
  ),
  signOut(
    '          await (await provider.Grant.find(grantId))?.destroy();',
    '          void (await provider.Grant.find(grantId))?.destroy();',
    'A sign-out is told to be done, and its tokens live on.',
  ),
  signOut(
    '(!persistsLogout || clientId === client?.clientId)',
    'clientId === client?.clientId',
    'A sign-out leaves the grants that other clients have of the session.',
  ),
  versionsOf('src/oidc/interactions/browser-binding.ts', test('browser-binding'))(
    '    endLibrary(cookies, uid);\n  }',
    '  }',
    'A browser that begins many requests keeps the cookies of those that it has forgotten, until it has no room.',
  ),
  state(
    'const HOLD_SECONDS = 5',
    'const HOLD_SECONDS = 300',
    'A process that ended in the middle of a step keeps its person waiting.',
  ),
  state('draft: change.draft ?? state.draft', 'draft: change.draft', 'What was typed is lost by looking at it again.'),
  state(
    'proofs: { ...state.proofs, ...proofs }',
    'proofs: { ...proofs, ...state.proofs }',
    'What is no longer proved stays proved.',
  ),
  state(
    'flowStates.release(uid).catch(() => {})',
    'flowStates.release(uid)',
    'A step that was taken is told as failed.',
  ),
];
