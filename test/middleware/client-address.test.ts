/** Who a request is counted as: addresses.yaml has each case. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import type { ClientAddress } from '../../src/domain/client-address.ts';
import { createApplication } from '../../src/http/application.ts';
import { findClientAddress } from '../../src/http/middleware/client-address.ts';
import type { Middleware } from '../../src/http/request-state.ts';
import { createTestLogger } from '../stories/support/monitoring.ts';

interface Vector {
  readonly says: string;
  /** The other end of the connection; null once it has gone. */
  readonly from: string | null;
  readonly forwarded?: string;
  readonly is?: string;
  readonly networks?: Readonly<Record<string, number>>;
  readonly shared?: boolean;
  readonly refused?: boolean;
}

const vectors: readonly Vector[] = parse(readFileSync(path.join(import.meta.dirname, 'addresses.yaml'), 'utf8'));

const PROXIES = { trusted: ['10.0.0.0/8', '2001:db8:ffff::/48'], shared: ['192.0.2.0/24', '2001:db8:2::/48'] };

/** What the middleware finds, of a request over a connection that is not there. */
async function addressOf({ from, forwarded }: Pick<Vector, 'from' | 'forwarded'>, proxies = PROXIES) {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: from ?? undefined });
  const req = new IncomingMessage(socket);
  if (forwarded !== undefined) req.headers['x-forwarded-for'] = forwarded;
  return new Promise<ClientAddress>((resolve, reject) => {
    const first: Middleware = (_, next) => next().catch(reject);
    const last: Middleware = (ctx) => resolve(ctx.state.clientAddress);
    const order = [first, findClientAddress(proxies), last].map((one) => [one.name, one] as const);
    createApplication(order, createTestLogger()).callback()(req, new ServerResponse(req));
  });
}

describe('the client address of a request', () => {
  for (const vector of vectors)
    it(vector.says, async () => {
      const { is: address, networks, shared = false, refused } = vector;
      if (refused) {
        await assert.rejects(addressOf(vector), { code: 'forwarded_header_unreadable' });
        return;
      }
      const around = Object.entries(networks ?? {}).map(([network, factor]) => ({ address: network, factor }));
      assert.deepEqual(await addressOf(vector), { address, shared, ...(networks && { networks: around }) });
    });

  it('is that of the connection where no proxy is trusted', async () => {
    const vector = { from: '10.1.2.3', forwarded: '203.0.113.9' };
    assert.equal((await addressOf(vector, { trusted: [], shared: [] })).address, '10.1.2.3');
  });
});
