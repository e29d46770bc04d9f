/** Each cause of a start that fails has a sentence of its own, which quotes no password. */
import assert from 'node:assert/strict';
import {
  explainingPostgres,
  explainListening,
  explainPostgres,
  explainRedis,
  StartError,
} from '../../src/app/start-failures.ts';
import { ServiceError, storeUnavailable } from '../../src/errors.ts';

const SECRET = 'very-secret';
const DATABASE_URL = `postgres://identity:${SECRET}@db.example:5433/identity`;
const REDIS_URL = `redis://:${SECRET}@redis.example:6380`;
const failure = (code?: string, message = 'no', more: object = {}) =>
  Object.assign(new Error(message), code === undefined ? {} : { code }, more);
const reply = (message: string) => failure(undefined, message, { name: 'ReplyError' });

describe('the sentence of a start that fails', () => {
  for (const [code, says] of [
    ['28P01', 'it refuses the password of the user of DATABASE_URL'],
    ['28000', 'it does not let the user of DATABASE_URL in'],
    ['3D000', 'it has no database of the name in DATABASE_URL'],
    ['25006', 'it takes no writes'],
    ['42501', 'the user of DATABASE_URL lacks a right'],
    ['53100', 'its disk is full'],
    ['53200', 'it has no memory left'],
    ['53300', 'it has no connection left for us'],
    ['57014', 'a statement took too long'],
    ['57P03', 'it is starting or stopping'],
    ['ECONNREFUSED', 'nobody listens there. Is it started, and is DATABASE_URL right?'],
    ['ENOTFOUND', 'no machine has this name. Is DATABASE_URL right?'],
    ['EAI_AGAIN', 'its name could not be looked up'],
    ['EHOSTUNREACH', 'no way leads there from here'],
    ['ENETUNREACH', 'no way leads there from here'],
    ['ETIMEDOUT', 'no answer in time. Does a firewall stand between?'],
    ['ECONNRESET', 'it hung up before it answered. Does it ask for TLS (?sslmode=verify-full)?'],
    ['CERT_HAS_EXPIRED', 'its TLS certificate has expired'],
    ['CERT_NOT_YET_VALID', 'its TLS certificate is not valid yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its TLS certificate is for another name than that of DATABASE_URL'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its TLS certificate is of nobody whom this machine trusts'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its TLS certificate is of nobody whom this machine trusts'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'its TLS certificate is of nobody whom this machine trusts'],
    ['CERT_UNTRUSTED', 'its TLS certificate is of nobody whom this machine trusts'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'it offers no TLS, and DATABASE_URL asks for it'],
    ['XX000', 'it does not answer as it should (XX000), at the address of DATABASE_URL'],
    [undefined, 'it does not answer as it should (no code), at the address of DATABASE_URL'],
  ] as const)
    it(`is its own for ${code} of PostgreSQL`, () => {
      const cause = failure(code);
      const error = explainPostgres(DATABASE_URL, cause);
      assert.ok(error.message.startsWith(`PostgreSQL at db.example:5433: ${says}`), error.message);
      assert.ok(!error.message.includes(SECRET));
      assert.deepEqual([error instanceof StartError, error.cause], [true, cause]);
    });

  for (const [error, says] of [
    [failure(undefined, 'timeout expired'), 'no answer in time'],
    [failure(undefined, 'Knex: Timeout acquiring a connection'), 'no answer in time'],
    [failure(undefined, 'Connection terminated unexpectedly'), 'it hung up before it answered'],
    [failure(undefined, 'The server does not support SSL connections'), 'it offers no TLS'],
    [
      failure(undefined, 'SASL: SCRAM: client password must be a string'),
      'it asks for a password, and DATABASE_URL has',
    ],
    ['no error', 'it does not answer as it should (no code)'],
  ] as const)
    it(`is found by the words of « ${String(error)} »`, () => {
      const { message } = explainPostgres(DATABASE_URL, error);
      assert.ok(message.startsWith(`PostgreSQL at db.example:5433: ${says}`), message);
    });

  it('doubts TLS where it is asked for, and says nothing of it elsewhere', () => {
    const silent = failure('ETIMEDOUT');
    const doubts = /or does it speak no TLS/;
    assert.match(explainPostgres(`${DATABASE_URL}?sslmode=require`, silent).message, doubts);
    assert.match(explainRedis(REDIS_URL.replace('redis:', 'rediss:'), silent).message, doubts);
    assert.doesNotMatch(explainPostgres(DATABASE_URL, silent).message, doubts);
    assert.doesNotMatch(explainRedis(REDIS_URL, silent).message, doubts);
  });

  for (const [said, says] of [
    ['WRONGPASS invalid username-password pair', 'it refuses the user or the password of REDIS_URL'],
    ['NOAUTH Authentication required.', 'it asks for a password, and REDIS_URL has none'],
    ['NOPERM this user has no permissions', 'the user of REDIS_URL lacks a right'],
    ['LOADING Redis is loading the dataset', 'it is still loading its data'],
    ['ERR something else', 'it does not answer as it should (ERR), at the address of REDIS_URL'],
  ] as const)
    it(`is its own for the reply « ${said} » of Redis`, () => {
      const { message } = explainRedis(REDIS_URL, reply(said));
      assert.ok(message.startsWith(`Redis at redis.example:6380: ${says}`), message);
      assert.ok(!message.includes(SECRET));
    });

  it('names Redis, its variable and its TLS for what happens on the way there', () => {
    for (const [error, says] of [
      [failure('ECONNREFUSED'), 'nobody listens there. Is it started, and is REDIS_URL right?'],
      [failure('ECONNRESET'), 'it hung up before it answered. Does it ask for TLS (rediss://)?'],
      [failure(undefined, 'Connection is closed.'), 'it hung up before it answered'],
      [failure(undefined, 'Command timed out'), 'no answer in time'],
      [failure('28P01'), 'it does not answer as it should (28P01)'],
    ] as const)
      assert.ok(explainRedis(REDIS_URL, error).message.startsWith(`Redis at redis.example:6380: ${says}`));
  });

  it('says why it cannot listen, and by which variable another port is chosen', () => {
    const at = (code: string) => explainListening('ADMIN_PORT', '::1', 3001, failure(code)).message;
    assert.equal(at('EADDRINUSE'), '::1:3001: somebody listens there already. Choose another ADMIN_PORT');
    assert.equal(at('EACCES'), '::1:3001: the system does not let this user listen there (ADMIN_PORT)');
    assert.equal(at('EADDRNOTAVAIL'), '::1:3001: cannot listen there: EADDRNOTAVAIL');
  });

  it('is given to what PostgreSQL failed, also behind a refusal of ours, and to nothing else', async () => {
    const explained = (error: unknown) => explainingPostgres(DATABASE_URL, () => Promise.reject(error));
    for (const cause of [failure('53100'), failure('ECONNREFUSED'), failure(undefined, 'timeout expired')])
      for (const error of [cause, storeUnavailable({ cause })])
        await assert.rejects(explained(error), (thrown) => thrown instanceof StartError && thrown.cause === cause);
    for (const error of [failure('ENOENT'), failure('ERR_X'), failure(), failure('abcde'), new ServiceError('busy')])
      await assert.rejects(explained(error), (thrown) => thrown === error);
    assert.equal(await explainingPostgres(DATABASE_URL, async () => 'done'), 'done');
  });
});
