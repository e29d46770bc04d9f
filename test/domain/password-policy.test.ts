import assert from 'node:assert/strict';
import { createCommonWords } from '../../src/adapters/common-words.ts';
import {
  isCommonPassword,
  normalizePassword,
  type PasswordPolicy,
  type PersonalWords,
  passwordBits,
  passwordFaults,
  type WaysOut,
  waysOutOfWeakness,
} from '../../src/domain/password-policy.ts';
import { readVectors } from './vectors.ts';

type Alphabet = 'digits' | 'lower' | 'upper' | 'other';

interface Vectors {
  alphabets: Record<Alphabet, string>;
  strength: { uses: Alphabet[]; passesFrom: number }[];
  weak: { password: string; ways: WaysOut }[];
  common: string[];
  local: string[];
  leet: Record<string, string>;
  cores: { password: string; word: string; what: string }[];
  personal: PersonalWords & Record<'refused' | 'accepted', { password: string; what: string }[]>;
  accepted: string[];
}

const policy: PasswordPolicy = { minimumLength: 8, maximumLength: 24, minimumBits: 50 };
const nobody: PersonalWords = { identifiers: [], names: [] };
const vectors = readVectors<Vectors>('password-vectors.yaml');

/** Characters of each alphabet in turn, so that all are used. */
function passwordOf(uses: readonly Alphabet[], length: number): string {
  const characters = Array.from({ length }, (_, index) => {
    const alphabet = vectors.alphabets[uses[index % uses.length]!];
    return alphabet[Math.floor(index / uses.length) % alphabet.length];
  });
  return characters.join('');
}

