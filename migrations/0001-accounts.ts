import type { Knex } from 'knex';

/** Accounts and what belongs to them. Columns named `sealed` hold AES-256-GCM; `blind_index`, HMAC-SHA-256. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('accounts', (table) => {
    table.uuid('account_id').primary();
    table.text('state').notNullable().checkIn(['active', 'suspended', 'closed']);
    table.boolean('identity_verified').notNullable();
    table.text('locale').notNullable().checkIn(['fr', 'en']);
    table.timestamp('sessions_ended_at', { useTz: true }).comment('sessions and tokens that began before are over');
    table.timestamp('created_at', { useTz: true }).notNullable().defaultTo(knex.fn.now());
  });
  await knex.schema.createTable('identifiers', (table) => {
    table.uuid('identifier_id').primary();
    table.uuid('account_id').notNullable().references('accounts.account_id').index();
    table.text('type').notNullable().checkIn(['nir', 'provisional']);
    table.text('sealed').notNullable();
    table.text('blind_index').notNullable().unique();
    table.timestamp('ends_at', { useTz: true });
    table.timestamp('created_at', { useTz: true }).notNullable().defaultTo(knex.fn.now());
  });
  await knex.schema.createTable('civil_identities', (table) => {
    table.uuid('account_id').primary().references('accounts.account_id');
    table.text('sealed').notNullable();
  });
  await knex.schema.createTable('credentials', (table) => {
    table.uuid('credential_id').primary();
    table.uuid('account_id').notNullable().unique().references('accounts.account_id');
    table.text('kind').notNullable().checkIn(['password', 'initial-password']);
    table.text('hash').notNullable().comment('argon2id, encoded');
    table.text('pepper_id').notNullable();
    table.timestamp('created_at', { useTz: true }).notNullable().defaultTo(knex.fn.now());
  });
  await knex.schema.createTable('contact_points', (table) => {
    table.uuid('contact_point_id').primary();
    table.uuid('account_id').notNullable().references('accounts.account_id').index();
    table.text('kind').notNullable().checkIn(['mobile', 'email']);
    table.text('sealed').notNullable();
    table.text('blind_index').notNullable().index();
    table.timestamp('verified_at', { useTz: true });
    table.timestamp('created_at', { useTz: true }).notNullable().defaultTo(knex.fn.now());
    table.unique(['account_id', 'kind']);
  });
  await knex.schema.createTable('audit_events', (table) => {
    table.bigIncrements('event_id');
    table.timestamp('occurred_at', { useTz: true }).notNullable().defaultTo(knex.fn.now()).index();
    table.text('kind').notNullable();
    table.text('outcome').notNullable();
    table.uuid('account_id').index().comment('no foreign key: an event outlives what it tells of');
    table.text('client_id');
    table.text('request_id');
    table.text('client_address_index').comment('keyed digest');
    table.jsonb('details').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['audit_events', 'contact_points', 'credentials', 'civil_identities', 'identifiers', 'accounts'])
    await knex.schema.dropTable(table);
}
