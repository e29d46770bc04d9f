import assert from 'node:assert/strict';
import { createMessageThrottles } from '../../src/app/message-throttles.ts';
import { loadConfig } from '../../src/config/config.ts';
import { complete } from '../support/configuration.ts';

const HOUR = 3600;

describe('how many messages may leave', () => {
  const throttlesOf = (env: Readonly<Record<string, string>>) =>
    createMessageThrottles(loadConfig({}, { ...complete, ...env }));

  it('follows each setting, in its own window', () => {
    const { countries, ...throttles } = throttlesOf({
      MESSAGES_SECONDS_BETWEEN: '61',
      MESSAGES_PER_CONTACT_POINT_PER_HOUR: '4',
      MESSAGES_PER_CONTACT_POINT_PER_DAY: '11',
      MESSAGES_RECOVERY_CODES_PER_HOUR: '101',
      MESSAGES_CHANGE_CODES_PER_HOUR: '102',
      MESSAGES_IDENTIFIERS_PER_HOUR: '103',
      MESSAGES_NOTICES_PER_HOUR: '104',
      MESSAGES_PER_COUNTRY_PER_HOUR: '105',
      MESSAGES_COUNTRIES: 'FR,GP,BE',
    });
    const budget = (limit: number) => ({ name: 'message-budget', limit, windowSeconds: HOUR });
    assert.deepEqual(throttles, {
      contactPoint: [
        { name: 'message-interval', limit: 1, windowSeconds: 61 },
        { name: 'message-hour', limit: 4, windowSeconds: HOUR },
        { name: 'message-day', limit: 11, windowSeconds: 24 * HOUR },
      ],
      paid: [
        { name: 'message-paid-hour', limit: 8, windowSeconds: HOUR },
        { name: 'message-paid-day', limit: 22, windowSeconds: 24 * HOUR },
      ],
      budgets: {
        'recovery-code': budget(101),
        'change-code': budget(102),
        identifier: budget(103),
        notice: budget(104),
      },
    });
    assert.ok(countries);
    assert.deepEqual([...countries.listed].toSorted(), ['BE', 'FR', 'GP']);
    assert.deepEqual(countries.budget, { name: 'message-country', limit: 105, windowSeconds: HOUR });
    for (const [country, withoutBudget] of [
      ['FR', true],
      ['GP', true],
      ['RE', true],
      ['BE', false],
      ['DZ', false],
    ] as const)
      assert.equal(countries.withoutBudget.has(country), withoutBudget, country);
  });

  it('knows no country where none is capped', () => {
    assert.equal(throttlesOf({ MESSAGES_COUNTRY_CAP: 'false' }).countries, false);
    assert.notEqual(throttlesOf({ MESSAGES_COUNTRY_CAP: 'true' }).countries, false);
  });
});
