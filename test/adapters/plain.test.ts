/** The smallest adapters: countries of numbers, common words, randomness, the Node that runs us, files of operators. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCommonWords } from '../../src/adapters/common-words.ts';
import { createPhoneNumbers, isCountry } from '../../src/adapters/phone-numbers.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { findNodeFault } from '../../src/node-version.ts';
import { readTextFile, readYamlFile } from '../../src/operator-file.ts';

describe('the country of a telephone number', () => {
  it('is that of its prefix, French overseas included, and none of what is no number', () => {
    const { countryOf } = createPhoneNumbers();
    for (const [number, country] of [
      ['+33612345678', 'FR'],
      ['+262692123456', 'RE'],
      ['+590690123456', 'GP'],
      ['+32470123456', 'BE'],
      ['0612345678', undefined],
      ['a@example.test', undefined],
      ['', undefined],
    ] as const)
      assert.equal(countryOf(number), country, number);
  });

  it('is found where several share a prefix and the number alone tells no one of them', () => {
    assert.notEqual(createPhoneNumbers().countryOf('+15005550006'), undefined);
  });

  it('is known by its two letters', () => {
    for (const code of ['FR', 'RE', 'NC', 'BE']) assert.equal(isCountry(code), true, code);
    for (const code of ['TF', 'fr', 'FRA', 'XX', '', '33']) assert.equal(isCountry(code), false, code);
  });
});

describe('the common words', () => {
  it('are read once, hold passwords and French words without accents, and none under three letters', async () => {
    const words = createCommonWords();
    assert.equal(words.load(), words.load());
    const isCommon = await words.load();
    for (const word of ['password', 'motdepasse', 'elephant']) assert.equal(isCommon(word), true, word);
    for (const word of ['éléphant', 'Password', 'ab', 'le', '', 'zqxwvkj']) assert.equal(isCommon(word), false, word);
  });
});

describe('the machine', () => {
  it('tells the time of now', () => {
    const before = Date.now();
    const now = systemClock.now().getTime();
    assert.ok(now >= before && now <= Date.now());
  });

  it('draws tokens of 32 bytes, ids, and digits of which each can be each', () => {
    const tokens = Array.from({ length: 100 }, () => systemRandom.token());
    for (const token of tokens) assert.match(token, /^[\w-]{43}$/);
    assert.equal(new Set(tokens).size, 100);
    assert.match(systemRandom.uuid(), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    const drawn = Array.from({ length: 300 }, () => systemRandom.digits(8));
    for (const digits of drawn) assert.match(digits, /^\d{8}$/);
    for (let place = 0; place < 8; place++) assert.equal(new Set(drawn.map((digits) => digits[place])).size, 10);
    assert.equal(systemRandom.digits(0), '');
  });

  it('runs on Node 22.18 or newer, and says so of an older one', () => {
    for (const version of ['22.18.0', '22.19.1', '23.0.0', '24.1.0', '100.0.0'])
      assert.equal(findNodeFault(version), undefined, version);
    for (const version of ['22.17.9', '21.99.0', '20.0.0', '4.2.1', '', 'x'])
      assert.match(
        findNodeFault(version) ?? '',
        new RegExp(`^The service needs Node 22\\.18 or newer, and this is Node ${version}: install`),
      );
  });
});

describe('a file of an operator', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-operator-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const written = (content: string) => {
    const file = path.join(folder, 'file.yaml');
    writeFileSync(file, content);
    return file;
  };

  it('is read, or is said not to be there or not to be readable', () => {
    assert.deepEqual(readTextFile(written(' é\n')), { content: ' é\n' });
    assert.deepEqual(readTextFile(path.join(folder, 'nowhere')), { fault: 'there is no such file' });
    assert.deepEqual(readTextFile(folder), { fault: 'this is no readable file' });
  });

  it('of YAML is what it holds, or is said to be wrong at a place, and none of it quoted', () => {
    assert.deepEqual(readYamlFile(written('a: [1, x]')), { content: { a: [1, 'x'] } });
    assert.deepEqual(readYamlFile(written('')), { content: null });
    assert.deepEqual(readYamlFile(written('a: 1\nb: [s3cret')), { fault: 'is not YAML at line 2, column 11' });
    assert.deepEqual(readYamlFile(written('a: 1\n---\nb: 2\n')), { fault: 'is not YAML at line 2, column 1' });
    assert.deepEqual(readYamlFile(written('a: *s3cret')), {
      fault: 'is YAML whose anchors and references do not hold together',
    });
    assert.deepEqual(readYamlFile(folder), { fault: 'this is no readable file' });
  });
});
