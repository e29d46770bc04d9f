/**
 * Headers of every answer. Nothing is stored by anybody; a page runs our own files and talks to us alone, its forms
 * included: what was injected into a page could send nothing elsewhere (ADR 0030).
 */
import { isHttps } from '../../web-address.ts';
import type { Middleware } from '../request-state.ts';

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Of a page without a field to fill in, whose form leads where the relying party wants, and on from there. */
export const FORM_LEADS_OUT = POLICY;

/** `same-origin`: nothing of our addresses leaves us, and forms still carry their Origin (no-referrer makes it null). */
export function securityHeaders(address: string): Middleware {
  const https = isHttps(address);
  const headers = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `${POLICY}; form-action 'self'`,
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
