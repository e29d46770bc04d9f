/**
 * The cookies of ours that outlive a place: opaque and HttpOnly. Over TLS no other host can plant one (`__Host-`), and
 * they are sent to the whole of this host; over http, to the pages of places alone.
 */
import { createCookieNames } from '../../oidc/cookie-names.ts';
import type { BrowserChange, BrowserTokens } from '../../stories/kit/browser.ts';
import type { Context } from '../request-state.ts';

const TOKENS = ['remembered', 'device'] as const satisfies readonly (keyof BrowserTokens)[];
const MAXIMUM_LENGTH = 2048;

/** The tokens that this browser sent; one that is absurdly long is as absent. */
export function readBrowser(ctx: Context): BrowserTokens {
  // The middleware `own address` has said so.
  const names = createCookieNames(ctx.secure);
  return { remembered: readCookie(ctx, names.remembered), device: readCookie(ctx, names.device) };
}

/** @param path below which the cookies are sent, over http. @param secure over TLS. */
export function writeBrowser(ctx: Context, change: BrowserChange, path: string, secure: boolean): void {
  const names = createCookieNames(secure);
  for (const name of TOKENS) {
    const token = change[name];
    if (token === undefined) continue;
    ctx.cookies.secure = secure;
    ctx.cookies.set(names[name], token?.value ?? null, {
      httpOnly: true,
      maxAge: token ? token.seconds * 1000 : undefined,
      overwrite: true,
      path: secure ? '/' : path,
      sameSite: 'lax',
      secure,
      signed: false,
    });
  }
}

function readCookie(ctx: Context, name: string): string | undefined {
  const value = ctx.cookies.get(name, { signed: false });
  return value && value.length <= MAXIMUM_LENGTH ? value : undefined;
}
