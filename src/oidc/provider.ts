/**
 * All of oidc-provider's configuration, in one reading: this is the whole protocol surface. What the library leaves to
 * us (single use, throttles, accounts) stands behind ports; what it would do by default and we do not want is off here.
 */
import type { KeyObject } from 'node:crypto';
import { errors, interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Config } from '../config/config.ts';
import type { Client } from '../ports/clients.ts';
import type { Ports } from '../ports/ports.ts';
import type { PrivateSigningKey } from '../ports/signing-keys.ts';
import { isHttps } from '../web-address.ts';
import { claimsByScope, createFindAccount } from './accounts-and-claims.ts';
import { createAdapterFactory } from './adapter.ts';
import { tellWholeSeconds } from './auth-time.ts';
import { boundParameters } from './bound-parameters.ts';
import {
  checkClients,
  clientAuthMethods,
  extraClientMetadata,
  holdToAuthMethods,
  takeHintsOfBothAlgorithms,
  toClientMetadata,
} from './clients.ts';
import { createCookieNames } from './cookie-names.ts';
import { createClientThrottle } from './grants/client-throttle.ts';
import { createNativeGrants, outlivesSession } from './grants/native-grants.ts';
import { keepOfflineAccess } from './grants/offline-access.ts';
import { createRefreshReuse } from './grants/refresh-reuse.ts';
import { createTokenAudit } from './grants/token-audit.ts';
import { createBrowserBinding } from './interactions/browser-binding.ts';
import { isOtherPerson, NOT_THE_HINTED_PERSON } from './interactions/hinted-person.ts';
import { pairwiseKey, pairwiseSub } from './keys.ts';
import { askOfNativeClients } from './native-prompt.ts';
import { protocolRoutes } from './paths.ts';
import { createSignOut } from './sign-out.ts';

/** The pages of the protocol endpoints, rendered by the screens. */
export interface ProviderPages {
  error(ctx: KoaContextWithOIDC, out: { error: string; error_description?: string }, error: unknown): Promise<void>;
  logout(ctx: KoaContextWithOIDC, form: string): Promise<void>;
  loggedOut(ctx: KoaContextWithOIDC): Promise<void>;
}

/** What a provider is built from, and serves for as long as it is in use. */
export interface ProviderParts {
  readonly clients: readonly Client[];
  readonly signingKeys: readonly PrivateSigningKey[];
  readonly pages: ProviderPages;
}

type ProviderPorts = Pick<
  Ports,
  'accounts' | 'audit' | 'clock' | 'protocolStore' | 'random' | 'rateLimiter' | 'log' | 'vault'
>;

