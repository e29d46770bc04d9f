import assert from 'node:assert/strict';
import { createLogger } from '../../src/adapters/logger.ts';
import { ServiceError } from '../../src/errors.ts';
import type { LogFields, Logger } from '../../src/ports/monitoring.ts';

describe('the log', () => {
  let lines: string[];
  let log: Logger;
  beforeEach(() => {
    lines = [];
    log = createLogger('debug', { write: (line) => lines.push(line) });
  });

  const written = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes one line of JSON, with the time, the level and every field that has a name', () => {
    const fields: LogFields = {
      event: 'request',
      requestId: 'r-1',
      operation: 'submitSignIn',
      clientId: 'mon-compte',
      code: 'sign_in_failed',
      method: 'POST',
      status: 403,
      durationMs: 41,
      details: { store: 'redis' },
    };
    log.warn(fields, 'refused');
    const [line] = written();
    assert.ok(!Number.isNaN(Date.parse(String(line?.time))));
    assert.deepEqual({ ...line, time: 'time' }, { ...fields, level: 40, message: 'refused', time: 'time' });
  });

  it('writes no field that is not on the list', () => {
    const fields = {
      event: 'request',
      password: 'Ardoise-Ruisseau-48',
      identifier: '2550814168025',
      body: { password: 'Ardoise-Ruisseau-48' },
      headers: { cookie: 'session=secret' },
    };
    log.info(fields, 'received');
    assert.deepEqual(Object.keys(written()[0] ?? {}).sort(), ['event', 'level', 'message', 'time']);
    assert.doesNotMatch(lines.join(), /Ardoise|2550814168025|secret/);
  });

  it('writes the name, the code and the frames of an error, and never its message', () => {
    const cause = Object.assign(new TypeError('no number 2550814168025'), { code: '23505', detail: '2550814168025' });
    log.error({ error: new ServiceError('store_unavailable', { cause, details: { nir: '2550814168025' } }) }, 'failed');
    const error = written()[0]?.error as Record<string, unknown>;
    assert.equal(error.name, 'ServiceError');
    assert.equal(error.code, 'store_unavailable');
    assert.ok(Array.isArray(error.frames) && error.frames.length > 0);
    const inner = error.cause as Record<string, unknown>;
    assert.equal(inner.name, 'TypeError');
    assert.equal(inner.code, '23505');
    assert.doesNotMatch(lines.join(), /2550814168025/);
  });

  it('writes no line of a message that looks like a frame', () => {
    log.error({ error: new Error('invalid input:\n    at 2550814168025') }, 'failed');
    assert.doesNotMatch(lines.join(), /2550814168025/);
  });

  it('writes the type alone of what was thrown and is no error', () => {
    log.error({ error: 'no number 2550814168025' }, 'failed');
    log.error({ error: { nir: '2550814168025' } }, 'failed');
    assert.deepEqual(
      written().map((line) => line.error),
      [{ name: 'string' }, { name: 'object' }],
    );
  });

  it('does not follow causes for ever', () => {
    const loop = new Error('loop');
    loop.cause = loop;
    log.error({ error: loop }, 'failed');
    assert.equal(lines.length, 1);
  });

  it('writes nothing below its level', () => {
    const quiet = createLogger('error', { write: (line) => lines.push(line) });
    quiet.info({}, 'info');
    quiet.warn({}, 'warn');
    assert.deepEqual(lines, []);
    quiet.error({}, 'error');
    assert.equal(lines.length, 1);
  });
});
