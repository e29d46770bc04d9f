import type { Knex } from 'knex';

/**
 * Which keys this database was filled with. The ids that rows name already are recorded here, once, by reading each table
 * from end to end; the fingerprints of their keys follow at the next start.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('keys', (table) => {
    table.text('role').notNullable().checkIn(['index', 'pairwise', 'sealing', 'pepper']);
    table.text('key_id').notNullable().comment('empty for a role that has one key');
    table.text('fingerprint').comment('HMAC by the key itself, of a fixed text; null until a start has the key');
    table.boolean('used').notNullable().comment('a row may need it: it was the first of its list once');
    table.timestamp('recorded_at', { useTz: true }).notNullable().defaultTo(knex.fn.now());
    table.primary(['role', 'key_id']);
  });
  const record = (role: string, ids: string) =>
    knex.raw(`insert into keys (role, key_id, used) select '${role}', id, true from (${ids}) ids (id)`);
  const prefixes = ['identifiers', 'civil_identities', 'contact_points', 'messages'].map(
    (table) => `select split_part(sealed, '.', 1) from ${table}`,
  );
  const { rows } = await knex.raw("select to_regclass('graphile_worker._private_jobs') is not null as present");
  if (rows[0].present)
    prefixes.push("select split_part(payload->>'sealed', '.', 1) from graphile_worker._private_jobs");
  await record('sealing', `select id from (${prefixes.join(' union ')}) all_ids (id) where id <> ''`);
  await record('pepper', 'select distinct pepper_id from credentials');
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('keys');
}
