/** What may go wrong, with the status that carries it, and which half of it is shown. */
import assert from 'node:assert/strict';
import {
  collectFaults,
  type ErrorCode,
  errorStatus,
  fieldError,
  fieldsOf,
  ServiceError,
  STORE_RETRY_SECONDS,
  storeUnavailable,
} from '../../src/errors.ts';

describe('an error of the service', () => {
  it('has the status of its code, by both names that libraries read', () => {
    const statuses: Record<ErrorCode, number> = {
      ...{ validation_failed: 422, malformed_body: 400, report_unreadable: 400, credentials_required: 401 },
      ...{ body_too_large: 413, query_too_long: 414, unsupported_media_type: 415, not_found: 404 },
      ...{ method_not_allowed: 405, interaction_not_found: 404, interaction_expired: 410, interaction_elsewhere: 409 },
      ...{
        step_not_available: 409,
        forwarded_header_unreadable: 400,
        form_token_invalid: 403,
        origin_not_allowed: 403,
      },
      ...{ sign_in_failed: 403, code_wrong: 403, code_tries_exceeded: 429, code_asked_too_early: 429 },
      ...{ account_unavailable: 403, sign_in_locked: 429, captcha_required: 429, too_many_requests: 429 },
      ...{ busy: 503, store_unavailable: 503, internal_error: 500 },
    };
    assert.deepEqual(errorStatus, statuses);
    for (const [code, status] of Object.entries(statuses)) {
      const error = new ServiceError(code as ErrorCode);
      assert.deepEqual(
        [error.status, error.statusCode, error.name, error.message],
        [status, status, 'ServiceError', code],
      );
    }
  });

  it('says nothing more than it is given', () => {
    const { fields, retryAfterSeconds, triesLeft, details, cause } = new ServiceError('busy');
    assert.deepEqual(
      { fields, retryAfterSeconds, triesLeft, details, cause },
      {
        ...{ fields: [], retryAfterSeconds: undefined, triesLeft: undefined },
        ...{ details: {}, cause: undefined },
      },
    );
    const given = { fields: [], retryAfterSeconds: 3, triesLeft: 2, details: { a: 1 }, cause: new Error('c') };
    const error = new ServiceError('code_wrong', given);
    for (const [name, value] of Object.entries(given)) assert.equal(error[name as keyof typeof given], value, name);
  });

  it('of a store that is away asks for another try in 5 seconds', () => {
    assert.equal(STORE_RETRY_SECONDS, 5);
    const cause = new Error('away');
    const error = storeUnavailable({ cause, details: { store: 'redis' } });
    assert.deepEqual([error.code, error.retryAfterSeconds, error.cause], ['store_unavailable', 5, cause]);
    assert.deepEqual(error.details, { store: 'redis' });
    assert.equal(storeUnavailable().retryAfterSeconds, 5);
  });
});

describe('a refusal for a field', () => {
  it('names the field, the fault, and what fills its message where there is something', () => {
    assert.deepEqual(fieldError('nir', 'nir_key').fields, [{ field: 'nir', code: 'nir_key' }]);
    assert.equal(fieldError('nir', 'nir_key').code, 'validation_failed');
    assert.deepEqual(fieldError('p', 'password_too_short', { minimum: 8 }).fields, [
      { field: 'p', code: 'password_too_short', values: { minimum: 8 } },
    ]);
  });

  it('is collected with the others, in their order, each read whatever the others say', () => {
    const refuse = (field: string) => () => {
      throw fieldError(field, 'field_required');
    };
    const faults = collectFaults(refuse('a'), () => 'read', refuse('b'));
    assert.deepEqual(faults, [
      { field: 'a', code: 'field_required' },
      { field: 'b', code: 'field_required' },
    ]);
    assert.deepEqual(
      collectFaults(() => 'read'),
      [],
    );
  });

  it('is no other error: that one is thrown on', () => {
    assert.deepEqual(fieldsOf(fieldError('a', 'field_required')), [{ field: 'a', code: 'field_required' }]);
    for (const other of [
      new Error('bug'),
      new ServiceError('busy'),
      undefined,
      { code: 'validation_failed', fields: [] },
    ]) {
      const isThat = (error: unknown) => error === other;
      assert.throws(() => fieldsOf(other), isThat);
      assert.throws(
        () =>
          collectFaults(() => {
            throw other;
          }),
        isThat,
      );
    }
  });
});