/** Builds a provider. @throws Error when the library refuses a key or a client. */
export async function createProvider(
  config: Config,
  ports: ProviderPorts,
  { clients, signingKeys, pages }: ProviderParts,
): Promise<Provider> {
  const { times, secrets, throttles } = config;
  const throttleClient = createClientThrottle(ports.rateLimiter, throttles.tokenPerClientPerMinute);
  const tokenAudit = createTokenAudit(ports);
  const refreshReuse = createRefreshReuse({ ...ports, tokenAudit, graceSeconds: times.refreshReuseGraceSeconds });
  const nativeGrants = createNativeGrants({ ...ports, times });
  const https = isHttps(config.issuer);
  const cookieNames = createCookieNames(https);
  const binding = createBrowserBinding(config, ports.clock);
  const subjectKey = pairwiseKey(secrets.pairwiseKey);
  const signOut = createSignOut(config);
  const cookie = { httpOnly: true, sameSite: 'lax', secure: https, signed: true } as const;

  const provider = new Provider(config.issuer, {
    adapter: createAdapterFactory(ports.protocolStore, throttleClient, tokenAudit, refreshReuse, nativeGrants),
    clients: clients.map(toClientMetadata),
    extraClientMetadata,
    jwks: { keys: signingKeys },
    cookies: {
      keys: [...secrets.cookieKeys],
      names: { session: cookieNames.session, interaction: cookieNames.interaction, resume: cookieNames.resume },
      long: cookie,
      short: cookie,
    },

    // The surface: authorization code with PKCE, and nothing that would go around the screens.
    responseTypes: ['code'],
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'profile', 'identite_pivot', 'nir'],
    claims: claimsByScope,
    acrValues: ['eidas0', 'eidas1'],
    subjectTypes: ['pairwise'],
    sectorIdentifierUriValidate: () => false,
    pairwiseIdentifier: async (_ctx, accountId, client) => pairwiseSub(subjectKey, String(client.sector), accountId),
    clientAuthMethods: [...clientAuthMethods],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
    allowOmittingSingleRegisteredRedirectUri: false,
    enableHttpPostMethods: false,
    extraParams: {
      state(ctx) {
        boundParameters(ctx);
        keepOfflineAccess(ctx);
      },
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      userinfo: { enabled: true },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      introspection: { enabled: false },
      claimsParameter: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx, form) =>
          signOut.isHinted(ctx) ? signOut.end(ctx, ctx.oidc) : pages.logout(ctx, form),
        postLogoutSuccessSource: pages.loggedOut,
      },
    },
    routes: protocolRoutes,
    discovery: {
      ui_locales_supported: ['fr', 'en'],
      claims_locales_supported: ['fr'],
      service_documentation: `${config.issuer}/docs`,
      // Left out, this would mean client_secret_basic alone (RFC 8414 §2), and that request objects are not spoken of.
      revocation_endpoint_auth_methods_supported: [...clientAuthMethods],
      request_parameter_supported: false,
    },
    clientBasedCORS: (_ctx, origin, { cors_origins: origins }) => Array.isArray(origins) && origins.includes(origin),

    // Sign-in: our own steps under /interactions/{uid}; first-party clients need no consent screen.
    interactions: {
      policy: createPolicy(subjectKey),
      url(ctx, interaction) {
        binding.begin(ctx, interaction.uid);
        return `/interactions/${interaction.uid}`;
      },
    },
    loadExistingGrant,
    findAccount: createFindAccount(ports),
    renderError: async (ctx, out, error) => pages.error(ctx, out, error),

    // Times. A refresh token lives as long as its session: nothing outlives the session it came from, but for native clients.
    expiresWithSession: async ({ oidc }) => !outlivesSession(oidc.client),
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: ({ oidc }) => oidc.client?.refresh_rotation !== false,
    clockTolerance: 5,
    ttl: {
      AccessToken: times.accessTokenSeconds,
      AuthorizationCode: times.authorizationCodeSeconds,
      IdToken: times.idTokenSeconds,
      RefreshToken: (_ctx, token, client) => nativeGrants.refreshTokenSeconds(client, token.iiat),
      Grant: ({ oidc }) => nativeGrants.grantSeconds(oidc.client),
      // Longer than our own limits: whoever took too long begins anew in place (ADR 0033).
      Interaction: times.interactionRestartSeconds,
      Session: (_ctx, session) => {
        const now = Math.floor(ports.clock.now().getTime() / 1000);
        const age = session.loginTs === undefined ? 0 : now - Math.floor(session.loginTs);
        return Math.max(1, Math.min(times.sessionIdleSeconds, times.sessionMaximumSeconds - age));
      },
    },
  });
  // Our server replaces every forwarding header before the library reads one: they hold the configured issuer.
  provider.proxy = true;
  holdToAuthMethods(provider);
  tellWholeSeconds(provider);
  takeHintsOfBothAlgorithms(provider);
  refreshReuse.nameSuccessors(provider);
  nativeGrants.nameSessions(provider);
  provider.use(nativeGrants.endAtSignOut);
  await checkClients(provider, clients);
  return provider;
}

/**
 * The library's policy, and more: the account was closed or its sessions were ended, which is a reason to ask again;
 * and a request for somebody else, which ends when it resumes, whatever its result (ADR 0021).
 */
function createPolicy(subjectKey: KeyObject) {
  const policy = interactionPolicy.base();
  askOfNativeClients(policy);
  const checks = policy.get('login')?.checks;
  checks?.add(
    new interactionPolicy.Check('other_person', NOT_THE_HINTED_PERSON, 'login_required', async (ctx) => {
      if (ctx.oidc.route === 'resume' && (await isOtherPerson(subjectKey, ctx)))
        throw new errors.LoginRequired(NOT_THE_HINTED_PERSON);
      return interactionPolicy.Check.NO_NEED_TO_PROMPT;
    }),
    0,
  );
  checks?.add(
    new interactionPolicy.Check(
      'account_unavailable',
      'the session is no longer valid for this account',
      'login_required',
      ({ oidc }) => Boolean(oidc.session?.accountId && !oidc.entities.Account),
      () => ({}),
    ),
    0,
  );
  return policy;
}

/** First-party clients: the grant of a session covers what its client may ask for, without a screen. */
async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { oidc } = ctx;
  const { client, session, account } = oidc;
  if (!client || !session || !account) throw new errors.InvalidRequest('the request has no client or session');
  const grantId = oidc.result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const known = grantId ? await oidc.provider.Grant.find(grantId) : undefined;
  const grant =
    known?.accountId === account.accountId
      ? known
      : new oidc.provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  const missing = [...oidc.requestParamScopes].filter((scope) => !grant.getOIDCScope().split(' ').includes(scope));
  if (known !== grant || missing.length > 0) {
    grant.addOIDCScope(missing.join(' '));
    await grant.save();
  }
  return grant;
}
