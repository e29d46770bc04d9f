/** One line says what was asked, by its name. */
import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { logRequest } from '../../src/http/middleware/log-request.ts';
import type { Context, RequestState } from '../../src/http/request-state.ts';
import { createTestLogger } from '../stories/support/monitoring.ts';
import { ask, REQUEST_ID } from './application.ts';
import { createPlace, HOME } from './place.ts';

describe('the line of a request', () => {
  async function lineOf(
    below: (ctx: Context) => unknown,
    nameOf?: Parameters<typeof logRequest>[1],
    state: Partial<RequestState> = {},
  ) {
    const log = createTestLogger();
    const got = await ask(
      [logRequest(log, nameOf)],
      { method: 'POST', target: '/interactions/secret?a=secret', state },
      below,
    );
    assert.equal(log.lines.length, 1);
    const { level, fields } = log.lines[0] ?? assert.fail();
    const { durationMs, ...rest } = fields;
    assert.ok(Number.isInteger(durationMs) && Number(durationMs) >= 0 && Number(durationMs) < 5000, String(durationMs));
    return { level, fields: rest, got };
  }
  const LINE = {
    event: 'request',
    requestId: REQUEST_ID,
    operation: undefined,
    clientId: undefined,
    code: undefined,
    method: 'POST',
  };

  it('says what was asked by its name, and nothing of its address', async () => {
    const { level, fields } = await lineOf((ctx) => {
      ctx.state.operation = 'showInteraction';
      ctx.status = 201;
    });
    assert.equal(level, 'info');
    assert.deepEqual(fields, { ...LINE, operation: 'showInteraction', status: 201 });
  });

  it('says the relying party of a place', async () => {
    const { fields } = await lineOf((ctx) => {
      ctx.state.place = createPlace();
      ctx.status = 200;
    });
    assert.equal(fields.clientId, HOME.clientId);
  });

  it('has the name that the protocol gives, for what is no operation of ours', async () => {
    const named = await lineOf(
      (ctx) => Object.assign(ctx, { status: 200 }),
      ({ path }) => `named ${path}`,
    );
    assert.equal(named.fields.operation, 'named /interactions/secret');
    const own = await lineOf(
      (ctx) => Object.assign(ctx.state, { operation: 'own' }),
      () => 'other',
    );
    assert.equal(own.fields.operation, 'own');
  });

  it('is written once, also where something is thrown, which goes on', async () => {
    const { fields, got } = await lineOf(() => {
      throw new ServiceError('busy');
    });
    assert.equal(fields.event, 'request');
    assert.equal(got.code, 'busy');
  });

  it('says that the client has gone', async () => {
    const log = createTestLogger();
    const gone = ask([logRequest(log)], {}, (ctx) => void ctx.req.socket.destroy());
    await assert.rejects(gone);
    assert.equal(log.lines[0]?.fields.code, 'client_gone');
  });

  it('takes the time until the answer is ready', async () => {
    const { now } = performance;
    let time = 1000;
    performance.now = () => time;
    const log = createTestLogger();
    try {
      await ask([logRequest(log)], {}, (ctx) => {
        time += 41.6;
        ctx.status = 200;
      });
    } finally {
      performance.now = now;
    }
    assert.equal(log.lines[0]?.fields.durationMs, 42);
  });
});
