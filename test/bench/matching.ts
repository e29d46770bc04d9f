/**
 * `node test/bench/matching.ts`: what finding a person by birth details costs among 1,000,000 accounts and among 10,000.
 * Each search reads the candidates of a blind index, opens them and compares them, as the job does; searches of the
 * two databases, of one server, take turns.
 *
 * Accounts that nobody searches hold sealed values that nobody can open, of the size of real ones. Those searched stand
 * among them all over the tables, three namesakes of one year to a key.
 */
import pg from 'pg';
import { createReferenceData } from '../../src/adapters/places/reference-data.ts';
import { createAccounts } from '../../src/adapters/postgres/accounts.ts';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { migrate } from '../../src/adapters/postgres/migrations.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { createVault } from '../../src/adapters/vault.ts';
import { loadConfig } from '../../src/config/config.ts';
import { type CivilIdentity, candidateKey, isSamePerson } from '../../src/domain/civil-identity.ts';
import { generateSecrets } from '../../src/embedded/generate-secrets.ts';
import type { Accounts } from '../../src/ports/accounts.ts';
import type { Vault } from '../../src/ports/vault.ts';
import { identity } from '../support/people.ts';
import { percentile } from './load.ts';
import { type Stores, startStores } from './stores.ts';

export const MATCHING_TARGETS = { p99Ms: 20, ratio: 1.2 };

export interface MatchingFigures {
  /** Milliseconds of one search. */
  readonly small: readonly number[];
  readonly large: readonly number[];
  /** Of `large`, the first search of each key: what it reads is in no buffer of the database yet. */
  readonly first: readonly number[];
}

const SMALL = 10_000;
const LARGE = 1_000_000;
/** Between two parts come the accounts that are searched. */
const PARTS = 20;
const KEYS_PER_PART = 15;
const NAMESAKES = 3;
const ROUNDS = 10;
const SEARCHED = PARTS * KEYS_PER_PART;

const FILL = [
  `insert into accounts (account_id, state, identity_verified, locale)
    select md5('account' || i)::uuid, 'active', true, 'fr' from generate_series($1::int, $2::int) i`,
  `insert into identifiers (identifier_id, account_id, type, sealed, blind_index)
    select md5('identifier' || i)::uuid, md5('account' || i)::uuid, 'provisional', $3,
      encode(sha256(('identifier' || i)::bytea), 'base64') from generate_series($1::int, $2::int) i`,
  `insert into contact_points (contact_point_id, account_id, kind, sealed, blind_index, verified_at)
    select md5('contact' || i)::uuid, md5('account' || i)::uuid, 'mobile', $3,
      encode(sha256(('contact' || i)::bytea), 'base64'), now() from generate_series($1::int, $2::int) i`,
  `insert into civil_identities (account_id, sealed, candidate_index)
    select md5('account' || i)::uuid, $3,
      encode(sha256(('person' || i / ${NAMESAKES})::bytea), 'base64') from generate_series($1::int, $2::int) i`,
];

export async function measureMatching(stores: Stores, say: (text: string) => void): Promise<MatchingFigures> {
  const { secrets } = loadConfig({
    ...generateSecrets(),
    DATABASE_URL: 'postgres://unused',
    REDIS_URL: 'redis://unused',
  });
  const vault = createVault(secrets);
  const databases: Database[] = [];
  try {
    const [few, many] = [await prepare('few', SMALL), await prepare('many', LARGE)];
    say(`searching: ${ROUNDS} rounds of ${SEARCHED} people in each`);
    return await search(few, many);
  } finally {
    await Promise.all(databases.map((database) => database.destroy()));
  }

  async function prepare(name: string, count: number): Promise<Accounts> {
    const server = new pg.Client(stores.databaseUrl);
    await server.connect();
    await server.query(`create database ${name}`);
    await server.end();
    const url = new URL(stores.databaseUrl);
    url.pathname = `/${name}`;
    const database = openDatabase(url.href, 4);
    databases.push(database);
    await migrate(database);
    const accounts = createAccounts(database, vault, systemClock);
    await load(url.href, accounts, vault, count, say);
    return accounts;
  }
}

