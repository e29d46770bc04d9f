import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import Koa from 'koa';
import { loadContract } from '../../src/http/contract/contract.ts';
import { PUBLIC_CONTRACT } from '../../src/http/contract/documents.ts';
import { createRoutes, nameOperation } from '../../src/http/contract/routes.ts';
import { type AuthenticationScheme, authenticate } from '../../src/http/middleware/authenticate.ts';
import { toServiceError } from '../../src/http/problem.ts';
import type { RequestState } from '../../src/http/request-state.ts';

const contract = loadContract(path.join(import.meta.dirname, 'contract-example.yaml'));

describe('authentication', () => {
  const team: AuthenticationScheme = {
    challenge: 'Bearer',
    accepts: async (ctx) => ctx.get('Authorization') === 'Bearer team',
  };

  it('asks what the contract asks, and runs nothing for whoever does not show it', async () => {
    let runs = 0;
    const router = createRoutes(contract, {
      leaveWord: (ctx) => {
        runs += 1;
        ctx.body = 'left';
      },
      listRooms: (ctx) => {
        ctx.status = 204;
      },
    });
    const app = new Koa<RequestState>();
    app.use(async (ctx, next) => {
      await next().catch((error) => {
        ctx.status = toServiceError(error).status;
      });
    });
    app.use(nameOperation(router));
    app.use(authenticate(contract, { team }));
    app.use(router.routes());
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ask = (method: string, target: string, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}${target}`, { method, headers });
    try {
      const refused = await ask('POST', '/rooms/blue/words');
      assert.deepEqual([refused.status, refused.headers.get('www-authenticate'), runs], [401, 'Bearer', 0]);
      const wrong = await ask('POST', '/rooms/blue/words?loud=very', { Authorization: 'Bearer other' });
      assert.equal(wrong.status, 401, 'before the query is read');
      const accepted = await ask('POST', '/rooms/blue/words', { Authorization: 'Bearer team' });
      assert.deepEqual([accepted.status, accepted.headers.get('www-authenticate'), runs], [200, null, 1]);
      assert.equal((await ask('GET', '/rooms')).status, 204);
      assert.equal((await ask('GET', '/nowhere')).status, 404);
    } finally {
      server.close();
    }
  });

  it('does not start where the contract asks for a scheme that nobody knows', () => {
    assert.throws(() => authenticate(contract, {}), /leaveWord asks for team/);
    assert.throws(() => authenticate(loadContract(PUBLIC_CONTRACT), { team }), /which nobody knows/);
  });
});
