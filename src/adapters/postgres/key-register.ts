/**
 * Which keys this database was filled with. A start with another key would find nobody, open nothing or change every
 * `sub`, one request at a time; here it is found before the first. No key is kept: a fingerprint is an HMAC by the key.
 */
import { createHmac } from 'node:crypto';
import type { Vault } from '../../ports/vault.ts';
import { type Database, orUnavailable } from './database.ts';

export type KeyRole = 'index' | 'pairwise' | 'sealing' | 'pepper';

export interface KeyOfRole {
  readonly role: KeyRole;
  /** Empty for a role that has one key. */
  readonly id: string;
  readonly key: Buffer;
  /** Rows may be made with it from now on: it is the first of its list. */
  readonly used: boolean;
}

export interface KeyFault {
  readonly role: KeyRole;
  readonly id: string;
  /** `missing`: a row may need it. `differs`: it is not the one that was recorded. */
  readonly reason: 'missing' | 'differs';
}

interface KeyRow {
  role: KeyRole;
  key_id: string;
  fingerprint: string | null;
  used: boolean;
}

/**
 * Compares with what was recorded and records what is new, for any number of processes at once: a key that another has
 * recorded meanwhile is compared too. With a fault nothing is recorded.
 * @param vault with these keys: where nothing is recorded of rows that are there, it must open one for each of their ids.
 */
export async function registerKeys(
  database: Database,
  keys: readonly KeyOfRole[],
  vault: Vault,
): Promise<readonly KeyFault[]> {
  const before = await listRows(database);
  const faults = findFaults(before, keys);
  if (faults.length > 0) return faults;
  const fresh = keys.filter(({ role, id, used }) => {
    const row = before.find((one) => one.role === role && one.key_id === id);
    return !row?.fingerprint || (used && !row.used);
  });
  if (fresh.length === 0) return [];
  const wrong = before.some(({ role }) => role === 'index') ? [] : await tryOnRows(database, vault, before);
  if (wrong.length > 0) return wrong;
  await record(database, fresh);
  return findFaults(await listRows(database), keys);
}

/** @returns `used` when a row needs it: it is recorded still; `unknown` when it was not recorded. */
export async function forgetKey(
  database: Database,
  role: 'sealing' | 'pepper',
  id: string,
): Promise<'forgotten' | 'used' | 'unknown'> {
  const column = role === 'sealing' ? 'sealed' : 'pepper_id';
  const { rows } = (await database.raw(
    'select table_name as name from information_schema.columns where table_schema = current_schema() and column_name = ?',
    [column],
  )) as { rows: { name: string }[] };
  const tables: (readonly [string, string])[] = rows.map(({ name }) => [name, column]);
  if (role === 'sealing') tables.push(['graphile_worker._private_jobs', "payload->>'sealed'"]);
  for (const [table, text] of tables) {
    const found = await database(table).whereRaw(`split_part(${text}, '.', 1) = ?`, [id]).first(database.raw('1'));
    if (found) return 'used';
  }
  return (await database('keys').where({ role, key_id: id }).delete()) === 1 ? 'forgotten' : 'unknown';
}

/** Not the key, and no help in finding it: whoever could guess a key of 32 random bytes needs no fingerprint. */
function fingerprintOf({ role, key }: KeyOfRole): string {
  return createHmac('sha256', key).update(`fingerprint\0${role}`).digest('base64url').slice(0, 22);
}

function listRows(database: Database): Promise<readonly KeyRow[]> {
  return orUnavailable(database<KeyRow>('keys').select('role', 'key_id', 'fingerprint', 'used'));
}

function findFaults(rows: readonly KeyRow[], keys: readonly KeyOfRole[]): readonly KeyFault[] {
  return rows.flatMap(({ role, key_id: id, fingerprint, used }): readonly KeyFault[] => {
    const own = keys.find((key) => key.role === role && key.id === id);
    if (!own) return used ? [{ role, id, reason: 'missing' }] : [];
    return fingerprint !== null && fingerprint !== fingerprintOf(own) ? [{ role, id, reason: 'differs' }] : [];
  });
}

/** In one order, so that two starts at once do not wait for each other. */
async function record(database: Database, keys: readonly KeyOfRole[]): Promise<void> {
  const rows = keys
    .map((key) => ({ role: key.role, key_id: key.id, fingerprint: fingerprintOf(key), used: key.used }))
    .sort((one, other) => (`${one.role} ${one.key_id}` < `${other.role} ${other.key_id}` ? -1 : 1));
  await orUnavailable(
    database('keys')
      .insert(rows)
      .onConflict(['role', 'key_id'])
      .merge({
        fingerprint: database.raw('coalesce(keys.fingerprint, excluded.fingerprint)'),
        used: database.raw('keys.used or excluded.used'),
      }),
  );
}

/**
 * Of a database that was filled before keys were recorded: whatever opens a row of an id and finds it again is right. A
 * pepper and the pairwise key cannot be tried: no row tells whether they are right.
 */
async function tryOnRows(database: Database, vault: Vault, before: readonly KeyRow[]): Promise<readonly KeyFault[]> {
  const faults: KeyFault[] = [];
  for (const { key_id: id } of before.filter(({ role }) => role === 'sealing')) {
    const row = await findRowOf(database, id);
    const fault = row && faultOf(vault, id, row);
    if (fault) faults.push(fault);
  }
  return faults;
}

interface SealedIdentifier {
  identifier_id: string;
  type: string;
  sealed: string;
  blind_index: string;
}

/** Read from end to end where the id is rare: not found in the time of a statement, it is not tried. */
async function findRowOf(database: Database, id: string): Promise<SealedIdentifier | undefined> {
  const row = database<SealedIdentifier>('identifiers')
    .whereRaw("split_part(sealed, '.', 1) = ?", [id])
    .first('identifier_id', 'type', 'sealed', 'blind_index');
  try {
    return await row;
  } catch (error) {
    if ((error as { code?: unknown }).code === QUERY_CANCELED) return undefined;
    return orUnavailable(Promise.reject(error));
  }
}

const QUERY_CANCELED = '57014';

function faultOf(vault: Vault, id: string, row: SealedIdentifier): KeyFault | undefined {
  try {
    const value = vault.open(row.sealed, `identifiers.sealed:${row.identifier_id}`);
    const isFound = vault.blindIndex(`identifier:${row.type}`, value) === row.blind_index;
    return isFound ? undefined : { role: 'index', id: '', reason: 'differs' };
  } catch {
    return { role: 'sealing', id, reason: 'differs' };
  }
}
