/** `npm run migrate`: brings the schema of DATABASE_URL up to date. */
import { openDatabase } from '../adapters/postgres/database.ts';
import { migrate } from '../adapters/postgres/migrations.ts';
import { readSecret } from '../config/environment.ts';

const faults: string[] = [];
const url = readSecret('DATABASE_URL', process.env, faults);
if (!url) {
  console.error(faults[0] ?? 'DATABASE_URL: required, and has no default');
  process.exit(78);
}
const database = openDatabase(url, 1);
try {
  const names = await migrate(database);
  console.log(names.length === 0 ? 'The schema is up to date.' : `Ran ${names.join(', ')}.`);
} finally {
  await database.destroy();
}
