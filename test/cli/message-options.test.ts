/** What the options that choose messages take. */
import assert from 'node:assert/strict';
import { InvalidArgumentError } from 'commander';
import { kindOption, sinceOption } from '../../src/cli/message-options.ts';
import { stopDate } from '../support/clock.ts';

const NOW = Date.parse('2026-03-29T12:00:00Z');
const parse = (text: string): unknown => sinceOption().parseArg?.(text, undefined);

describe('the time of --since', () => {
  before(() => stopDate(NOW));
  after(() => stopDate(undefined));

  for (const [text, secondsAgo] of [
    ['0m', 0],
    ['1m', 60],
    ['30m', 1800],
    ['2h', 7200],
    ['1d', 86_400],
    ['999999m', 59_999_940],
  ] as const)
    it(`is ${secondsAgo} s ago for ${text}`, () => {
      assert.deepEqual(parse(text), new Date(NOW - secondsAgo * 1000));
    });

  it('is a time of ISO 8601 as it stands', () => {
    for (const text of ['2026-03-01', '2026-03-01T08:00Z', '2026-03-01T08:00:00+01:00'])
      assert.deepEqual(parse(text), new Date(text));
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      '30',
      'm',
      '30s',
      '30 m',
      '1.5h',
      '1234567m',
      'yesterday',
      '1 March 2026',
      '2026-13-01',
      '26-03-01',
    ])
      assert.throws(() => parse(text), InvalidArgumentError, text);
  });
});

describe('the kind of --kind', () => {
  it('is one of the two channels', () => assert.deepEqual(kindOption().argChoices, ['sms', 'mail']));
});
