import assert from 'node:assert/strict';
import type { Account } from '../../src/domain/account.ts';
import {
  ACCOUNTS_PER_BROWSER,
  BROWSERS_PER_ACCOUNT,
  isStillKnown,
  KNOWN_SECONDS,
} from '../../src/domain/known-browser.ts';

const SINCE = Date.UTC(2026, 0, 1);
const account: Account = { accountId: 'a', state: 'active', identityVerified: true, locale: 'fr' };
const at = (ms: number) => new Date(SINCE + ms);

describe('a known browser', () => {
  it('is known for 180 days, with four others of the account, and to five accounts', () => {
    assert.equal(KNOWN_SECONDS, 15_552_000);
    assert.equal(BROWSERS_PER_ACCOUNT, 5);
    assert.equal(ACCOUNTS_PER_BROWSER, 5);
  });

  it('is known until the millisecond before its 180 days are past, and no longer', () => {
    assert.equal(isStillKnown(account, SINCE, at(0)), true);
    assert.equal(isStillKnown(account, SINCE, at(15_552_000_000 - 1)), true);
    assert.equal(isStillKnown(account, SINCE, at(15_552_000_000)), false);
  });

  it('is over with the sessions of the account, unless it signed in since they were ended', () => {
    const ended = (ms: number): Account => ({ ...account, sessionsEndedAt: at(ms) });
    assert.equal(isStillKnown(ended(1), SINCE, at(1000)), false);
    assert.equal(isStillKnown(ended(0), SINCE, at(1000)), true);
    assert.equal(isStillKnown(ended(-1), SINCE, at(1000)), true);
  });

  it('is over after its 180 days, also where it signed in since the sessions were ended', () => {
    assert.equal(isStillKnown({ ...account, sessionsEndedAt: at(-1) }, SINCE, at(15_552_000_000)), false);
  });
});
