import { createAccounts } from '../../src/adapters/postgres/accounts.ts';
import { onPostgres } from './backends.ts';
import { describeRecoverableAccounts } from './recoverable-accounts.ts';

describeRecoverableAccounts('PostgreSQL', onPostgres(createAccounts));
