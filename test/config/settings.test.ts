/** Bounds and defaults of the settings that are numbers, and which settings are secrets: settings.yaml holds them by hand. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { listSettings } from '../../src/config/list-settings.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import { settings } from '../../src/config/settings.ts';
import type { Setting } from '../../src/setting.ts';
import { complete, faultsOf, production } from '../support/configuration.ts';

interface Held {
  readonly numbers: readonly { variable: string; place: string; default: number; from: number; to: number }[];
  readonly secrets: readonly string[];
  readonly public: readonly string[];
}

const held = parse(readFileSync(path.join(import.meta.dirname, 'settings.yaml'), 'utf8')) as Held;
const settingsOnly = listSettings().flatMap(({ definition }) => (definition.is === 'setting' ? [definition] : []));
const settingOf = (variable: string): Setting<unknown> =>
  settingsOnly.find((setting) => setting.variable === variable) ?? assert.fail(`there is no setting ${variable}`);

describe('a setting that is a number', () => {
  it('is one of those whose bounds are held', () => {
    assert.deepEqual(
      settingsOnly.filter((setting) => typeof setting.default === 'number').map(({ variable }) => variable),
      held.numbers.map(({ variable }) => variable),
    );
  });

  for (const { variable, from, to, default: byDefault } of held.numbers)
    it(`${variable} is ${byDefault} by default, and from ${from} to ${to}`, () => {
      const setting = settingOf(variable);
      assert.equal(setting.default, byDefault);
      assert.equal(setting.parse(String(from)), from);
      assert.equal(setting.parse(String(to)), to);
      assert.equal(setting.parse(byDefault), byDefault);
      for (const beyond of [from - 1, to + 1])
        assert.throws(() => setting.parse(String(beyond)), /must be/, `${beyond}`);
    });

  it('is read into its place by its own variable', () => {
    const env = Object.fromEntries(held.numbers.map(({ variable, from }, at) => [variable, String(from + at)]));
    const faults: string[] = [];
    const values = readSettings(settings, {
      env: { ...complete, ...env, REFRESH_REUSE_GRACE_SECONDS: '7', DRAIN_SECONDS: '8' },
      file: undefined,
      production: false,
      embedded: false,
      faults,
    });
    assert.deepEqual(faults, []);
    for (const [at, { variable, place, from }] of held.numbers.entries()) {
      const expected = { REFRESH_REUSE_GRACE_SECONDS: 7, DRAIN_SECONDS: 8 }[variable] ?? from + at;
      assert.equal(valueAt(values, place), expected, place);
    }
  });

  it('is written in digits: no sign, no exponent, no space, no fraction where it is whole', () => {
    const whole = settingOf('CODE_TRIES');
    for (const text of [
      '',
      ' ',
      '+5',
      '-5',
      '5.0',
      '5e1',
      '0x5',
      ' 5',
      '5 ',
      '5,0',
      'x5',
      '5x',
      null,
      undefined,
      [5, 6],
    ])
      assert.throws(() => whole.parse(text), /must be a whole number/, String(text));
    assert.equal(whole.parse('005'), 5);
    const bits = settingOf('PASSWORD_MINIMUM_BITS');
    assert.equal(bits.parse('49.25'), 49.25);
    for (const text of ['', '.5', '5.', '-5', '5.x', 'x5.5', '5.5.5', '5e1'])
      assert.throws(() => bits.parse(text), /must be a number/, text);
  });
});

describe('a secret', () => {
  it('is each of those that are held, and no other; none is a setting', () => {
    const secrets = listSettings().flatMap(({ definition }) =>
      definition.is === 'secret' ? [definition.variable] : [],
    );
    assert.deepEqual(secrets.toSorted(), held.secrets);
  });
});

describe('a public address', () => {
  for (const variable of held.public)
    it(`${variable} is https in production`, () => {
      const faults = (address: string) =>
        faultsOf({ ...production, [variable]: address }).filter((fault) => fault.includes(`(${variable})`));
      assert.deepEqual(faults('https://somewhere.test'), []);
      assert.equal(faults('http://somewhere.test').length, 1);
      assert.match(faults('http://somewhere.test')[0] ?? '', /must be https in production$/);
    });

  it('is each of those that are held', () => {
    assert.deepEqual(
      settingsOnly.filter((setting) => setting.public).map(({ variable }) => variable),
      held.public,
    );
  });
});

function valueAt(values: object, place: string): unknown {
  return place.split('.').reduce<unknown>((part, name) => new Map(Object.entries(part ?? {})).get(name), values);
}
