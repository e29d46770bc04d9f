/** A configuration that lacks nothing, and what is wrong with another. */
import { ConfigurationError, loadConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { generateSecrets } from '../../src/embedded/generate-secrets.ts';

export const secrets = generateSecrets();
export const stores = { DATABASE_URL: 'postgres://db.test/identity', REDIS_URL: 'redis://redis.test' };
export const complete: Environment = { ...secrets, ...stores };

/** @returns none when the configuration loads. */
export function faultsOf(environment: Environment, overrides?: Environment): readonly string[] {
  try {
    loadConfig(environment, overrides);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults;
  }
}
