import assert from 'node:assert/strict';
import {
  digitsOfCode,
  nextCodeAt,
  PASSWORD_RECOVERY,
  readVerificationCode,
  WRONG_CODES_SECONDS,
} from '../../src/domain/verification-code.ts';

const NOW = 1_790_000_000_000;
const waits = { secondsBetween: 60, perHour: 3 };

describe('a verification code', () => {
  it('has 6 digits, and 9 once more wrong ones were typed than the limit', () => {
    assert.deepEqual(
      [0, 10, 11].map((wrongCodes) => digitsOfCode(wrongCodes, 10)),
      [6, 6, 9],
    );
  });

  it('that was wrong is remembered for a day', () => {
    assert.equal(WRONG_CODES_SECONDS, 86_400);
  });

  it('of the recovery has a purpose of that name', () => {
    assert.equal(PASSWORD_RECOVERY, 'password-recovery');
  });

  it('may be asked for at once, by whom has asked for none', () => {
    assert.equal(nextCodeAt([], waits), 0);
  });

  it('may be asked for again a minute after the last, while fewer than three were asked for', () => {
    assert.equal(nextCodeAt([NOW], waits), NOW + 60_000);
    assert.equal(nextCodeAt([NOW - 5000, NOW], waits), NOW + 60_000);
  });

  it('may be asked for again an hour after the last but two, once three were asked for', () => {
    assert.equal(nextCodeAt([NOW, NOW + 60_000, NOW + 120_000], waits), NOW + 3_600_000);
    assert.equal(nextCodeAt([NOW - 60_000, NOW, NOW + 60_000, NOW + 120_000], waits), NOW + 3_600_000);
  });

  it('waits for its minute too, where the hour of the last but two is past', () => {
    assert.equal(nextCodeAt([NOW - 3_600_000, NOW - 60_000, NOW], waits), NOW + 60_000);
  });

  const typed: readonly (readonly [typed: string, reads: string | undefined, what: string])[] = [
    ['123456', '123456', '6 digits'],
    ['123456789', '123456789', '9 digits'],
    ['012345', '012345', 'a zero first'],
    ['123 456', '123456', 'a space'],
    [' 12\u00a034\u202f56\t', '123456', 'other spaces, and at the ends'],
    ['12345', undefined, '5 digits'],
    ['1234567890', undefined, '10 digits'],
    ['', undefined, 'nothing'],
    ['12345a', undefined, 'a letter at the end'],
    ['a123456', undefined, 'a letter before 6 digits'],
    ['123456a', undefined, 'a letter after 6 digits'],
    ['-123456', undefined, 'a sign'],
    ['１２３４５６', undefined, 'full-width digits'],
  ];
  for (const [text, reads, what] of typed)
    it(`${reads ? 'is read' : 'is not read'} from ${what}`, () => {
      assert.equal(readVerificationCode(text), reads);
    });
});
