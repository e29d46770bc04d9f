/** Relying parties, from the clients file: what each may ask for and where it may be answered. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { checkPublicUrl, type Environment, readSecret } from './environment.ts';

export interface ClientDefinition {
  readonly clientId: string;
  /** Shown to people. */
  readonly name: string;
  /** Where a lost person is led back to. */
  readonly homeUrl: string;
  /** Groups clients that share one pairwise `sub`. Never derived from a host: a new host would change every `sub`. */
  readonly sector: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly scopes: readonly string[];
  /** Entitled to the NIR (décret 2019-341). */
  readonly nirEntitled: boolean;
  /** A public client (a browser or a telephone) has no secret and relies on PKCE. */
  readonly public: boolean;
  readonly secret?: string;
  /** Origins that may call the token and userinfo endpoints from a browser; public clients alone. */
  readonly origins: readonly string[];
  readonly refresh: boolean;
}

const SCOPES = ['openid', 'offline_access', 'profile', 'identite_pivot', 'nir'];
const KEYS = new Set(
  'client_id name home_url sector redirect_uris post_logout_redirect_uris scopes nir_entitled public secret_env origins refresh'.split(
    ' ',
  ),
);

/** Reads and checks the clients file; adds to `faults`. Secrets come from the variable that `secret_env` names. */
export function readClients(file: string, env: Environment, production: boolean, faults: string[]): ClientDefinition[] {
  if (!existsSync(file)) {
    faults.push('clients.file (CLIENTS_FILE): there is no such file');
    return [];
  }
  const list = (parse(readFileSync(file, 'utf8')) as { clients?: unknown } | null)?.clients;
  if (!Array.isArray(list) || list.length === 0) {
    faults.push('clients.file (CLIENTS_FILE): must have a list `clients` with at least one client');
    return [];
  }
  const clients = list.map((raw: Record<string, unknown>) => readClient(raw ?? {}, env, production, faults));
  const ids = clients.map((client) => client.clientId);
  for (const id of new Set(ids.filter((candidate, at) => ids.indexOf(candidate) !== at)))
    faults.push(`client ${id}: stands twice in the clients file`);
  return clients;
}

function readClient(
  raw: Record<string, unknown>,
  env: Environment,
  production: boolean,
  faults: string[],
): ClientDefinition {
  const clientId = typeof raw.client_id === 'string' ? raw.client_id : '';
  const fault = (text: string) => faults.push(`client ${clientId || '(without client_id)'}: ${text}`);
  if (!/^[\w.-]{1,64}$/.test(clientId)) fault('client_id: 1 to 64 letters, digits, dots, dashes');
  for (const key of Object.keys(raw)) if (!KEYS.has(key)) fault(`${key}: unknown`);
  const text = (key: string) => {
    if (typeof raw[key] !== 'string' || raw[key] === '') fault(`${key}: required`);
    return String(raw[key] ?? '');
  };
  const url = (key: string) => {
    const value = text(key);
    if (value && !isAddress(value)) fault(`${key}: ${value} is not an http or https address`);
    if (production) checkPublicUrl(`client ${clientId}: ${key}`, value, faults);
    return value;
  };
  const urls = (key: string) => {
    const list = Array.isArray(raw[key]) ? raw[key].map(String) : [];
    for (const url of list) {
      if (!isAddress(url)) fault(`${key}: ${url} is not an http or https address without a fragment`);
      else if (production) checkPublicUrl(`client ${clientId}: ${key}`, url, faults);
    }
    return list;
  };
  const redirectUris = urls('redirect_uris');
  if (redirectUris.length === 0) fault('redirect_uris: at least one');
  const scopes = Array.isArray(raw.scopes) ? raw.scopes.map(String) : ['openid', 'profile'];
  for (const scope of scopes) if (!SCOPES.includes(scope)) fault(`scopes: ${scope} is unknown`);
  if (!scopes.includes('openid')) fault('scopes: openid is required');
  const nirEntitled = raw.nir_entitled === true;
  if (scopes.includes('nir') && !nirEntitled) fault('scopes: nir needs nir_entitled: true');
  const isPublic = raw.public === true;
  let secret: string | undefined;
  if (!isPublic) {
    const variable = text('secret_env');
    secret = variable ? readSecret(variable, env, faults) : undefined;
    if (variable && !secret) fault(`${variable}: required, and has no default`);
    else if (secret && secret.length < 32) fault(`${variable}: 32 characters or more`);
  }
  return {
    clientId,
    name: text('name'),
    homeUrl: url('home_url'),
    sector: text('sector'),
    redirectUris,
    postLogoutRedirectUris: urls('post_logout_redirect_uris'),
    scopes,
    nirEntitled,
    public: isPublic,
    secret,
    origins: urls('origins').flatMap((url) => URL.parse(url)?.origin ?? []),
    refresh: raw.refresh === true,
  };
}

/** An address that a browser may be sent to; OAuth allows a redirect URI no fragment (RFC 6749 §3.1.2). */
function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !text.includes('#');
}
