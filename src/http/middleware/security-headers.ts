/**
 * Headers of every answer. Nothing is stored by anybody; a page runs our own files and talks to us alone. CSP's
 * `form-action` also governs the redirect that follows a form post, so the origins it may lead to are listed.
 */
import { isHttps } from '../../web-address.ts';
import type { Middleware } from '../request-state.ts';

export interface PageSecurity {
  /** Origins besides ours that a form may lead to. */
  readonly formOrigins?: readonly string[];
}

export function contentSecurityPolicy({ formOrigins = [] }: PageSecurity = {}): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...formOrigins].join(' ')}`,
  ].join('; ');
}

/** `same-origin`: nothing of our addresses leaves us, and forms still carry their Origin (no-referrer makes it null). */
export function securityHeaders(address: string): Middleware {
  const https = isHttps(address);
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy(),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(https ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' } : {}),
  };
  return (ctx, next) => {
    ctx.set(headers);
    return next();
  };
}
