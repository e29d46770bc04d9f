/** One entry of the clients file: each of its keys, read and checked. */
import type { Client } from '../../ports/clients.ts';

/** Where the file is, and what the configuration alone can say of what stands in it. */
export interface ClientsFile {
  readonly path: string;
  /** The secret of a variable that a client names; adds to `faults` when it cannot be read. */
  readSecret(variable: string, faults: string[]): string | undefined;
  /** Adds to `faults` an address that this environment does not allow. */
  checkAddress(what: string, url: string, faults: string[]): void;
}

const SCOPES = ['openid', 'offline_access', 'profile', 'identite_pivot', 'nir'];
const KEYS = new Set(
  'client_id name home_url sector redirect_uris post_logout_redirect_uris scopes nir_entitled public secret_env origins refresh'.split(
    ' ',
  ),
);

/** Reads an entry; adds to `faults`, each beginning with the id of its client. */
export function readClient(raw: Record<string, unknown>, file: ClientsFile, faults: string[]): Client {
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
    file.checkAddress(`client ${clientId}: ${key}`, value, faults);
    return value;
  };
  const urls = (key: string) => {
    const list = Array.isArray(raw[key]) ? raw[key].map(String) : [];
    for (const url of list) {
      if (!isAddress(url)) fault(`${key}: ${url} is not an http or https address without a fragment`);
      else file.checkAddress(`client ${clientId}: ${key}`, url, faults);
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
    secret = variable ? file.readSecret(variable, faults) : undefined;
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
