/** One entry of the clients file: each of its keys, read and checked. */
import type { Client, ClientAuthMethod, IdTokenAlgorithm } from '../../ports/clients.ts';
import { anyOf } from '../../setting.ts';
import { findSpellingFault, isWebUrl } from '../../web-address.ts';
import { findNativeRedirectFault, isOriginInApplication } from './native-addresses.ts';

/** Where the file is, and what the configuration alone can say of what stands in it. */
export interface ClientsFile {
  readonly path: string;
  /** The secret of a variable that a client names; adds to `faults` when it cannot be read. */
  readSecret(variable: string, faults: string[]): string | undefined;
  /** Adds to `faults` an address that this environment does not allow. */
  checkAddress(what: string, url: string, faults: string[]): void;
  /** The faults of clients that could be read, and that this environment does not allow. */
  checkClients(clients: readonly Client[]): readonly string[];
}

const AUTH_METHODS: readonly ClientAuthMethod[] = ['client_secret_basic', 'client_secret_post', 'none'];
const ALGORITHMS: readonly IdTokenAlgorithm[] = ['ES256', 'RS256'];
const REUSES: readonly Client['refreshReuse'][] = ['grace', 'strict'];
const SCOPES = ['openid', 'offline_access', 'profile', 'identite_pivot', 'nir'];
const KEYS = new Set(
  [
    'client_id name home_url sector redirect_uris post_logout_redirect_uris scopes nir_entitled public native',
    'secret_env token_endpoint_auth_method id_token_alg origins refresh refresh_reuse refresh_rotation',
  ].flatMap((names) => names.split(' ')),
);

/** Each request names one of them, with all the rest that a query of 4 KiB holds. */
const LONGEST_ADDRESS = 1024;

export function isClientId(text: string): boolean {
  return /^[\w.-]{1,64}$/.test(text);
}

/**
 * Reads an entry; adds to `faults`, each beginning with the id of its client. A fault says where a value stands and
 * never quotes it: a password may have been written there.
 * @param number of the entry in the file, from 1.
 */
