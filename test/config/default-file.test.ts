import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { defaultYaml } from '../../scripts/default-yaml.ts';
import { listSettings } from '../../src/config/list-settings.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import { settings } from '../../src/config/settings.ts';
import { projectRoot } from '../../src/project-root.ts';
import { complete } from '../support/configuration.ts';

describe('config/default.yaml', () => {
  const read = (file: unknown) => {
    const faults: string[] = [];
    const values = readSettings(settings, { env: complete, file, production: false, embedded: false, faults });
    return { values, faults };
  };

  it('says what the definitions say, and no secret', () => {
    const committed = readFileSync(path.join(projectRoot, 'config/default.yaml'), 'utf8');
    assert.equal(committed, defaultYaml());
    const { values, faults } = read(parse(committed));
    assert.deepEqual(faults, []);
    const plain = (part: unknown) => JSON.stringify(part);
    assert.equal(plain(values), plain(read({}).values));
    for (const { definition } of listSettings())
      assert.equal(committed.includes(`${definition.variable}:`), definition.is !== 'secret', definition.variable);
  });

  it('is what a value comes from when the environment is silent', () => {
    const { values, faults } = read({ listen: { port: 3456 }, messages: { kannel: { url: 'http://kannel.test' } } });
    assert.deepEqual(faults, []);
    assert.equal(values.listen.port, 3456);
    assert.equal(values.listen.host, '0.0.0.0');
    assert.equal(values.messages.kannel.url, 'http://kannel.test');
  });

  it('may hold no name that nobody reads, no secret, and nothing in the place of a group', () => {
    const file = {
      messages: { kannelUrl: 'http://kannel.test' },
      databaseUrl: 'postgres://',
      listen: 3000,
      help: null,
    };
    assert.deepEqual(read(file).faults, [
      'DATABASE_URL: a secret never stands in config/default.yaml',
      'help: unknown in config/default.yaml',
      'listen: must hold settings by their names',
      'messages.kannelUrl: unknown in config/default.yaml',
    ]);
  });

  it('may hold no name that every object has', () => {
    const file = parse('constructor: 1\ntoString: {}\nlisten: { hasOwnProperty: 1, __proto__: 2 }');
    assert.deepEqual(read(file).faults, [
      'constructor: unknown in config/default.yaml',
      'toString: unknown in config/default.yaml',
      'listen.hasOwnProperty: unknown in config/default.yaml',
      'listen.__proto__: unknown in config/default.yaml',
    ]);
  });

  it('names a key that looks like none by where it stands', () => {
    assert.deepEqual(read(parse('listen: { S3cr3tV@l }\npasswords S3cr3t: 1')).faults, [
      'config/default.yaml, key number 2: unknown in config/default.yaml',
      'listen, key number 1: unknown in config/default.yaml',
    ]);
  });

  it('may hold anything in the place of a choice or a range without more than a fault', () => {
    const odd = { toString: 1 };
    assert.deepEqual(read({ messages: { sms: odd }, proxies: { trusted: [odd] } }).faults, [
      'proxies.trusted (TRUSTED_PROXIES): number 1 is not a range like 10.0.0.0/8 or 2001:db8::/32',
      'messages.sms (MESSAGES_SMS): must be spool, kannel or ovhcloud',
    ]);
  });

  it('gives each variable one meaning', () => {
    const variables = listSettings().map(({ definition }) => definition.variable);
    assert.deepEqual(
      variables.filter((variable, at) => variables.indexOf(variable) !== at),
      [],
    );
  });
});
