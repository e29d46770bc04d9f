import type { Knex } from 'knex';

/** Finding an account by what a person says of their birth: a blind index, so that nothing is scanned or in clear. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('civil_identities', (table) => {
    table.text('candidate_index').index().comment('HMAC of name, first given name and year of birth');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('civil_identities', (table) => {
    table.dropColumn('candidate_index');
  });
}
