import assert from 'node:assert/strict';
import { type Account, type AccountState, acrOf, canSignIn, isSessionCurrent } from '../../src/domain/account.ts';

const account: Account = { accountId: 'a', state: 'active', identityVerified: true, locale: 'fr' };

describe('an account', () => {
  it('may sign in while it is active, and neither suspended nor closed', () => {
    const states: AccountState[] = ['active', 'suspended', 'closed'];
    assert.deepEqual(
      states.filter((state) => canSignIn({ ...account, state })),
      ['active'],
    );
  });

  it('may sign in before anybody has confirmed the identity, at a lower level', () => {
    const unconfirmed = { ...account, identityVerified: false };
    assert.equal(canSignIn(unconfirmed), true);
    assert.equal(acrOf(unconfirmed), 'eidas0');
    assert.equal(acrOf(account), 'eidas1');
  });

  it('keeps every session while none were ended', () => {
    assert.equal(isSessionCurrent(account, 0), true);
  });

  it('ends the sessions that began before the moment they were ended, and keeps those that began after', () => {
    const endedAt = 1_790_000_000;
    const ended = { ...account, sessionsEndedAt: new Date(endedAt * 1000 + 400) };
    assert.equal(isSessionCurrent(ended, endedAt - 1), false);
    assert.equal(isSessionCurrent(ended, endedAt + 1), true);
    assert.equal(isSessionCurrent(ended, endedAt), false, 'the same second: what may have begun before is over');
    assert.equal(isSessionCurrent(ended, endedAt + 0.399), false);
    for (const later of [0.4, 0.401, 0.999]) assert.equal(isSessionCurrent(ended, endedAt + later), true, `${later}`);
    const onTheSecond = { ...account, sessionsEndedAt: new Date(endedAt * 1000) };
    assert.equal(isSessionCurrent(onTheSecond, endedAt), true);
  });
});
