/** The headers of every answer, letter for letter. */
import assert from 'node:assert/strict';
import { FORM_LEADS_OUT, securityHeaders } from '../../src/http/middleware/security-headers.ts';
import { ask } from './application.ts';

const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': `${POLICY}; form-action 'self'`,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const OVER_TLS = { ...HEADERS, 'strict-transport-security': 'max-age=63072000; includeSubDomains' };

/** What is sent of any answer. */
const ORDINARY = new Set(['content-type', 'content-length', 'date', 'connection']);

async function headersOf(address: string, below?: Parameters<typeof ask>[2]) {
  const { headers } = await ask([securityHeaders(address)], {}, below);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ORDINARY.has(name)));
}

describe('the security headers', () => {
  it('of an address over TLS ask for TLS for two years; those over http do not', async () => {
    assert.deepEqual(await headersOf('https://identity.test'), OVER_TLS);
    assert.deepEqual(await headersOf('HTTPS://identity.test'), OVER_TLS);
    assert.deepEqual(await headersOf('http://localhost:4000'), HEADERS);
  });

  it('stand on a refusal too', async () => {
    const refused = await headersOf('https://identity.test', () => {
      throw new Error('below');
    });
    assert.deepEqual(refused, OVER_TLS);
  });

  it('give way to what an answer says of itself', async () => {
    const kept = await headersOf('http://localhost:4000', (ctx) => ctx.set('Cache-Control', 'no-cache'));
    assert.equal(kept['cache-control'], 'no-cache');
  });

  it('of a page whose form leads out are the same but for its forms', () => {
    assert.equal(FORM_LEADS_OUT, POLICY);
  });
});
