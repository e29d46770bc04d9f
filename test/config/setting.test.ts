/** The vocabulary of settings: what each kind takes, says it takes, and refuses. */
import assert from 'node:assert/strict';
import {
  address,
  anyOf,
  decimal,
  flag,
  integer,
  isGroup,
  oneOf,
  parsedSecret,
  placeOf,
  secret,
  someOf,
  text,
} from '../../src/setting.ts';

describe('a kind of setting', () => {
  it('text takes any text but an empty one, unless empty is an answer', () => {
    const needed = text('T', 'a', 'm');
    assert.deepEqual(
      [needed.kind, needed.variable, needed.default, needed.meaning, needed.empty],
      ['text', 'T', 'a', 'm', undefined],
    );
    assert.equal(needed.parse(' x '), ' x ');
    assert.equal(needed.parse(7), '7');
    for (const raw of ['', undefined, null]) assert.throws(() => needed.parse(raw), { message: 'must not be empty' });
    for (const empty of ['allowed', 'until chosen'] as const)
      for (const raw of ['', undefined, null]) assert.equal(text('T', '', 'm', { empty }).parse(raw), '');
  });

  it('address takes an http or https address, and nothing empty unless that is an answer', () => {
    const needed = address('A', 'https://a.test', 'm');
    assert.equal(needed.kind, 'address');
    assert.equal(needed.parse('http://a.test'), 'http://a.test');
    for (const raw of ['', 'a.test', 'ftp://a.test', undefined, 7])
      assert.throws(() => needed.parse(raw), { message: 'must be an http or https address' });
    const optional = address('A', '', 'm', { empty: 'allowed' });
    assert.equal(optional.parse(''), '');
    for (const raw of ['a.test', undefined, null])
      assert.throws(() => optional.parse(raw), { message: 'must be an http or https address, or empty' });
    assert.throws(() => needed.parse('https://a@a.test'), { message: 'must name no user and no password' });
    const open = address('A', '', 'm', { credentials: true });
    assert.equal(open.parse('https://a:b@a.test'), 'https://a:b@a.test');
    assert.equal('credentials' in open, false);
    assert.deepEqual([needed.public, address('A', '', 'm', { public: true }).public], [undefined, true]);
  });

  it('flag takes true and false, as words or as themselves', () => {
    const either = flag('F', true, 'm');
    assert.deepEqual([either.kind, either.default], ['`true` or `false`', true]);
    assert.deepEqual(
      [true, 'true', false, 'false'].map((raw) => either.parse(raw)),
      [true, true, false, false],
    );
    for (const raw of ['', 'yes', 'TRUE', '1', 1, 0, undefined])
      assert.throws(() => either.parse(raw), { message: 'must be true or false' });
  });

  it('one of several takes each of them, letter for letter', () => {
    const one = oneOf('O', ['a', 'b', 'c'], 'b', 'm');
    assert.deepEqual([one.kind, one.default], ['`a`, `b` or `c`', 'b']);
    assert.deepEqual(
      ['a', 'b', 'c'].map((raw) => one.parse(raw)),
      ['a', 'b', 'c'],
    );
    for (const raw of ['', 'A', 'a ', 'd', ['a'], undefined])
      assert.throws(() => one.parse(raw), { message: 'must be a, b or c' });
  });

  it('some of several takes any number of them, in a list or between commas', () => {
    const some = someOf('S', ['a', 'b'], 'm');
    assert.deepEqual([some.kind, some.default], ['some of `a` or `b`', []]);
    for (const [raw, read] of [
      ['', []],
      ['a', ['a']],
      [' b , a,', ['b', 'a']],
      [
        ['a', ' b '],
        ['a', 'b'],
      ],
      [[], []],
    ] as const)
      assert.deepEqual(some.parse(raw), read);
    for (const raw of ['c', 'a,c', 'a b', ['a', 'c'], 'A'])
      assert.throws(() => some.parse(raw), { message: 'must be some of a or b' });
  });

  it('number says its bounds in the documentation, where it has some', () => {
    assert.deepEqual(
      [{}, { minimum: 0 }, { maximum: 5 }, { minimum: 2, maximum: 5 }].map((range) => integer('N', 3, 'm', range).kind),
      ['whole number', 'whole number, 0 or more', 'whole number, 1 to 5', 'whole number, 2 to 5'],
    );
    assert.equal(decimal('N', 3, 'm', { minimum: 0 }).kind, 'number, 0 or more');
  });

  it('secret is its text, or what it is parsed to, and has no default', () => {
    assert.equal(secret('S', 'm').parse('x'), 'x');
    assert.deepEqual(parsedSecret('S', 'm', (given) => given.length).parse('xyz'), 3);
    for (const made of [secret('S', 'm'), parsedSecret('S', 'm', () => 1)]) {
      assert.deepEqual([made.is, made.variable, made.meaning, made.whenEmbedded], ['secret', 'S', 'm', undefined]);
      assert.equal('default' in made, false);
    }
  });

  it('stands in a group, which is none itself', () => {
    assert.equal(isGroup({ a: flag('F', true, 'm') }), true);
    for (const leaf of [flag('F', true, 'm'), secret('S', 'm')]) assert.equal(isGroup(leaf), false);
    // A member of this name is no mark of a leaf.
    assert.equal(isGroup({ is: flag('F', true, 'm') }), true);
    assert.equal(placeOf('', 'a'), 'a');
    assert.equal(placeOf('a.b', 'c'), 'a.b.c');
  });
});

describe('several words', () => {
  it('are told as alternatives', () => {
    assert.deepEqual(
      [anyOf([]), anyOf(['a']), anyOf(['a', 'b']), anyOf(['a', 'b', 'c'])],
      ['', 'a', 'a or b', 'a, b or c'],
    );
  });
});
