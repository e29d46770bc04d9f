/** The keys of the configuration are those that the database was filled with; or the service does not start. */
import type { Database } from '../adapters/postgres/database.ts';
import { type KeyFault, type KeyOfRole, type KeyRole, registerKeys } from '../adapters/postgres/key-register.ts';
import { createVault } from '../adapters/vault.ts';
import type { Config } from '../config/config.ts';
import { ConfigurationError, type Fault } from '../config/fault.ts';

const variables: Readonly<Record<KeyRole, string>> = {
  index: 'INDEX_KEY',
  pairwise: 'PAIRWISE_KEY',
  sealing: 'SEALING_KEYS',
  pepper: 'PASSWORD_PEPPERS',
};

const consequences: Readonly<Record<KeyRole, string>> = {
  index: 'nobody would be found',
  pairwise: 'every `sub` would change',
  sealing: 'what was sealed with it would not open',
  pepper: 'no password that was hashed with it would be right',
};

/** @throws ConfigurationError that names each key: its variable, role and id. */
export async function checkKeys(database: Database, { secrets }: Pick<Config, 'secrets'>): Promise<void> {
  const listed = (role: KeyRole, keys: readonly { readonly id: string; readonly key: Buffer }[]) =>
    keys.map(({ id, key }, at): KeyOfRole => ({ role, id, key, used: at === 0 }));
  const keys = [
    ...listed('index', [{ id: '', key: secrets.indexKey }]),
    ...listed('pairwise', [{ id: '', key: secrets.pairwiseKey }]),
    ...listed('sealing', secrets.sealingKeys),
    ...listed('pepper', secrets.passwordPeppers),
  ];
  const faults = await registerKeys(database, keys, createVault(secrets));
  if (faults.length > 0) throw new ConfigurationError(faults.map(describe));
}

function describe({ role, id, reason }: KeyFault): Fault {
  const which = id ? `the ${role} key ${id}` : `the ${role} key`;
  const { [role]: variable } = variables;
  if (reason === 'differs')
    return {
      text: `${variable}: ${which} is not the one that the database was filled with: ${consequences[role]}`,
      remedy:
        'Give the former key back, or DATABASE_URL the database that belongs to this one. A new key has a new id.',
    };
  return {
    text: `${variable}: ${which} is missing, and rows of the database may need it: ${consequences[role]}`,
    remedy: `Put it back, behind the others. Where no row needs it any more: \`mon-compte-identity keys forget ${role} ${id}\`.`,
  };
}