export function readClient(raw: Record<string, unknown>, number: number, file: ClientsFile, faults: string[]): Client {
  const clientId = typeof raw.client_id === 'string' ? raw.client_id : '';
  const who = isClientId(clientId) ? `client ${clientId}` : `client number ${number}`;
  const fault = (text: string) => faults.push(`${who}: ${text}`);
  if (!isClientId(clientId)) fault('client_id: must be 1 to 64 letters, digits, dots and dashes');
  for (const [at, key] of Object.keys(raw).entries())
    if (!KEYS.has(key)) fault(`${/^[a-z_]{1,40}$/.test(key) ? key : `its key number ${at + 1}`}: unknown`);
  const text = (key: string) => {
    const value = raw[key];
    if (typeof value === 'string' && value !== '') return value;
    fault(`${key}: required`);
    return '';
  };
  const list = (key: string) => {
    if (raw[key] !== undefined && !Array.isArray(raw[key])) fault(`${key}: must be a list`);
    return Array.isArray(raw[key]) ? raw[key].map(textOf) : [];
  };
  // YAML reads « yes » as a word: what is not true would be taken for false.
  const flag = (key: string, byDefault: boolean) => {
    const value = raw[key] ?? byDefault;
    if (typeof value !== 'boolean') fault(`${key}: must be true or false`);
    return value === true;
  };
  const checkUrl = (what: string, url: string) => {
    const wrong = findAddressFault(url);
    if (wrong) fault(`${what}: ${wrong}`);
    else file.checkAddress(`${who}: ${what}`, url, faults);
  };
  const url = (key: string) => {
    const value = text(key);
    if (value) checkUrl(key, value);
    return value;
  };
  const urls = (key: string, check = checkUrl) => {
    const all = list(key);
    for (const [at, url] of all.entries()) {
      const what = `${key}, number ${at + 1}`;
      check(what, url);
      if (Buffer.byteLength(url) > LONGEST_ADDRESS) fault(`${what}: longer than ${LONGEST_ADDRESS} bytes`);
    }
    return all;
  };
  const native = flag('native', false);
  const checkRedirect = native
    ? (what: string, url: string) => {
        const wrong = (isWebUrl(url) && findAddressFault(url)) || findNativeRedirectFault(url);
        if (wrong) fault(`${what}: ${wrong}`);
      }
    : checkUrl;
  const checkOrigin = native
    ? (what: string, url: string) => {
        if (!isOriginInApplication(url)) checkUrl(what, url);
      }
    : checkUrl;
  const redirectUris = urls('redirect_uris', checkRedirect);
  if (redirectUris.length === 0) fault('redirect_uris: at least one');
  const scopes = raw.scopes === undefined ? ['openid', 'profile'] : list('scopes');
  for (const [at, scope] of scopes.entries())
    if (!SCOPES.includes(scope)) fault(`scopes, number ${at + 1}: must be ${anyOf(SCOPES)}`);
  if (!scopes.includes('openid')) fault('scopes: openid is required');
  const nirEntitled = flag('nir_entitled', false);
  if (scopes.includes('nir') && !nirEntitled) fault('scopes: nir needs nir_entitled: true');
  const isPublic = flag('public', false);
  if (native && !isPublic) fault('native: needs public: true, for whoever has the application has its secret');
  const tokenEndpointAuthMethod = readAuthMethod(raw.token_endpoint_auth_method, isPublic, fault);
  const idTokenAlgorithm =
    raw.id_token_alg === undefined ? 'ES256' : ALGORITHMS.find((known) => known === raw.id_token_alg);
  if (!idTokenAlgorithm) fault(`id_token_alg: must be ${anyOf(ALGORITHMS)}`);
  const refreshReuse = raw.refresh_reuse === undefined ? 'grace' : REUSES.find((known) => known === raw.refresh_reuse);
  if (!refreshReuse) fault(`refresh_reuse: must be ${anyOf(REUSES)}`);
  const refreshRotation = flag('refresh_rotation', true);
  if (isPublic && !refreshRotation) fault('refresh_rotation: of a public client refresh tokens rotate: leave it out');
  let secret: string | undefined;
  if (!isPublic) {
    const variable = text('secret_env');
    const isName = /^[A-Z][A-Z0-9_]{0,99}$/.test(variable);
    secret = isName ? file.readSecret(variable, faults) : undefined;
    if (variable && !isName) fault('secret_env: must be the name of a variable, such as CLIENT_PORTAL_SECRET');
    else if (variable && !secret) fault(`${variable}: required, and has no default`);
    else if (secret && secret.length < 32) fault(`${variable}: 32 characters or more`);
  }
  return {
    clientId,
    name: text('name'),
    homeUrl: url('home_url'),
    sector: text('sector'),
    redirectUris,
    postLogoutRedirectUris: urls('post_logout_redirect_uris', checkRedirect),
    scopes,
    nirEntitled,
    public: isPublic,
    native,
    tokenEndpointAuthMethod,
    idTokenAlgorithm: idTokenAlgorithm ?? 'ES256',
    secret,
    origins: urls('origins', checkOrigin).flatMap((url) => (isWebUrl(url) ? new URL(url).origin : url)),
    refresh: flag('refresh', false),
    refreshReuse: refreshReuse ?? 'grace',
    refreshRotation,
  };
}

/** The one way in which the client may authenticate, where it declares one. */
function readAuthMethod(raw: unknown, isPublic: boolean, fault: (text: string) => void): ClientAuthMethod | undefined {
  if (raw === undefined) return undefined;
  const method = AUTH_METHODS.find((known) => known === raw);
  const wrong = (text: string) => fault(`token_endpoint_auth_method: ${text}`);
  if (!method) wrong(`must be ${anyOf(AUTH_METHODS)}`);
  else if (isPublic && method !== 'none') wrong('a public client has no secret: none, or leave it out');
  else if (!isPublic && method === 'none') wrong('none needs public: true');
  return method;
}

/** Of an address that a browser may be sent to; OAuth allows a redirect URI no fragment (RFC 6749 §3.1.2). */
function findAddressFault(text: string): string | undefined {
  if (!isWebUrl(text) || text.includes('#')) return 'must be an http or https address without a fragment';
  return findSpellingFault(text);
}

/** Empty where it is none: an object might not even let itself be made one. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
