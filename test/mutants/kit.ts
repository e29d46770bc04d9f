import type { WrongVersion } from './wrong-version.ts';

const STORIES = 'src/app/create-stories.ts';
const LIMITS = 'src/app/message-throttles.ts';
const REFUSALS = 'src/stories/kit/guarded-kind.ts';
const FAILURES = ['test/stories/sign-in-failures.test.ts'];
const MESSAGES = ['test/stories/messages.test.ts'];
const EVENTS = ['test/stories/audit-events.test.ts'];

export const kit: readonly WrongVersion[] = [
  {
    file: STORIES,
    from: 'firstLockAtFailure: throttles.lockFromFailure',
    to: 'firstLockAtFailure: 99',
    says: 'Failures lock nothing.',
    tests: FAILURES,
  },
  {
    file: STORIES,
    from: 'maximumLockSeconds: throttles.lockMaximumSeconds',
    to: 'maximumLockSeconds: throttles.lockForgetSeconds',
    says: 'A lock grows past the longest that the settings allow.',
    tests: [...FAILURES, ...EVENTS],
  },
  {
    file: STORIES,
    from: 'attemptsPerDay: throttles.lockAttemptsPerDay',
    to: 'attemptsPerDay: 99_999',
    says: 'Whoever solves captchas guesses without end.',
    tests: FAILURES,
  },
  {
    file: LIMITS,
    from: 'const HOUR = 3600;',
    to: 'const HOUR = 60;',
    says: 'The limits of messages by the hour are counted by the minute.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'const PAID = 2;',
    to: 'const PAID = 200;',
    says: 'A number that fails for ever is paid for without end.',
    tests: ['test/stories/undelivered.test.ts', ...MESSAGES],
  },
  {
    file: LIMITS,
    from: 'limit: 1, windowSeconds: secondsBetween',
    to: 'limit: 2, windowSeconds: secondsBetween',
    says: 'Two messages leave to one contact point within the wait that people are told.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'limit: perContactPointPerDay, windowSeconds: 24 * HOUR',
    to: 'limit: perContactPointPerDay, windowSeconds: HOUR',
    says: 'The limit of a day is counted by the hour.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'limit: perContactPointPerDay * PAID, windowSeconds: 24 * HOUR',
    to: 'limit: perContactPointPerDay * PAID, windowSeconds: HOUR',
    says: 'What is paid for in a day is counted by the hour.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'budget(perHour.recoveryCode)',
    to: 'budget(perHour.recoveryCode * 1000)',
    says: 'The budget of codes bounds nothing.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'notice: budget(perHour.notice)',
    to: 'notice: budget(0)',
    says: 'No notice ever leaves.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'countries: countries.capped && {',
    to: 'countries: !countries.capped && {',
    says: 'SMS leave for every country of the world.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'listed: new Set(countries.listed)',
    to: "listed: new Set([...countries.listed, 'BE'])",
    says: 'SMS leave for a country that is not listed.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'withoutBudget: new Set<string>(FRANCE)',
    to: 'withoutBudget: new Set<string>()',
    says: 'France has the budget of a foreign country.',
    tests: MESSAGES,
  },
  {
    file: LIMITS,
    from: 'limit: countries.perHour, windowSeconds: HOUR',
    to: 'limit: 9999, windowSeconds: HOUR',
    says: 'A country that is listed has no budget.',
    tests: MESSAGES,
  },
  {
    file: REFUSALS,
    from: "sign_in_failed: 'The identifier and the password are not those of an account.'",
    to: 'sign_in_failed: null',
    says: 'A failed sign-in leaves no audit event.',
    tests: EVENTS,
  },
  {
    file: REFUSALS,
    from: "code_wrong: 'The verification code is not the one that was sent, if one was.'",
    to: 'code_wrong: null',
    says: 'A wrong code leaves no audit event.',
    tests: EVENTS,
  },
  {
    file: REFUSALS,
    from: "too_many_requests: 'A limit by client address, or of a browser that the account knows, was reached.'",
    to: 'too_many_requests: null',
    says: 'A limit that is reached leaves no audit event.',
    tests: EVENTS,
  },
  {
    file: REFUSALS,
    from: 'validation_failed: null',
    to: "validation_failed: ''",
    says: 'Each form that was filled in badly fills the audit log.',
    tests: ['test/stories/guard.test.ts'],
  },
  {
    file: REFUSALS,
    from: 'code_asked_too_early: null',
    to: "code_asked_too_early: ''",
    says: 'Whoever is in a hurry fills the audit log.',
    tests: EVENTS,
  },
  {
    file: 'src/stories/kit/guard.ts',
    from: 'const counted = isCompared ? [...new Set([shown, compared])] : [shown];',
    to: 'const counted = [...new Set([shown, compared])];',
    says: 'A hasher that is busy lifts the lock of an account.',
    tests: ['test/stories/guard.test.ts'],
  },
  {
    file: 'src/stories/kit/client-address-throttle.ts',
    from: 'policy.limit * factor * network.factor',
    to: 'policy.limit * (network.factor === 1 ? factor : 1) * network.factor',
    says: 'The networks of a shared address are counted as those of one subscriber.',
    tests: ['test/stories/client-address-throttle.test.ts'],
  },
  {
    file: 'src/stories/kit/new-password.ts',
    from: 'identifiers: account.identifiers.map(',
    to: 'identifiers: account.identifiers.slice(0, 1).map(',
    says: 'The second identifier of a person is a password of theirs.',
    tests: ['test/stories/new-password.test.ts'],
  },
];
