/** The two cookies of ours that outlive an interaction: opaque, HttpOnly, sent to the interaction's pages alone. */
import type { Context } from '../request-state.ts';

export const REMEMBERED_COOKIE = 'mc_remembered';
export const DEVICE_COOKIE = 'mc_device';

const MAXIMUM_LENGTH = 2048;

/** @returns undefined for a cookie that is absent or absurdly long. */
export function readCookie(ctx: Context, name: string): string | undefined {
  const value = ctx.cookies.get(name, { signed: false });
  return value && value.length <= MAXIMUM_LENGTH ? value : undefined;
}

/** @param value null removes the cookie. */
export function writeCookie(ctx: Context, name: string, value: string | null, seconds: number, secure: boolean): void {
  ctx.cookies.secure = secure;
  ctx.cookies.set(name, value, {
    httpOnly: true,
    maxAge: value === null ? undefined : seconds * 1000,
    overwrite: true,
    path: '/interactions',
    sameSite: 'lax',
    secure,
    signed: false,
  });
}
