import assert from 'node:assert/strict';
import { describePostgresFault } from '../../src/adapters/postgres/faults.ts';
import { describeRedisFault } from '../../src/adapters/redis/faults.ts';
import { createHealth } from '../../src/app/health.ts';
import { storeUnavailable } from '../../src/errors.ts';
import { collectLog } from '../support/delivery.ts';

const away = () => storeUnavailable({ details: { store: 'redis', reason: 'unreachable', code: 'ECONNREFUSED' } });

describe('the health of a process', () => {
  it('asks again when one answer is lost, and says nothing of it', async () => {
    let asked = 0;
    const log = collectLog();
    const redis = async () => {
      asked += 1;
      if (asked === 1) throw away();
      return undefined;
    };
    assert.deepEqual(await createHealth({ redis }, log).failing(), {});
    assert.deepEqual([asked, log.lines], [2, []]);
  });

  it('asks each part once, however many ask at once and right after', async () => {
    let asked = 0;
    const health = createHealth({ postgres: async () => void asked++ as undefined }, collectLog());
    await Promise.all(Array.from({ length: 50 }, () => health.failing()));
    await health.failing();
    assert.equal(asked, 1);
  });

  it('asks again when its answer is a second old, and not before', async () => {
    const { now } = performance;
    let [passedMs, asked] = [0, 0];
    performance.now = () => now.call(performance) + passedMs;
    try {
      const health = createHealth({ postgres: async () => void asked++ as undefined }, collectLog());
      for (const [milliseconds, expected] of [
        [0, 1],
        [900, 1],
        [1001, 2],
      ] as const) {
        passedMs = milliseconds;
        await health.failing();
        assert.equal(asked, expected, `${milliseconds} ms`);
      }
    } finally {
      performance.now = now;
    }
  });

  it('tells of a failure when it begins and when it ends, and of another reason, each once', async () => {
    const { now } = performance;
    let passedMs = 0;
    performance.now = () => now.call(performance) + passedMs;
    try {
      let says: 'apart' | 'unusable' | undefined;
      const log = collectLog();
      const health = createHealth({ clock: async () => says, redis: async () => undefined }, log);
      const told: unknown[] = [];
      for (const reason of [undefined, 'apart', 'apart', 'unusable', undefined, undefined] as const) {
        says = reason;
        passedMs += 2000;
        assert.deepEqual(await health.failing(), reason ? { clock: reason } : {});
        told.push(log.lines.length);
      }
      assert.deepEqual(told, [0, 1, 1, 2, 3, 3]);
      assert.deepEqual(
        log.lines.map(({ level, fields }) => [level, fields.event, fields.details]),
        [
          ['error', 'not_ready', { part: 'clock', reason: 'apart', code: undefined }],
          ['error', 'not_ready', { part: 'clock', reason: 'unusable', code: undefined }],
          ['info', 'ready_again', { part: 'clock' }],
        ],
      );
    } finally {
      performance.now = now;
    }
  });

  it('waits for a part that says nothing for little more than two seconds', async () => {
    const startedAt = performance.now();
    const health = createHealth(
      { redis: () => new Promise<never>(() => {}), keys: async () => undefined },
      collectLog(),
    );
    assert.deepEqual(await health.failing(), { redis: 'unreachable' });
    assert.ok(performance.now() - startedAt < 2500);
  });

  it('keeps what the store itself said, when its connection is made anew meanwhile', async () => {
    let asked = 0;
    const redis = async () => {
      asked += 1;
      throw asked === 1 ? storeUnavailable({ details: { reason: 'read-only', code: 'READONLY' } }) : away();
    };
    const log = collectLog();
    assert.deepEqual(await createHealth({ redis }, log).failing(), { redis: 'read-only' });
    assert.deepEqual(
      log.lines.map(({ fields }) => fields.details),
      [{ part: 'redis', reason: 'read-only', code: 'READONLY' }],
    );
  });

  it('does not wait to tell what it found itself', async () => {
    let asked = 0;
    const clock = async () => {
      asked += 1;
      return 'apart' as const;
    };
    assert.deepEqual(await createHealth({ clock }, collectLog()).failing(), { clock: 'apart' });
    assert.equal(asked, 1);
  });
});

describe('what a store says when it refuses', () => {
  const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
  for (const [message, reason, code] of [
    ["OOM command not allowed when used memory > 'maxmemory'.", 'full', 'OOM'],
    ["READONLY You can't write against a read only replica.", 'read-only', 'READONLY'],
    ['MISCONF Redis is configured to save RDB snapshots', 'read-only', 'MISCONF'],
    ['MOVED 3999 127.0.0.1:6381', 'wrong-node', 'MOVED'],
    ['CLUSTERDOWN Hash slot not served', 'wrong-node', 'CLUSTERDOWN'],
    ["NOPERM User default has no permissions to run the 'evalsha' command", 'denied', 'NOPERM'],
    ['LOADING Redis is loading the dataset in memory', 'busy', 'LOADING'],
    ['ERR unknown command', 'failing', 'ERR'],
  ] as const)
    it(`(Redis: ${code}) is ${reason}`, () => assert.deepEqual(describeRedisFault(reply(message)), { reason, code }));

  it('(Redis: a broken connection) is unreachable, with the code of the socket where there is one', () => {
    assert.deepEqual(describeRedisFault(new Error('Command timed out')), { reason: 'unreachable' });
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    assert.deepEqual(describeRedisFault(refused), { reason: 'unreachable', code: 'ECONNREFUSED' });
  });

  for (const [code, reason] of [
    ['25006', 'read-only'],
    ['53100', 'full'],
    ['53300', 'busy'],
    ['57014', 'busy'],
    ['28P01', 'denied'],
    ['42501', 'denied'],
    ['57P01', 'unreachable'],
    ['08006', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['42P01', 'failing'],
  ] as const)
    it(`(PostgreSQL: ${code}) is ${reason}`, () =>
      assert.deepEqual(describePostgresFault(Object.assign(new Error('no'), { code })), { reason, code }));
});
