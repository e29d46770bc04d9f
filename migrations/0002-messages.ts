import type { Knex } from 'knex';

/**
 * What is kept of messages (never their words, nor where they went), and who works on jobs. The jobs themselves are in
 * the schema of graphile-worker, which `npm run migrate` brings up to date too.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('messages', (table) => {
    table.uuid('message_id').primary();
    table.uuid('account_id').index().comment('no foreign key: the trace outlives the account');
    table.text('kind').notNullable().checkIn(['sms', 'mail']);
    table.text('template').notNullable();
    table.text('status').notNullable().defaultTo('queued').checkIn(['queued', 'sent', 'delivered', 'failed']);
    table.text('reason').comment('why it failed; names no person');
    table.timestamp('created_at', { useTz: true }).notNullable().defaultTo(knex.fn.now()).index();
    table.timestamp('sent_at', { useTz: true });
    table.timestamp('ended_at', { useTz: true }).comment('delivered or failed');
  });
  await knex.schema.createTable('job_workers', (table) => {
    table.text('worker_id').primary();
    table.timestamp('seen_at', { useTz: true }).notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['job_workers', 'messages']) await knex.schema.dropTable(table);
}
