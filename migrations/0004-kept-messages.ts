import type { Knex } from 'knex';

/** What a message was for; and the message itself, sealed, while it may have to be sent again. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (table) => {
    table.text('purpose').comment('unknown of messages from before');
    table.text('sealed').comment('AES-256-GCM, bound to the row: words, and where they go');
    table.timestamp('sealed_until', { useTz: true }).index().comment('then it is forgotten');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (table) => {
    table.dropColumns('purpose', 'sealed', 'sealed_until');
  });
}
