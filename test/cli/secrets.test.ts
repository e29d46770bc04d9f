import assert from 'node:assert/strict';
import { parseEnv } from 'node:util';
import { runCli } from '../support/cli.ts';
import { complete, faultsOf, stores } from '../support/configuration.ts';

describe('mon-compte-identity secrets', () => {
  it('prints every secret that can be generated, as lines that a shell and compose read alike', async () => {
    const { code, stdout, stderr } = await runCli(['secrets']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const line of stdout.trimEnd().split('\n')) assert.match(line, /^[A-Z_]+='[^']+'$/);
    const { POSTGRES_PASSWORD, ...secrets } = parseEnv(stdout);
    assert.match(POSTGRES_PASSWORD ?? '', /^[\da-f]{48}$/);
    assert.deepEqual(Object.keys({ ...secrets, ...stores }).sort(), Object.keys(complete).sort());
    assert.deepEqual(faultsOf({ ...secrets, ...stores }), []);
  });

  it('prints others the next time', async () => {
    const [one, other] = await Promise.all([runCli(['secrets']), runCli(['secrets'])]);
    const [first, second] = [parseEnv(one.stdout), parseEnv(other.stdout)];
    for (const [name, value] of Object.entries(first)) assert.notEqual(value, second[name], name);
  });
});
