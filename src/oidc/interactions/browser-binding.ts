/**
 * An interaction belongs to the browser that began it. The library's own cookies are bound to paths, so another host of
 * the site can plant those of an interaction that an attacker began, and the person who signs in there signs in for the
 * attacker. A cookie that nobody else can plant is set when an interaction begins, and compared at each step and at
 * resume. It is one for each interaction: two that begin at once in a fresh browser do not take each other's place.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../ports/system.ts';
import { isHttps } from '../../web-address.ts';
import { createCookieNames } from '../cookie-names.ts';
import { protocolRoutes } from '../paths.ts';

interface Cookies {
  set(name: string, value: string | null, options: Parameters<KoaContextWithOIDC['cookies']['set']>[2]): unknown;
}

export type BrowserBinding = ReturnType<typeof createBrowserBinding>;

/** Interactions that one browser can be in the middle of. With the library's own that is 40 cookies; browsers keep 50. */
const MAXIMUM = 8;

/** @param config its cookie keys bind, the newest first; all are accepted. */
export function createBrowserBinding(
  { issuer, secrets, times }: Pick<Config, 'issuer' | 'secrets' | 'times'>,
  clock: Clock,
) {
  const secure = isHttps(issuer);
  const names = createCookieNames(secure);
  const nameOf = (uid: string) => names.browserPrefix + uid;
  const proofWith = (key: string, uid: string) => createHmac('sha256', key).update(`browser\0${uid}`).digest();
  const maxAge = times.interactionRestartSeconds * 1000;
  const options = { httpOnly: true, sameSite: 'lax', secure, overwrite: true } as const;

  function end(cookies: Cookies, uid: string): void {
    cookies.set(nameOf(uid), null, { ...options, path: '/', signed: false });
    endLibrary(cookies, uid);
  }

  /** Removes the cookies of the library for an interaction. */
  function endLibrary(cookies: Cookies, uid: string): void {
    cookies.set(names.interaction, null, { ...options, path: `/interactions/${uid}`, overwrite: false });
    cookies.set(names.resume, null, { ...options, path: `${protocolRoutes.authorization}/${uid}`, overwrite: false });
  }

  function bind(cookies: Cookies, uid: string, begunAt: number): void {
    const proof = proofWith(secrets.cookieKeys[0] ?? '', uid).toString('base64url');
    cookies.set(nameOf(uid), `${begunAt.toString(36)}.${proof}`, { ...options, maxAge, path: '/', signed: false });
  }

  return {
    /** Binds an interaction that begins to the browser of this request; the oldest ones of that browser end. */
    begin({ req, cookies }: { readonly req: IncomingMessage; readonly cookies: Cookies }, uid: string): void {
      const held = [...cookiesOf(req)]
        .filter(([name]) => name.startsWith(names.browserPrefix))
        .map(([name, value]) => ({ uid: name.slice(names.browserPrefix.length), begunAt: begunAtOf(value) }))
        .sort((one, other) => other.begunAt - one.begunAt);
      for (const oldest of held.slice(MAXIMUM - 1)) if (UID.test(oldest.uid)) end(cookies, oldest.uid);
      bind(cookies, uid, Math.floor(clock.now().getTime() / 1000));
    },

    /** The interaction is over: its browser is still the one that held it, and forgets it before any other. */
    retire(cookies: Cookies, uid: string): void {
      bind(cookies, uid, 0);
      endLibrary(cookies, uid);
    },

    /** Whether the browser of this request is the one that began the interaction. */
    isHeld(req: IncomingMessage, uid: string): boolean {
      const [, proof = ''] = (cookiesOf(req).get(nameOf(uid)) ?? '').split('.');
      const given = Buffer.from(proof, 'base64url');
      return secrets.cookieKeys.some((key) => {
        const expected = proofWith(key, uid);
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
    },

    /** The cookie by which the library resumes an interaction. */
    resumeCookie: names.resume,
  };
}

/** What the library calls an interaction. */
const UID = /^[\w-]{1,64}$/;

/** When the interaction began, in epoch seconds: which ones are the oldest, and nothing more. */
function begunAtOf(value: string): number {
  return Number.parseInt(value.split('.')[0] ?? '', 36) || 0;
}

/** By their names. Of two that have one name the first counts. */
function cookiesOf({ headers }: Pick<IncomingMessage, 'headers'>): ReadonlyMap<string, string> {
  const pairs = (headers.cookie ?? '').split(/; */).map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  return new Map(pairs.reverse());
}
