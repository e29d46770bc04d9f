/**
 * The composition root: everything is wired here and nowhere else. createApp builds the service from a configuration;
 * tests override ports that stand for the outside world, never our own code.
 */
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '../adapters/logger.ts';
import { createMetrics, type ReadableMetrics } from '../adapters/metrics.ts';
import { type Database, openDatabase } from '../adapters/postgres/database.ts';
import { pendingMigrations } from '../adapters/postgres/migrations.ts';
import { connectRedis, type RedisConnection } from '../adapters/redis/connection.ts';
import type { Config } from '../config/config.ts';
import { loadContract } from '../http/contract/contract.ts';
import type { Flows } from '../http/interactions/operations.ts';
import { createPages } from '../http/pages/pages.ts';
import { createServer } from '../http/server.ts';
import { createInteractions } from '../oidc/interactions.ts';
import { createProvider } from '../oidc/provider.ts';
import type { Ports } from '../ports/ports.ts';
import { loadCatalogues } from '../screens/catalogue.ts';
import { createFirstPassword } from '../stories/first-password/flow.ts';
import { createGuard, type GuardPolicy } from '../stories/kit/guard.ts';
import { createPasswordRecovery } from '../stories/password-recovery/flow.ts';
import { createProvisionalIdentifierRecovery } from '../stories/provisional-identifier-recovery/flow.ts';
import { createSignIn } from '../stories/sign-in/flow.ts';
import { startAdmin } from './admin.ts';
import { type RunningJobs, startJobs } from './jobs.ts';
import { createPorts } from './ports.ts';

export interface App {
  readonly ports: Ports;
  readonly flows: Flows;
  /** Listens. @returns the port, which the system chose when the configuration says 0. */
  start(): Promise<{ port: number }>;
  /** Answers what is under way, then closes every connection. */
  stop(): Promise<void>;
}

export interface Overrides {
  readonly ports?: Partial<Ports>;
  /** Refuses to send an answer that the contract does not allow. */
  readonly checkAnswers?: boolean;
}

const STOP_TIMEOUT_MS = 10_000;
/** One guard window for what spends a hash. */
const MINUTE = 60;

/** Builds the service. @throws Error when a store does not answer or its schema is behind. */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const log = overrides.ports?.log ?? createLogger(config.log.level);
  const database = openDatabase(config.databaseUrl, config.database.poolSize);
  let redis: RedisConnection | undefined;
  try {
    await checkSchema(database);
    redis = config.redisUrl ? await connectRedis(config.redisUrl, log) : undefined;
    const metrics = createMetrics();
    const ports: Ports = {
      ...(await createPorts(config, database, redis, overrides.ports?.clock)),
      metrics,
      log,
      ...overrides.ports,
    };
    return assemble(config, ports, overrides, metrics, () => close(database, redis));
  } catch (error) {
    await close(database, redis);
    throw error;
  }
}

/** The stories, each with the guard and the rules that the configuration gives it. */
export function createFlows(config: Config, ports: Ports): Flows {
  const { throttles, passwords, proxies, times } = config;
  const guard = createGuard(ports, {
    firstLockAtFailure: throttles.lockFromFailure,
    maximumLockSeconds: throttles.lockMaximumSeconds,
    forgetAfterSeconds: throttles.lockForgetSeconds,
  });
  const guardOf = (name: string): GuardPolicy => ({
    audit: name,
    throttle: { name, limit: throttles.signInPerMinute, windowSeconds: MINUTE },
    sharedAddressFactor: proxies.sharedFactor,
  });
  const recovery: GuardPolicy = {
    ...guardOf('recovery'),
    spendsOneUse: true,
    throttle: { name: 'recovery', limit: throttles.recoveryPerHour, windowSeconds: 60 * MINUTE },
  };
  const rules = { passwordRules: passwords, rememberSeconds: times.rememberIdentifierSeconds };
  return {
    signIn: createSignIn(ports, guard, { ...rules, guard: guardOf('sign-in') }),
    firstPassword: createFirstPassword(ports, guard, { ...rules, guard: guardOf('first-password') }),
    passwordRecovery: createPasswordRecovery(ports, guard, {
      passwordRules: passwords,
      guard: { ...recovery, audit: 'password-recovery' },
    }),
    provisionalIdentifierRecovery: createProvisionalIdentifierRecovery(ports, guard, {
      ...recovery,
      audit: 'provisional-identifier-recovery',
    }),
  };
}

function assemble(
  config: Config,
  ports: Ports,
  overrides: Overrides,
  metrics: ReadableMetrics,
  closeStores: () => Promise<void>,
): App {
  const catalogues = loadCatalogues();
  const contract = loadContract();
  const pages = createPages(config, catalogues);
  const provider = createProvider(config, ports, pages.providerPages);
  provider.on('server_error', (_ctx, error) =>
    ports.log.error({ event: 'server_error', error }, 'the provider failed'),
  );
  const interactions = createInteractions(provider, ports, config);
  const flows = createFlows(config, ports);
  const { checkAnswers } = overrides;
  const parts = { config, ports, provider, interactions, flows, contract, catalogues, pages, checkAnswers };
  const handler = createServer(parts).callback();
  let server: Server | undefined;
  let worker: RunningJobs | undefined;
  let admin: Server | undefined;

  return {
    ports,
    flows,

    async start() {
      worker = await startJobs(config, ports, catalogues);
      admin = await startAdmin(config, ports, () => metrics.read(), worker.messages);
      const listening = createHttpServer(handler);
      listening.requestTimeout = 30_000;
      listening.headersTimeout = 10_000;
      server = listening;
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject);
        listening.listen(config.listen.port, config.listen.host, resolve);
      });
      const { port } = listening.address() as AddressInfo;
      ports.log.info({ event: 'started', details: { port } }, 'listening');
      return { port };
    },

    async stop() {
      if (server) await closeServer(server);
      if (admin) await closeServer(admin);
      await worker?.stop();
      await closeStores();
      ports.log.info({ event: 'stopped' }, 'stopped');
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
}

async function close(database: Database, redis: RedisConnection | undefined): Promise<void> {
  redis?.disconnect();
  await database.destroy();
}

async function checkSchema(database: Database): Promise<void> {
  let pending: readonly string[];
  try {
    pending = await pendingMigrations(database);
  } catch (cause) {
    throw new Error('PostgreSQL does not answer at the address of DATABASE_URL', { cause });
  }
  if (pending.length > 0)
    throw new Error(`the schema is behind by ${pending.length} migration(s): run npm run migrate`);
}
