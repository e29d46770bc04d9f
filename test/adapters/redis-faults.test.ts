import assert from 'node:assert/strict';
import { orUnavailable, redisUnavailable } from '../../src/adapters/redis/connection.ts';
import { describeRedisFault } from '../../src/adapters/redis/faults.ts';

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

/** What Redis answers, and the reason that the health page gives. */
const REPLIES = {
  "OOM command not allowed when used memory > 'maxmemory'.": ['full', 'OOM'],
  "READONLY You can't write against a read only replica.": ['read-only', 'READONLY'],
  'MISCONF Redis is configured to save RDB snapshots': ['read-only', 'MISCONF'],
  'NOREPLICAS Not enough good replicas to write.': ['read-only', 'NOREPLICAS'],
  'NOPERM this user has no permissions': ['denied', 'NOPERM'],
  'NOAUTH Authentication required.': ['denied', 'NOAUTH'],
  'WRONGPASS invalid username-password pair': ['denied', 'WRONGPASS'],
  'MOVED 3999 127.0.0.1:6381': ['wrong-node', 'MOVED'],
  'ASK 3999 127.0.0.1:6381': ['wrong-node', 'ASK'],
  'CLUSTERDOWN The cluster is down': ['wrong-node', 'CLUSTERDOWN'],
  "CROSSSLOT Keys in request don't hash to the same slot": ['wrong-node', 'CROSSSLOT'],
  'LOADING Redis is loading the dataset in memory': ['busy', 'LOADING'],
  'BUSY Redis is busy running a script.': ['busy', 'BUSY'],
  'MASTERDOWN Link with MASTER is down': ['unreachable', 'MASTERDOWN'],
  'ERR unknown command': ['failing', 'ERR'],
  'what was that, OOM': ['failing', 'ERR'],
} as const;

describe('what Redis says when it does not do what it is asked', () => {
  for (const [message, [reason, code]] of Object.entries(REPLIES))
    it(`is told as ${reason}: ${message}`, () => {
      assert.deepEqual(describeRedisFault(reply(message)), { reason, code });
    });

  it('is told as unreachable where it says nothing, with the code of the socket', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    assert.deepEqual(describeRedisFault(refused), { reason: 'unreachable', code: 'ECONNREFUSED' });
    assert.deepEqual(describeRedisFault(new Error('OOM Connection is closed.')), { reason: 'unreachable' });
    assert.deepEqual(describeRedisFault('no error at all'), { reason: 'failing' });
  });

  it('means to whoever asked that the store is away, with its cause, and a command that went well means itself', async () => {
    const cause = reply('NOAUTH Authentication required.');
    const expected = { name: 'ServiceError', code: 'store_unavailable', status: 503, cause };
    const details = { store: 'redis', reason: 'denied', code: 'NOAUTH' };
    assert.deepEqual(redisUnavailable(cause).details, details);
    await assert.rejects(orUnavailable(Promise.reject(cause)), { ...expected, details });
    assert.equal(await orUnavailable(Promise.resolve('well')), 'well');
  });
});
