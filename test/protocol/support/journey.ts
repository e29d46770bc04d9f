/** What a relying party and its person do, one request at a time. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Client } from '../../../src/ports/clients.ts';
import { createPerson, type Person } from '../../support/people.ts';
import { CLIENTS, SECRET } from './clients.ts';
import { type Answer, type Asked, type Browser, browserOf, type Protocol } from './protocol.ts';

export const VERIFIER = 'v'.repeat(43);
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export type Given = Readonly<Record<string, string | undefined>>;

export function clientOf(clientId: string): Client {
  return CLIENTS.find((client) => client.clientId === clientId) ?? assert.fail(clientId);
}

/** A request that passes; one of its parameters is another, or is left out. */
export function authorizeUrl(clientId = 'portal', more: Given = {}): string {
  const parameters: Given = {
    client_id: clientId,
    redirect_uri: clientOf(clientId).redirectUris[0],
    response_type: 'code',
    scope: 'openid',
    state: 'a state',
    nonce: 'a nonce',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/authorize?${new URLSearchParams(given)}`;
}

/** What the relying party is told; of a page, what it says. */
export function toldOf({ status, location, json }: Answer): Readonly<Record<string, unknown>> {
  if (!/[?&#](code|error)=/.test(location)) return { status, ...json, ...(location && { location }) };
  return Object.fromEntries(new URL(location.replace('#', '?')).searchParams);
}

export interface SignInOptions {
  readonly browser?: Browser;
  readonly person?: Person;
  readonly parameters?: Given;
  readonly acr?: string;
  readonly amr?: readonly string[];
}

type PersonOptions = NonNullable<Parameters<typeof createPerson>[1]>;

export async function personOf({ ports }: Protocol, more: PersonOptions = {}): Promise<Person> {
  return createPerson({ app: { ports } }, more);
}

/** Begins a request that must ask for its person. @returns the address of the interaction. */
export async function open(protocol: Protocol, browser: Browser, clientId?: string, parameters?: Given) {
  const begun = await browser.request(authorizeUrl(clientId, parameters));
  assert.match(begun.location, /\/interactions\//, begun.text);
  return {
    begun,
    interaction: begun.location,
    uid: begun.location.split('/').at(-1) ?? '',
    issuer: protocol.config.issuer,
  };
}

/** Signs a person in. @returns the answer that leads to the relying party. */
export async function signIn(
  protocol: Protocol,
  clientId = 'portal',
  { browser = browserOf(protocol), person, parameters, acr = 'eidas1', amr = ['pwd'] }: SignInOptions = {},
) {
  const known = person ?? (await personOf(protocol));
  const { interaction, uid } = await open(protocol, browser, clientId, parameters);
  const login = { accountId: known.accountId, acr, amr, provedAt: protocol.clock.now() };
  const { json } = await browser.request(interaction, { json: { login } });
  assert.ok(json.to, JSON.stringify(json));
  const answer = await browser.request(json.to);
  const code = new URL(answer.location || 'x:').searchParams.get('code') ?? '';
  return { browser, person: known, uid, resume: json.to as string, answer, code };
}

/** How a client proves itself, and names itself where it has nothing to prove. */
export function credentialsOf(clientId: string): Required<Pick<Asked, 'form' | 'headers'>> {
  const { public: isPublic, tokenEndpointAuthMethod } = clientOf(clientId);
  if (isPublic) return { form: { client_id: clientId }, headers: {} };
  if (tokenEndpointAuthMethod === 'client_secret_post')
    return { form: { client_id: clientId, client_secret: SECRET }, headers: {} };
  const pair = `${clientId}:${encodeURIComponent(SECRET)}`;
  return { form: {}, headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

export function ask(protocol: Protocol, path: string, clientId: string, form: Given = {}) {
  const { form: own, headers } = credentialsOf(clientId);
  const given = Object.entries({ ...own, ...form }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return protocol.request(path, { form: Object.fromEntries(given), headers });
}

export const redeem = (protocol: Protocol, code: string, clientId = 'portal', more: Given = {}) =>
  ask(protocol, '/token', clientId, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: clientOf(clientId).redirectUris[0],
    code_verifier: VERIFIER,
    ...more,
  });

export const refresh = (protocol: Protocol, token: string, clientId = 'portal', more: Given = {}) =>
  ask(protocol, '/token', clientId, { grant_type: 'refresh_token', refresh_token: token, ...more });

export const userinfo = (protocol: Protocol, accessToken: string) =>
  protocol.request('/userinfo', { headers: { Authorization: `Bearer ${accessToken}` } });

/** A whole sign-in, to the tokens. */
export async function signInToTokens(protocol: Protocol, clientId = 'portal', options: SignInOptions = {}) {
  const signedIn = await signIn(protocol, clientId, options);
  const { json, status, text } = await redeem(protocol, signedIn.code, clientId);
  assert.equal(status, 200, text);
  return { ...signedIn, tokens: json, claims: claimsOf(json.id_token) };
}

/** Of a token, its signature aside. */
export function claimsOf(idToken: string) {
  return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
}

/** What a browser that may have a session is answered, without a word to its person. */
export const silently = async (browser: Browser, clientId = 'portal', parameters: Given = {}) =>
  toldOf(await browser.request(authorizeUrl(clientId, { prompt: 'none', ...parameters })));
