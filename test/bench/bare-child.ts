/**
 * The floor: oidc-provider with as little as a code flow can do with, in memory, without screens, passwords, stores or
 * throttles. A post to the interaction signs the person in.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Adapter, type AdapterPayload, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { serveUsage } from './child.ts';

const {
  ISSUER = '',
  CLIENT_ID = '',
  CLIENT_SECRET = '',
  REDIRECT_URI = '',
  COOKIE_KEY = '',
  SIGNING_KEYS = '',
} = process.env;
const HOUR = 3600;

const provider = new Provider(ISSUER, {
  adapter: createAdapter,
  clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT_URI] }],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  cookies: { keys: [COOKIE_KEY] },
  jwks: JSON.parse(SIGNING_KEYS),
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  findAccount: (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
  loadExistingGrant: createGrant,
  ttl: { AccessToken: HOUR, AuthorizationCode: 60, Grant: HOUR, IdToken: HOUR, Interaction: HOUR, Session: HOUR },
});
const callback = provider.callback();
const server = createServer((req, res) => {
  if (req.url?.startsWith('/interaction/')) return interact(req, res);
  return callback(req, res);
});
const { hostname, port } = new URL(ISSUER);
server.listen(Number(port), hostname, () =>
  serveUsage(async () => {
    server.close();
    server.closeAllConnections();
  }),
);

async function interact(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { uid } = await provider.interactionDetails(req, res);
  if (req.method === 'POST')
    return provider.interactionFinished(req, res, { login: { accountId: `account-of-${uid}` }, consent: {} });
  res.setHeader('Content-Type', 'text/html');
  res.end('<!doctype html><form method="post"></form>');
}

async function createGrant({ oidc }: KoaContextWithOIDC) {
  const grant = new provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.account?.accountId });
  grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
  await grant.save();
  return grant;
}

function createAdapter(): Adapter {
  const records = new Map<string, AdapterPayload>();
  const idsOfUid = new Map<string, string>();
  return {
    async upsert(id, payload) {
      records.set(id, payload);
      if (payload.uid) idsOfUid.set(payload.uid, id);
    },
    find: async (id) => records.get(id),
    findByUid: async (uid) => records.get(idsOfUid.get(uid) ?? ''),
    findByUserCode: async () => undefined,
    async consume(id) {
      const payload = records.get(id);
      if (payload) payload.consumed = true;
    },
    async destroy(id) {
      records.delete(id);
    },
    revokeByGrantId: async () => {},
  };
}
