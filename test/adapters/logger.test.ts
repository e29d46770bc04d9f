import assert from 'node:assert/strict';
import { createLogger, untilFull } from '../../src/adapters/logger.ts';
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

  it('does not follow causes for ever: an error, and three below it', () => {
    const loop = new Error('loop');
    loop.cause = loop;
    log.error({ error: loop }, 'failed');
    let [depth, error] = [0, written()[0]?.error as { cause?: unknown } | undefined];
    for (; error; error = error.cause as typeof error) depth++;
    assert.equal(depth, 4);
  });

  it('writes no error where there is none, and no code that is no text', () => {
    log.error({}, 'failed');
    log.error({ error: Object.assign(new Error('x'), { code: { nir: '2550814168025' } }) }, 'failed');
    const [none, coded] = written();
    assert.equal('error' in (none ?? {}), false);
    assert.deepEqual(Object.keys(coded?.error ?? {}), ['name', 'frames']);
  });

  it('writes eight frames of an error at most, each a place in code, and nothing else of its stack', () => {
    const error = new Error('no 2550814168025');
    const frames = Array.from({ length: 12 }, (_, at) => `    at step${at} (file:///src/a.ts:${at + 1}:5)`);
    error.stack = ['Error: no 2550814168025', 'P12345678', '    at P12345678', ...frames].join('\n');
    log.error({ error }, 'failed');
    assert.deepEqual((written()[0]?.error as { frames: unknown }).frames, frames.slice(0, 8));
    error.stack = frames.slice(0, 1).concat('    at <anonymous>', '    at Array.map (native)').join('\n');
    log.error({ error }, 'failed');
    assert.deepEqual((written()[1]?.error as { frames: unknown }).frames, error.stack.split('\n'));
  });

  it('writes each level that has lines under its number', () => {
    log.info({}, 'i');
    log.warn({}, 'w');
    log.error({}, 'e');
    assert.deepEqual(
      written().map(({ level, message }) => [level, message]),
      [
        [30, 'i'],
        [40, 'w'],
        [50, 'e'],
      ],
    );
  });

  it('loses what nobody reads past a mebibyte, and says how much as soon as somebody does', () => {
    const read: string[] = [];
    const stream = { writableLength: 1024 * 1024, write: (text: string) => read.push(text) };
    const destination = untilFull(stream);
    destination.write('one\n');
    stream.writableLength += 1;
    for (const line of ['two\n', 'three\n']) destination.write(line);
    assert.deepEqual(read, ['one\n']);
    stream.writableLength = 0;
    for (const line of ['four\n', 'five\n']) destination.write(line);
    const said = '{"level":50,"event":"log_lines_lost","details":{"lines":2}}\n';
    assert.deepEqual(read, ['one\n', said, 'four\n', 'five\n']);
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
