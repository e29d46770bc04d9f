import { account } from './oidc/account.ts';
import { configuration } from './oidc/configuration.ts';
import { grants } from './oidc/grants.ts';
import { interactions } from './oidc/interactions.ts';
import { keptRecords } from './oidc/kept-records.ts';
import type { WrongVersion } from './wrong-version.ts';

export const oidc: readonly WrongVersion[] = [...configuration, ...account, ...grants, ...interactions, ...keptRecords];