/** Fills the tables past the service's own timeouts, without the checks of keys that are right by construction. */
async function load(url: string, accounts: Accounts, vault: Vault, count: number, say: (text: string) => void) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('set session_replication_role = replica; set synchronous_commit = off');
  const sealed = vault.seal('P00000000', 'a place of its own');
  const sealedIdentity = vault.seal(JSON.stringify(identity), 'a place of its own');
  const size = count / PARTS;
  for (let part = 0; part < PARTS; part++) {
    const range = [part * size + 1, (part + 1) * size];
    for (const statement of FILL) {
      const value = statement.includes('civil_identities') ? sealedIdentity : sealed;
      await client.query(statement, statement.includes('$3') ? [...range, value] : range);
    }
    const people = Array.from({ length: KEYS_PER_PART }, (_, index) => part * KEYS_PER_PART + index);
    await Promise.all(people.map((person) => createNamesakes(accounts, person)));
    if ((part + 1) % 5 === 0)
      say(`loaded ${((part + 1) * size).toLocaleString('en')} accounts of ${count.toLocaleString('en')}`);
  }
  for (const table of ['accounts', 'identifiers', 'contact_points', 'civil_identities'])
    await client.query(`vacuum analyze ${table}`);
  await client.query('checkpoint');
  await client.end();
}

async function createNamesakes(accounts: Accounts, person: number): Promise<void> {
  for (let rank = 0; rank < NAMESAKES; rank++)
    await accounts.create({
      identifiers: [{ type: 'provisional', value: `P${String(person * NAMESAKES + rank).padStart(8, '0')}` }],
      civilIdentity: namesake(person, rank),
      identityVerified: true,
      locale: 'fr',
      contactPoints: [{ kind: 'mobile', value: '+33639980000', verified: true }],
    });
}

/** Namesakes share name, first given name and year, and nothing else. */
function namesake(person: number, rank: number): CivilIdentity {
  return { ...identity, birthName: `LEFEBVRE ${person}`, birthDate: `1962-11-0${rank + 1}` };
}

async function search(few: Accounts, many: Accounts): Promise<MatchingFigures> {
  const { history } = createReferenceData();
  const [small, large, first]: [number[], number[], number[]] = [[], [], []];
  const time = async (accounts: Accounts, typed: CivilIdentity) => {
    const startedAt = performance.now();
    const key = candidateKey(typed.birthName, typed.givenNames, typed.birthDate.slice(0, 4));
    const candidates = await accounts.findCandidates(key);
    const found = candidates.filter(
      ({ civilIdentity }) => civilIdentity && isSamePerson(civilIdentity, typed, history),
    );
    const took = performance.now() - startedAt;
    if (candidates.length !== NAMESAKES || found.length !== 1) throw new Error(`${found.length} found, and not one`);
    return took;
  };
  // Both pools have their connections, and the table of communes is read, before anything counts.
  for (let person = 0; person < SEARCHED; person++) await time(few, namesake(person, 0));
  await time(many, namesake(0, 0));
  for (let round = 0; round < ROUNDS; round++)
    for (let person = 0; person < SEARCHED; person++) {
      const typed = namesake(person, round % NAMESAKES);
      const order = (round + person) % 2 === 0 ? [few, many] : [many, few];
      for (const accounts of order) {
        const took = await time(accounts, typed);
        (accounts === few ? small : large).push(took);
        if (accounts === many && round === 0) first.push(took);
      }
    }
  return { small, large, first };
}

/** What the figures say, as lines of name and value. */
export function matchingLines({ small, large, first }: MatchingFigures) {
  const ms = (values: readonly number[], share: number) => `${percentile(values, share).toFixed(2)} ms`;
  const both = (values: readonly number[]) => `${ms(values, 0.5)} median, ${ms(values, 0.99)} p99`;
  return [
    [`among ${SMALL.toLocaleString('en')} accounts`, both(small)],
    [`among ${LARGE.toLocaleString('en')} accounts`, both(large)],
    ['… of which the first search of each person', both(first)],
  ] as const;
}

export function matchingVerdicts({ small, large }: MatchingFigures) {
  const p99 = percentile(large, 0.99);
  const ratio = percentile(large, 0.5) / percentile(small, 0.5);
  const { p99Ms, ratio: atMost } = MATCHING_TARGETS;
  return [
    [`p99 of a search among 1,000,000 < ${p99Ms} ms`, p99 < p99Ms, `${p99.toFixed(2)} ms`],
    [`median among 1,000,000 / 10,000 ≤ ${atMost}`, ratio <= atMost, ratio.toFixed(2)],
  ] as const;
}

if (import.meta.main) {
  const stores = await startStores();
  try {
    const figures = await measureMatching(stores, (text) => console.log(`… ${text}`));
    for (const [name, value] of matchingLines(figures)) console.log(`${name}: ${value}`);
    for (const [name, met, value] of matchingVerdicts(figures))
      console.log(`${met ? 'pass' : 'MISS'}  ${name}: ${value}`);
  } finally {
    await stores.stop();
  }
}
