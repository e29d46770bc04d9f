/** A whole service on loopback, against real stores, with every answer held against the contract. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLogger } from '../../src/adapters/logger.ts';
import { type App, createApp, type Overrides } from '../../src/app/create-app.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { generateSecrets } from '../../src/embedded/generate-secrets.ts';
import { findFreePort } from '../../src/embedded/postgres.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { projectRoot } from '../../src/project-root.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { cloneDatabase, redisUrl } from './services.ts';

export interface Service {
  readonly url: string;
  readonly app: App;
  readonly config: Config;
  readonly databaseUrl: string;
  /** Where messages are written. */
  readonly spoolFolder: string;
  /** Every line that the service logged. */
  readonly logLines: readonly string[];
  readonly clock: TestClock;
  /** The time that was gained is given back. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly store?: 'redis' | 'memory';
  /** Overrides of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly ports?: Partial<Ports>;
  /** What else the application is given. */
  readonly overrides?: Omit<Overrides, 'ports' | 'checkAnswers'>;
  /** Where the relying parties of config/clients.yaml stand in this test; they stand on 4000 there. */
  readonly relyingPartyPort?: number;
  /** Passwords are hashed as the committed configuration says: for tests of how long that takes. */
  readonly realHashes?: boolean;
}

/** The least that the configuration allows: what a test asks of a hash is hardly ever that it be slow. */
const CHEAP_HASHES = { ARGON2_MEMORY_KIB: '1024', ARGON2_ITERATIONS: '1' };

export const testSecrets = generateSecrets();

export async function startService({
  store = 'redis',
  env = {},
  ports = {},
  overrides = {},
  relyingPartyPort,
  realHashes = false,
}: ServiceOptions = {}): Promise<Service> {
  const port = env.PORT ?? String(await findFreePort());
  const databaseUrl = env.DATABASE_URL ?? (await cloneDatabase());
  const spoolFolder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-spool-'));
  const config = loadConfig(
    {},
    {
      ...testSecrets,
      DATABASE_URL: databaseUrl,
      REDIS_URL: store === 'redis' ? (env.REDIS_URL ?? (await redisUrl())) : undefined,
      HOST: '127.0.0.1',
      PORT: port,
      ISSUER: `http://localhost:${port}`,
      MESSAGES_SPOOL_FOLDER: spoolFolder,
      DRAIN_SECONDS: '0',
      // Tests come from many client addresses, through the header of a trusted proxy.
      TRUSTED_PROXIES: '127.0.0.0/8,::1/128',
      ...(realHashes ? {} : CHEAP_HASHES),
      ...(relyingPartyPort === undefined ? {} : { CLIENTS_FILE: clientsOn(relyingPartyPort) }),
      ...env,
    },
  );
  const logLines: string[] = [];
  const log = createLogger(config.log.level, { write: (line) => logLines.push(line) });
  const app = await createApp(config, { ...overrides, checkAnswers: true, ports: { log, ...ports } });
  await app.start();
  const clock = createTestClock(databaseUrl, config.redisUrl);
  const stop = async () => {
    await app.stop();
    clock.giveBack();
    rmSync(spoolFolder, { recursive: true, force: true });
  };
  return { url: config.issuer, app, config, databaseUrl, spoolFolder, logLines, clock, stop };
}

/** The committed clients, moved to another port. @returns the file. */
function clientsOn(port: number): string {
  const committed = readFileSync(path.join(projectRoot, 'config/clients.yaml'), 'utf8');
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'mon-compte-clients-')), 'clients.yaml');
  writeFileSync(file, committed.replaceAll('localhost:4000', `localhost:${port}`));
  return file;
}
