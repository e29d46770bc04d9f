/** A whole service on loopback, against real stores, with every answer held against the contract. */

import { findFreePort } from '../../src/adapters/embedded-postgres.ts';
import { createLogger } from '../../src/adapters/logger.ts';
import { type App, createApp } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { generateSecrets } from '../../src/generate-secrets.ts';
import type { Ports } from '../../src/ports.ts';
import { cloneDatabase, redisUrl } from './services.ts';

export interface Service {
  readonly url: string;
  readonly app: App;
  readonly config: Config;
  readonly databaseUrl: string;
  /** Every line that the service logged. */
  readonly logLines: readonly string[];
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly store?: 'redis' | 'memory';
  /** Overrides of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly ports?: Partial<Ports>;
}

export const testSecrets = generateSecrets();

export async function startService({ store = 'redis', env = {}, ports = {} }: ServiceOptions = {}): Promise<Service> {
  const port = env.PORT ?? String(await findFreePort());
  const databaseUrl = env.DATABASE_URL ?? (await cloneDatabase());
  const config = loadConfig(
    {},
    {
      ...testSecrets,
      DATABASE_URL: databaseUrl,
      REDIS_URL: store === 'redis' ? (env.REDIS_URL ?? (await redisUrl())) : undefined,
      HOST: '127.0.0.1',
      PORT: port,
      ISSUER: `http://localhost:${port}`,
      // Tests come from many client addresses, through the header of a trusted proxy.
      TRUSTED_PROXIES: '127.0.0.0/8,::1/128',
      ...env,
    },
  );
  const logLines: string[] = [];
  const log = createLogger(config.log.level, { write: (line) => logLines.push(line) });
  const app = await createApp(config, { checkAnswers: true, ports: { log, ...ports } });
  await app.start();
  return { url: config.issuer, app, config, databaseUrl, logLines, stop: () => app.stop() };
}
