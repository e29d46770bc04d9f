import assert from 'node:assert/strict';
import { accountAttemptsKey } from '../../src/domain/lockout.ts';
import { subjectKey } from '../../src/domain/subject.ts';

describe('a subject', () => {
  it('has the key of its kind and of what it is', () => {
    assert.equal(subjectKey({ kind: 'account', accountId: 'x' }), 'account:x');
    assert.equal(subjectKey({ kind: 'contact-point', key: 'x' }), 'contact-point:x');
  });

  it('is counted apart from every other, whatever their kinds', () => {
    const keys = [
      subjectKey({ kind: 'account', accountId: 'x' }),
      subjectKey({ kind: 'account', accountId: 'y' }),
      subjectKey({ kind: 'contact-point', key: 'x' }),
      subjectKey({ kind: 'contact-point', key: 'y' }),
    ];
    assert.equal(new Set(keys).size, keys.length);
  });

  it('that is an account has one key for its failures, whichever identifier was typed', () => {
    assert.equal(accountAttemptsKey('x'), 'account:x');
  });
});
