import assert from 'node:assert/strict';
import type { AccountProfile } from '../../src/domain/account.ts';
import { checkNewPassword, faultsOfNewPassword, rulesOf } from '../../src/stories/kit/new-password.ts';
import { recoveryThrottle } from '../../src/stories/kit/recovery-throttle.ts';
import { identity } from '../support/people.ts';
import { createMemoryPorts } from './support/memory-ports.ts';
import { refusalOf } from './support/refusals.ts';
import { openStories } from './support/stories.ts';
import { NEW_PASSWORD } from './support/walks.ts';

const ports = createMemoryPorts();
const { passwords: rules } = openStories().config;
const account: AccountProfile = {
  accountId: 'a',
  state: 'active',
  identityVerified: true,
  locale: 'fr',
  civilIdentity: identity,
  identifiers: [
    { type: 'nir', value: '2550814168025' },
    { type: 'provisional', value: 'P40718352' },
  ],
};

describe('a new password', () => {
  const check = (password: string, confirmation = password, of = account) =>
    checkNewPassword(ports, rules, of, { password, confirmation });
  const faults = async (typed: { readonly password?: string; readonly confirmation?: string }) =>
    (await faultsOfNewPassword(ports, rules, account, typed)).map(({ field, code }) => `${field}: ${code}`);

  it('is taken as it is normalised, whichever way its letters were composed, confirmed in either', async () => {
    assert.equal(await check(NEW_PASSWORD.normalize('NFD')), NEW_PASSWORD.normalize('NFC'));
    assert.equal(await check(NEW_PASSWORD.normalize('NFC'), NEW_PASSWORD.normalize('NFD')), NEW_PASSWORD);
  });

  it('that is confirmed otherwise is refused, and told with every other rule', async () => {
    assert.deepEqual((await refusalOf(check(NEW_PASSWORD, `${NEW_PASSWORD}x`))).fields, [
      'confirmation: confirmation_differs',
    ]);
    assert.deepEqual((await refusalOf(check(NEW_PASSWORD, NEW_PASSWORD.toLowerCase()))).fields.length, 1);
    const both = await refusalOf(check('montagne', 'autre'));
    assert.equal(both.code, 'validation_failed');
    assert.ok(
      both.fields.includes('password: password_common') && both.fields.includes('confirmation: confirmation_differs'),
    );
  });

  it('has no fault while it is not typed, nor one of a confirmation that is not', async () => {
    assert.deepEqual(await faults({}), []);
    assert.deepEqual(await faults({ confirmation: 'a' }), []);
    assert.deepEqual(await faults({ password: NEW_PASSWORD }), []);
    assert.deepEqual(await faults({ password: NEW_PASSWORD, confirmation: '' }), [
      'confirmation: confirmation_differs',
    ]);
  });

  for (const [what, password] of [
    ['an identifier of its owner', 'P40718352-Aa'],
    ['another identifier of theirs', '2550814168025-Aa'],
    ['their birth name', `${identity.birthName}-Aa7`],
    ['their given names', `${identity.givenNames}-Aa7`],
    ['their birth date', `Aa-${identity.birthDate.split('-').reverse().join('')}`],
  ] as const)
    it(`does not hold ${what}; without a record of it the same one passes that rule`, async () => {
      const personal = 'password: password_personal';
      assert.ok((await faults({ password })).includes(personal), password);
      const nobody = { ...account, identifiers: [], civilIdentity: undefined };
      const others = await faultsOfNewPassword(ports, rules, nobody, { password });
      assert.ok(!others.some(({ code }) => code === 'password_personal'));
    });

  it('has rules that a person is told: three, and no more', () => {
    const { minimumLength, maximumLength, minimumBits } = rules;
    assert.deepEqual(rulesOf(rules), { minimumLength, maximumLength, minimumBits });
  });
});

describe('the limit of recoveries', () => {
  it('is by the hour, under one name for both', () => {
    assert.deepEqual(recoveryThrottle({ recoveryPerHour: 7 }), { name: 'recovery', limit: 7, windowSeconds: 3600 });
  });
});