describe('the password policy', () => {
  let isCommonWord: (word: string) => boolean;
  before(async () => {
    isCommonWord = await createCommonWords().load();
  });

  const codes = (password: string, personal = nobody, rules = policy) =>
    passwordFaults(password, rules, personal, isCommonWord).map((fault) => fault.code);

  for (const { uses, passesFrom } of vectors.strength)
    it(`finds ${uses.join(', ')} strong enough from ${passesFrom} characters on`, () => {
      assert.ok(passwordBits(passwordOf(uses, passesFrom)) >= policy.minimumBits);
      assert.ok(passwordBits(passwordOf(uses, passesFrom - 1)) < policy.minimumBits);
      assert.ok(!codes(passwordOf(uses, passesFrom)).includes('password_too_weak'));
      assert.ok(codes(passwordOf(uses, passesFrom - 1)).includes('password_too_weak'));
    });

  it('has a vector for each of the fifteen mixtures of alphabets', () => {
    assert.equal(new Set(vectors.strength.map(({ uses }) => uses.join())).size, 15);
  });

  for (const { password, ways } of vectors.weak)
    it(`says of ${password} that ${JSON.stringify(ways)} would do, and no fewer`, () => {
      const fault = passwordFaults(password, policy, nobody, isCommonWord).find(
        ({ code }) => code === 'password_too_weak',
      );
      assert.deepEqual(fault?.values, ways);
      for (const [what, count] of Object.entries(ways)) {
        const own = [...password].at(-1) ?? '';
        const add = what === 'characters' ? own : vectors.alphabets[what as Alphabet].charAt(0);
        assert.ok(passwordBits(password + add.repeat(count)) >= policy.minimumBits, what);
        if (count > 1) assert.ok(passwordBits(password + add.repeat(count - 1)) < policy.minimumBits, what);
      }
    });

  it('takes exactly as many bits as are asked for', () => {
    const exact = { ...policy, minimumBits: passwordBits('wkxjvqwkxjv') };
    assert.deepEqual(codes('wkxjvqwkxjv', nobody, exact), []);
    assert.deepEqual(codes('wkxjvqwkxj', nobody, exact), ['password_too_weak']);
  });

  it('says of nothing at all how much of each alphabet would do', () => {
    assert.deepEqual(waysOutOfWeakness('', policy), { upper: 11, lower: 11, digits: 16, other: 10 });
  });

  it('names no way out that is longer than a password may be', () => {
    const strict = { minimumBits: 120, maximumLength: 24 };
    assert.deepEqual(waysOutOfWeakness('271828182845904523', strict), { lower: 6, upper: 6, other: 4 });
    assert.deepEqual(waysOutOfWeakness('2'.repeat(22), { ...strict, minimumBits: 125 }), { other: 1 });
    assert.deepEqual(waysOutOfWeakness('2'.repeat(24), strict), {});
  });

  it('counts 8 to 24 characters, and says which bound was crossed', () => {
    const ofLength = (length: number) =>
      passwordFaults(passwordOf(['digits', 'lower', 'upper', 'other'], length), policy, nobody, () => false);
    assert.deepEqual(ofLength(8), []);
    assert.deepEqual(ofLength(24), []);
    assert.deepEqual(ofLength(7).at(0), { field: 'password', code: 'password_too_short', values: { minimum: 8 } });
    assert.deepEqual(ofLength(25), [{ field: 'password', code: 'password_too_long', values: { maximum: 24 } }]);
  });

  it('counts code points: a character outside the basic plane is one', () => {
    assert.deepEqual(codes('🦊🐢🦉🐌🦔🐝🦋🐙🦑🐞'), []);
    assert.deepEqual(codes('🦊🐢🦉🐌🦔'), ['password_too_short', 'password_too_weak']);
    assert.deepEqual(codes('🦊'.repeat(25)), ['password_too_long']);
  });

  it('counts after NFC: a letter and its combining accent are one character, however they were typed', () => {
    const decomposed = 'e\u0301E\u0301#4'.repeat(6);
    assert.equal([...decomposed].length, 36);
    assert.equal([...normalizePassword(decomposed)].length, 24);
    assert.deepEqual(codes(decomposed), codes('éÉ#4'.repeat(6)));
    assert.deepEqual(codes(decomposed), []);
    assert.equal(normalizePassword('e\u0301'), normalizePassword('\u00e9'));
  });

  it('takes accented letters for letters', () => {
    assert.equal(passwordBits('éàùéàùéàùéà'), 11 * Math.log2(26));
    assert.equal(passwordBits('ÉÀÙÉÀÙÉÀÙÉÀ'), 11 * Math.log2(26));
  });

  it('measures an empty password as 0 bits', () => {
    assert.equal(passwordBits(''), 0);
    assert.deepEqual(codes(''), ['password_too_short', 'password_too_weak']);
  });

  for (const password of vectors.common)
    it(`refuses ${password} as common`, () => {
      assert.ok(codes(password).includes('password_common'));
    });

  it('refuses every word of this portal, whatever the dictionaries hold', () => {
    for (const word of vectors.local)
      assert.equal(
        isCommonPassword(word, () => false),
        true,
        word,
      );
    assert.equal(
      isCommonPassword('ardoise', () => false),
      false,
    );
  });

  for (const { password, word, what } of vectors.cores)
    it(`finds ${word} in ${password}, read ${what}`, () => {
      assert.equal(
        isCommonPassword(password, (read) => read === word),
        true,
      );
    });

  for (const [sign, letter] of Object.entries(vectors.leet))
    it(`reads ${sign} as ${letter}`, () => {
      const found = (word: string) => isCommonPassword(`xx${sign}xx`, (read) => read === word);
      assert.equal(found(`xx${letter}xx`), true);
      assert.equal(found('xxzxx'), false);
    });

  it('looks for no word of fewer than three letters', () => {
    assert.equal(
      isCommonPassword('12ab34', (word) => word === 'ab'),
      false,
    );
    assert.equal(
      isCommonPassword('12abc34', (word) => word === 'abc'),
      true,
    );
  });

  for (const { password, what } of vectors.personal.refused)
    it(`refuses a password that contains ${what}`, () => {
      assert.deepEqual(codes(password, vectors.personal), ['password_personal']);
      assert.deepEqual(codes(password), [], 'it would do for anybody else');
    });

  for (const { password, what } of vectors.personal.accepted)
    it(`accepts a password that contains ${what}`, () => {
      assert.deepEqual(codes(password, vectors.personal), []);
    });

  for (const password of vectors.accepted)
    it(`accepts ${password}`, () => {
      assert.deepEqual(codes(password), []);
    });

  it('lists every rule that is not met, at once', () => {
    const personal = { identifiers: [], names: ['PARIS'] };
    assert.deepEqual(codes('paris', personal), [
      'password_too_short',
      'password_too_weak',
      'password_common',
      'password_personal',
    ]);
    assert.deepEqual(codes('paris'.repeat(5), personal), ['password_too_long', 'password_personal']);
  });

  it('follows the bounds that the operator sets', () => {
    const nist = { minimumLength: 15, maximumLength: 64, minimumBits: 0 };
    assert.deepEqual(codes(passwordOf(['lower', 'digits'], 64), nobody, nist), []);
    assert.deepEqual(codes(passwordOf(['lower', 'digits'], 14), nobody, nist), ['password_too_short']);
  });

  it('names the field that it was asked about', () => {
    const [fault] = passwordFaults('', policy, nobody, isCommonWord, 'newPassword');
    assert.equal(fault?.field, 'newPassword');
  });
});
