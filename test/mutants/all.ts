/** Every wrong version that is made by hand. */
import { app } from './app.ts';
import { clients } from './clients.ts';
import { http } from './http.ts';
import { kit } from './kit.ts';
import { oidc } from './oidc.ts';
import { plain } from './plain.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import { stories } from './stories.ts';
import type { WrongVersion } from './wrong-version.ts';

export const WRONG_VERSIONS: readonly WrongVersion[] = [
  ...plain,
  ...clients,
  ...stories,
  ...kit,
  ...redis,
  ...postgres,
  ...http,
  ...oidc,
  ...app,
];
