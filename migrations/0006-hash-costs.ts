import type { Knex } from 'knex';

/** Built beside the writes of a service that runs. */
export const config = { transaction: false };

/** Which costs of argon2 the hashes of this database have (`m=19456,t=2,p=1`): found without reading every hash. */
export async function up(knex: Knex): Promise<void> {
  // One that was interrupted leaves an index that is never used.
  await knex.raw('drop index if exists credentials_hash_cost');
  await knex.raw("create index concurrently credentials_hash_cost on credentials (split_part(hash, '$', 4))");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index credentials_hash_cost');
}
