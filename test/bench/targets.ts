/** What the load goes to: the bare provider and the service, each in its own process, each with what it needs. */
import { createArgon2 } from '../../src/adapters/argon2.ts';
import { createAccounts } from '../../src/adapters/postgres/accounts.ts';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { createVault } from '../../src/adapters/vault.ts';
import { loadConfig } from '../../src/config/config.ts';
import { generateSecrets } from '../../src/embedded/generate-secrets.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import type { PasswordHasher } from '../../src/ports/passwords.ts';
import { identity, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty } from '../support/relying-party.ts';
import { startChild } from './child.ts';
import type { Target } from './load.ts';
import type { Stores } from './stores.ts';

const REDIRECT_URI = 'http://localhost:4000/callback';

const secrets = generateSecrets();

export async function startBare(): Promise<Target> {
  const issuer = await freeIssuer();
  const { COOKIE_KEYS: COOKIE_KEY = '', SIGNING_KEYS = '' } = secrets;
  const [CLIENT_ID, CLIENT_SECRET] = ['bench', secrets.CLIENT_MON_COMPTE_SECRET ?? ''];
  const env = { ISSUER: issuer, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, COOKIE_KEY, SIGNING_KEYS };
  const child = await startChild('bare-child.ts', env, `${issuer}/.well-known/openid-configuration`);
  const party = await createRelyingParty(issuer, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI);
  return { child, party, scope: 'openid', formPath: '', nextForm: () => ({}) };
}

/** @param env overrides of the service's environment. */
export async function startService(
  stores: Stores,
  accounts: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Target> {
  const issuer = await freeIssuer();
  const { hostname, port } = new URL(issuer);
  const environment = {
    ...secrets,
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    HOST: hostname,
    PORT: port,
    ISSUER: issuer,
    // Each visitor has a client address of its own, in the header of a trusted proxy.
    TRUSTED_PROXIES: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
    ...env,
  };
  const child = await startChild('service-child.ts', environment, `${issuer}/health/ready`);
  const identifiers = await createPeople(environment, accounts);
  const party = await createRelyingParty(issuer, 'mon-compte', secrets.CLIENT_MON_COMPTE_SECRET, REDIRECT_URI);
  let next = 0;
  return {
    child,
    party,
    scope: 'openid profile identite_pivot',
    formPath: '/sign-in',
    nextForm: () => ({
      identifierType: 'nir',
      identifier: identifiers[next++ % identifiers.length] ?? '',
      password: PASSWORD,
    }),
  };
}

/** The hasher of a service with this environment. */
export async function createHasher(env: Readonly<Record<string, string>> = {}): Promise<PasswordHasher> {
  const config = loadConfig({ ...secrets, DATABASE_URL: 'postgres://unused', REDIS_URL: 'redis://unused', ...env });
  const peppers = config.secrets.passwordPeppers;
  return createArgon2({ ...config.passwords, peppers, clock: systemClock, readCosts: async () => [] });
}

async function createPeople(env: Readonly<Record<string, string>>, count: number): Promise<readonly string[]> {
  const config = loadConfig(env);
  const database = openDatabase(config.databaseUrl, 4);
  const accounts = createAccounts(database, createVault(config.secrets), systemClock);
  const hash = await (await createHasher(env)).hash(PASSWORD);
  const identifiers = [...new Set(Array.from({ length: count }, randomNir))];
  for (const value of identifiers)
    await accounts.create({
      identifiers: [{ type: 'nir', value }],
      civilIdentity: identity,
      identityVerified: true,
      locale: 'fr',
      password: { kind: 'password', hash },
    });
  await database.destroy();
  return identifiers;
}

async function freeIssuer(): Promise<string> {
  return `http://127.0.0.1:${await findFreePort()}`;
}
