import { createAccounts } from '../../src/adapters/postgres/accounts.ts';
import { describeAccounts } from './accounts.ts';
import { onPostgres } from './backends.ts';

describeAccounts('PostgreSQL', onPostgres(createAccounts));
