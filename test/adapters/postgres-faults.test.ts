/** Who is at fault when PostgreSQL does not do what it is asked, and what the health page says of it. */
import assert from 'node:assert/strict';
import { isUniqueViolation, openDatabase, orUnavailable } from '../../src/adapters/postgres/database.ts';
import { describePostgresFault } from '../../src/adapters/postgres/faults.ts';
import { ServiceError } from '../../src/errors.ts';

const failure = (code?: string, more: object = {}) =>
  Object.assign(new Error('no'), code === undefined ? {} : { code }, more);

describe('a query that fails', () => {
  for (const code of ['22P02', '22001', '23505', '23503', '42P01', '42601', '42703'])
    it(`by a fault of its own (${code}) is a defect, and thrown as it is`, async () => {
      const error = failure(code);
      await assert.rejects(orUnavailable(Promise.reject(error)), (thrown) => thrown === error);
    });

  it('by a refusal of ours is thrown as it is', async () => {
    const error = new ServiceError('busy');
    await assert.rejects(orUnavailable(Promise.reject(error)), (thrown) => thrown === error);
  });

  for (const code of ['42501', '25006', '40001', '40P01', '53100', '53300', '57014', '57P01', '08006', 'ECONNRESET'])
    it(`by a fault of the database (${code}) is store_unavailable, and says of which store and why`, async () => {
      const cause = failure(code);
      await assert.rejects(orUnavailable(Promise.reject(cause)), (thrown) => {
        assert.ok(thrown instanceof ServiceError);
        assert.deepEqual([thrown.code, thrown.cause], ['store_unavailable', cause]);
        assert.deepEqual(thrown.details, { store: 'postgres', ...describePostgresFault(cause) });
        return true;
      });
    });

  it('without a code, or with what only looks like one, is store_unavailable', async () => {
    for (const code of [undefined, '23', '235051', 'X23505', '2350'])
      await assert.rejects(orUnavailable(Promise.reject(failure(code))), { code: 'store_unavailable' }, code);
    await assert.rejects(orUnavailable(Promise.reject(undefined)), { code: 'store_unavailable' });
  });

  it('and one that does not, gives what it found', async () => {
    assert.equal(await orUnavailable(Promise.resolve('found')), 'found');
  });

  it('by a unique constraint is told by the name of that one', () => {
    const refused = failure('23505', { constraint: 'the_one' });
    assert.equal(isUniqueViolation(refused, 'the_one'), true);
    assert.equal(isUniqueViolation(refused, 'another'), false);
    assert.equal(isUniqueViolation(failure('23503', { constraint: 'the_one' }), 'the_one'), false);
    for (const error of [undefined, null, failure()]) assert.equal(isUniqueViolation(error, 'the_one'), false);
  });

  it('for want of anybody who listens says so at once, and not that it is busy', async () => {
    const database = openDatabase('postgres://nobody@127.0.0.1:1/none', 1);
    const startedAt = performance.now();
    await assert.rejects(orUnavailable(database.raw('select 1')), (thrown) => {
      assert.ok(thrown instanceof ServiceError);
      assert.deepEqual(thrown.details, { store: 'postgres', reason: 'unreachable', code: 'ECONNREFUSED' });
      return true;
    });
    assert.ok(performance.now() - startedAt < 700, `${performance.now() - startedAt} ms`);
    await database.destroy();
  });
});

describe('the reason of a failure of PostgreSQL', () => {
  for (const [code, reason] of [
    ['25006', 'read-only'],
    ['25001', 'failing'],
    ['53000', 'failing'],
    ['53100', 'full'],
    ['53200', 'full'],
    ['53300', 'busy'],
    ['53400', 'full'],
    ['57014', 'busy'],
    ['57P01', 'unreachable'],
    ['57P03', 'unreachable'],
    ['28000', 'denied'],
    ['28P01', 'denied'],
    ['42501', 'denied'],
    ['42601', 'failing'],
    ['08006', 'unreachable'],
    ['XX000', 'failing'],
    ['ECONNREFUSED', 'unreachable'],
    ['EPIPE', 'unreachable'],
    ['E1234X', 'unreachable'],
  ] as const)
    it(`is « ${reason} » for ${code}`, () => assert.deepEqual(describePostgresFault(failure(code)), { reason, code }));

  it('is « busy » where the pool had none to give, and « unreachable » where nobody said anything', () => {
    const named = (name: string) => Object.assign(new Error('no'), { name });
    assert.deepEqual(describePostgresFault(named('KnexTimeoutError')), { reason: 'busy' });
    assert.deepEqual(describePostgresFault(named('TimeoutError')), { reason: 'busy' });
    assert.deepEqual(describePostgresFault(named('TimeoutErrors')), { reason: 'unreachable' });
    assert.deepEqual(describePostgresFault(new Error('no')), { reason: 'unreachable' });
    assert.deepEqual(describePostgresFault('no'), { reason: 'failing' });
    assert.deepEqual(describePostgresFault(undefined), { reason: 'failing' });
  });
});
