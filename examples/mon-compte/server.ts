/**
 * « Mon Compte », the demo relying party: sign in, see one's claims, refresh, sign out. The browser holds two random
 * cookies and nothing else; requests, tokens and claims stay here. The protocol is in relying-party.ts.
 *
 *   ISSUER=… CLIENT_ID=… CLIENT_SECRET=… node server.ts
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { AuthorizationResponseError, ResponseBodyError } from 'openid-client';
import { readDemoMessages } from './demo-messages.ts';
import { createExpiringMap } from './expiring-map.ts';
import type { Html } from './html.ts';
import { accountPage, demoMessagesPage, messagePage, notFoundPage, welcomePage } from './pages.ts';
import { createRelyingParty, type PendingSignIn, type Tokens, type Userinfo } from './relying-party.ts';

interface Session {
  tokens: Tokens;
  userinfo: Userinfo;
  /** Said once, on the next page. */
  notice?: string;
  refreshing?: Promise<void>;
  /** The state of a sign-out that the provider has not confirmed yet. */
  signingOut?: string;
}

interface Request {
  readonly url: URL;
  /** The ids of the cookies, and what the second one opens. */
  readonly browserId?: string;
  readonly sessionId?: string;
  readonly session?: Session;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const HOUR = 3600;
const port = Number(process.env.PORT ?? 4000);
const issuer = new URL(required('ISSUER'));
/** Our own address is a setting, never the Host header, which the sender chooses. */
const origin = `http://localhost:${port}`;

const relyingParty = createRelyingParty({
  issuer,
  clientId: required('CLIENT_ID'),
  clientSecret: required('CLIENT_SECRET'),
  redirectUri: `${origin}/callback`,
  postLogoutRedirectUri: `${origin}/`,
});
const pendingSignIns = createExpiringMap<PendingSignIn>({ seconds: HOUR, entries: 10_000 });
const sessions = createExpiringMap<Session>({ seconds: 12 * HOUR, entries: 10_000 });
/** Set by the embedded demo alone. */
const spoolFolder = process.env.SPOOL_FOLDER;
const style = readFileSync(new URL('style.css', import.meta.url), 'utf8');

const routes: Readonly<Record<string, (request: Request) => Reply | Promise<Reply>>> = {
  'GET /': showHome,
  'GET /sign-in': beginSignIn,
  'GET /callback': completeSignIn,
  'POST /refresh': refresh,
  'POST /logout': logOut,
  'GET /messages': showDemoMessages,
  'GET /style.css': () => ({ status: 200, headers: { 'Content-Type': 'text/css; charset=utf-8' }, body: style }),
};

function showHome({ url, sessionId, session }: Request): Reply {
  const state = url.searchParams.get('state');
  if (state !== null) return completeSignOut(state, sessionId, session);
  if (!session) return page(welcomePage(spoolFolder !== undefined));
  const { userinfo, tokens, notice } = session;
  session.notice = undefined;
  return page(accountPage(userinfo, tokens, notice));
}

async function showDemoMessages(): Promise<Reply> {
  if (spoolFolder === undefined) return page(notFoundPage(), 404);
  return page(demoMessagesPage(await readDemoMessages(spoolFolder)));
}

async function beginSignIn({ url, browserId = randomId() }: Request): Promise<Reply> {
  const loginHint = url.searchParams.get('login_hint') === 'provisional' ? 'provisional' : undefined;
  const { redirectTo, pending } = await relyingParty.begin(loginHint);
  // By browser and by state: two tabs may sign in at once, and an answer opens nothing in another browser, which is
  // what stops a forged sign-in (RFC 9700 §4.7).
  pendingSignIns.set(`${browserId}.${pending.state}`, pending);
  return redirect(redirectTo, cookie('mon_compte_browser', browserId, HOUR));
}

async function completeSignIn({ url, browserId, sessionId, session }: Request): Promise<Reply> {
  const pending = pendingSignIns.take(`${browserId}.${url.searchParams.get('state')}`);
  if (!pending) {
    if (session) return redirect('/'); // « back » or « reload », once signed in
    return page(
      messagePage('Connexion à reprendre', 'Cette connexion a expiré, ou a commencé dans un autre navigateur.'),
      400,
    );
  }
  try {
    const tokens = await relyingParty.complete(url, pending);
    const userinfo = await relyingParty.userinfo(tokens);
    // A new id at each sign-in: one that somebody planted before opens nothing.
    if (sessionId) sessions.take(sessionId);
    const id = randomId();
    sessions.set(id, { tokens, userinfo });
    return redirect('/', cookie('mon_compte_session', id));
  } catch (error) {
    // RFC 6749 §4.1.2.1. `error_description` is for developers, and `error` is all that decides.
    if (!(error instanceof AuthorizationResponseError) || error.error !== 'access_denied') throw error;
    return page(
      messagePage(
        'Vous avez abandonné la connexion',
        'Rien n’a été transmis. Vous pouvez réessayer quand vous voulez.',
      ),
    );
  }
}

async function refresh({ sessionId, session }: Request): Promise<Reply> {
  if (!sessionId || !session) return redirect('/');
  // One at a time: a refresh token that comes twice looks stolen, and ends the whole grant (RFC 9700 §4.14.2).
  session.refreshing ??= renewTokens(session).finally(() => {
    session.refreshing = undefined;
  });
  try {
    await session.refreshing;
    return redirect('/');
  } catch (error) {
    if (!(error instanceof ResponseBodyError) || error.error !== 'invalid_grant') throw error;
    sessions.take(sessionId);
    return page(messagePage('Votre session a pris fin', 'Pour continuer, connectez-vous de nouveau.'), 401);
  }
}

async function renewTokens(session: Session): Promise<void> {
  const before = session.tokens;
  session.tokens = await relyingParty.refresh(before);
  session.userinfo = await relyingParty.userinfo(session.tokens);
  const rotated = session.tokens.refreshToken !== before.refreshToken;
  session.notice = rotated
    ? 'Les jetons sont rafraîchis. Le jeton de rafraîchissement a été remplacé : l’ancien ne peut plus servir.'
    : 'Les jetons sont rafraîchis. Le jeton de rafraîchissement est resté le même.';
}

/** The provider first: a person who stays signed in there, or whose sign-out fails, is not told that they are out. */
async function logOut({ sessionId, session }: Request): Promise<Reply> {
  if (!sessionId || !session) return redirect('/');
  const { redirectTo, state } = await relyingParty.beginSignOut(session.tokens);
  session.signingOut = state;
  return redirect(redirectTo);
}

/** Back from the provider, which has ended its session: now ours ends. An address that somebody else made ends nothing. */
function completeSignOut(state: string, sessionId?: string, session?: Session): Reply {
  if (!sessionId || session?.signingOut !== state) return redirect('/');
  sessions.take(sessionId);
  return redirect('/', cookie('mon_compte_session', '', 0));
}

const server = createServer(async (incoming, response) => {
  const { status, headers, body } = await answer(incoming);
  response.writeHead(status, { ...securityHeaders(), ...headers }).end(body);
});

async function answer(incoming: IncomingMessage): Promise<Reply> {
  const url = URL.parse(`${origin}${incoming.url}`);
  const name = `${incoming.method} ${url?.pathname}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (!url || !route) return page(notFoundPage(), 404);
  // Every browser sends Origin with a POST. SameSite alone would let in the other services of localhost.
  if (incoming.method === 'POST' && incoming.headers.origin !== origin) return { status: 403 };
  const { mon_compte_browser: browserId, mon_compte_session: sessionId } = readCookies(incoming.headers.cookie);
  try {
    return await route({ url, browserId, sessionId, session: sessionId ? sessions.get(sessionId) : undefined });
  } catch (error) {
    logFailure(name, error);
    return page(messagePage('Cela n’a pas fonctionné', 'Le service d’identité n’a pas répondu comme prévu.'), 502);
  }
}

function page(html: Html, status = 200): Reply {
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: html.markup };
}

/** 303: whatever was asked, what follows is a GET (RFC 9700 §4.12). */
function redirect(location: URL | string, setCookie?: string): Reply {
  return { status: 303, headers: { Location: String(location), ...(setCookie && { 'Set-Cookie': setCookie }) } };
}

function securityHeaders(): Record<string, string> {
  return {
    'Cache-Control': 'no-store',
    // `form-action` also governs where a form is redirected: sign-out leads to the provider.
    'Content-Security-Policy': `default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${issuer.origin}`,
    // The address of the callback holds a code (RFC 9700 §4.2.4); `no-referrer` would empty the Origin of our forms too.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** Lax, as the answer comes back from another site. On HTTPS, add `Secure` and the prefix `__Host-` to the names. */
function cookie(name: string, value: string, seconds?: number): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${seconds === undefined ? '' : `; Max-Age=${seconds}`}`;
}

/** Only what looks like an id of ours is read. */
function readCookies(header = ''): Partial<Record<string, string>> {
  return Object.fromEntries(
    [...header.matchAll(/(mon_compte_\w+)=([\w-]{43})(?=;|$)/g)].map(([, name, id]) => [name, id]),
  );
}

function randomId(): string {
  return randomBytes(32).toString('base64url');
}

/** Codes only: messages and causes may quote what was sent. As JSON: `error` comes from an address anybody may write. */
function logFailure(what: string, error: unknown): void {
  const { name, code, error: oauth, cause } = error as Error & { code?: string; error?: string };
  const reason = code ?? (cause as { code?: string } | undefined)?.code;
  console.error(`mon-compte: ${what} failed: ${JSON.stringify({ name, code: reason, error: oauth })}`);
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}

/** What is under way gets five seconds; then the event loop is empty, or is emptied. */
function stop(): void {
  server.close();
  setTimeout(() => process.exit(0), 5000).unref();
}

server.listen(port);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// Started by another process, it does not outlive it, even one that ended before this line: what ties the two is cut then.
process.once('disconnect', stop);
process.channel?.unref();
if (process.connected === false) stop();
