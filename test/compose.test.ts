/** The files of Docker Compose: one is production, and the other makes a trial of it by what stands in it alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { checkConfig } from '../src/config/config.ts';
import type { Environment } from '../src/config/environment.ts';
import { projectRoot } from '../src/project-root.ts';
import { secrets } from './support/configuration.ts';

const read = (file: string) => parse(readFileSync(path.join(projectRoot, file), 'utf8'));

describe('docker compose', () => {
  const plain = read('docker-compose.yml');
  const trial = read('docker-compose.trial.yml');

  /** What the service is given: the image is production, and `.env` has the secrets alone. */
  const environmentOf = (...files: readonly { services: { identity: { environment: Environment } } }[]): Environment =>
    Object.assign(
      { ...secrets, NODE_ENV: 'production' },
      ...files.map(({ services }) => services.identity.environment),
    );

  it('is production: with secrets alone it starts nothing, for what a trial may have and for nothing else', () => {
    const { faults } = checkConfig(environmentOf(plain));
    const named = faults.map(({ text }) => text.slice(0, text.indexOf(':')));
    for (const variable of ['ISSUER', 'HOME_URL', 'CLIENTS_FILE', 'MESSAGES_SMS', 'MESSAGES_MAIL'])
      assert.ok(named.includes(variable), variable);
    assert.deepEqual(checkConfig({ ...environmentOf(plain), TRIAL: 'true' }).faults, []);
    assert.ok(!JSON.stringify(plain).includes('TRIAL'));
  });

  it('is a trial with the second file, which adds that it is one and where its messages go, and nothing else', () => {
    assert.deepEqual(trial, {
      services: {
        identity: {
          environment: { TRIAL: 'true', MESSAGES_SPOOL_FOLDER: '/spool' },
          tmpfs: ['/spool:uid=1000,gid=1000,mode=0700'],
        },
      },
    });
    const { faults, doubts } = checkConfig(environmentOf(plain, trial));
    assert.deepEqual(faults, []);
    const permitted = doubts.filter(({ says }) => says.endsWith('(permitted by TRIAL)'));
    assert.ok(permitted.some(({ variable }) => variable === 'MESSAGES_SMS'));
  });
});
