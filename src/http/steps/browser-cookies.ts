/** The cookies of ours that outlive a place: opaque, HttpOnly, sent to the pages of places alone. */
import type { BrowserChange, BrowserTokens } from '../../stories/kit/browser.ts';
import type { Context } from '../request-state.ts';

const COOKIES: { readonly [Name in keyof BrowserTokens]-?: string } = {
  remembered: 'mc_remembered',
  device: 'mc_device',
};
const MAXIMUM_LENGTH = 2048;

/** The tokens that this browser sent; one that is absurdly long is as absent. */
export function readBrowser(ctx: Context): BrowserTokens {
  return { remembered: readCookie(ctx, COOKIES.remembered), device: readCookie(ctx, COOKIES.device) };
}

/** @param path below which the cookies are sent. */
export function writeBrowser(ctx: Context, change: BrowserChange, path: string, secure: boolean): void {
  for (const name of Object.keys(COOKIES) as (keyof BrowserTokens)[]) {
    const token = change[name];
    if (token === undefined) continue;
    ctx.cookies.secure = secure;
    ctx.cookies.set(COOKIES[name], token?.value ?? null, {
      httpOnly: true,
      maxAge: token ? token.seconds * 1000 : undefined,
      overwrite: true,
      path,
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
