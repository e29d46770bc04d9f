/** A configuration that lacks nothing, and what is wrong with another. */
import { loadConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { ConfigurationError } from '../../src/config/fault.ts';
import { generateSecrets } from '../../src/embedded/generate-secrets.ts';

export const secrets = generateSecrets();
export const stores = { DATABASE_URL: 'postgres://db.test/identity', REDIS_URL: 'redis://redis.test' };
export const complete: Environment = { ...secrets, ...stores };

/** A production of which nothing is to be said, its clients file aside. */
export const production: Environment = {
  ...complete,
  NODE_ENV: 'production',
  ISSUER: 'https://identity.test',
  HOME_URL: 'https://portal.test',
  TRUSTED_PROXIES: '10.0.0.0/8',
  CAF_TELEPHONE: '32 30',
  ...{ MESSAGES_SMS: 'kannel', KANNEL_URL: 'https://kannel.test', KANNEL_USERNAME: 'u', KANNEL_PASSWORD: 'p' },
  ...{ MESSAGES_MAIL: 'smtp', SMTP_HOST: 'smtp.test', MAIL_SENDER: 'a@smtp.test' },
  ...{ SMTP_USERNAME: 'u', SMTP_PASSWORD: 'p' },
  ...{ CAPTCHA_PROVIDER: 'captchetat', CAPTCHETAT_URL: 'https://piste.test/piste/captchetat/v2' },
  ...{ CAPTCHETAT_TOKEN_URL: 'https://piste.test/api/oauth/token' },
  ...{ CAPTCHETAT_CLIENT_ID: 'i', CAPTCHETAT_CLIENT_SECRET: 's' },
};

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
