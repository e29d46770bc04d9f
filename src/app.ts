/**
 * The composition root: everything is wired here and nowhere else. createApp builds the service from a configuration;
 * tests override ports that stand for the outside world, never our own code.
 */
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createArgon2 } from './adapters/argon2.ts';
import { createCaptchetat } from './adapters/captcha/captchetat.ts';
import { createOwnCaptcha } from './adapters/captcha/own.ts';
import { createCommonWords } from './adapters/common-words.ts';
import { createLogger } from './adapters/logger.ts';
import { createMemoryAttempts } from './adapters/memory/attempts.ts';
import { createMemoryKeyValue } from './adapters/memory/key-value.ts';
import { createMemoryRateLimiter } from './adapters/memory/rate-limiter.ts';
import { createMetrics, type ReadableMetrics } from './adapters/metrics.ts';
import { createReferenceData } from './adapters/places/reference-data.ts';
import { createAccounts } from './adapters/postgres/accounts.ts';
import { createAuditLog } from './adapters/postgres/audit-log.ts';
import { type Database, openDatabase } from './adapters/postgres/database.ts';
import { createJobs } from './adapters/postgres/jobs.ts';
import { pendingMigrations } from './adapters/postgres/migrations.ts';
import { createRedisAttempts } from './adapters/redis/attempts.ts';
import { connectRedis, type RedisConnection } from './adapters/redis/connection.ts';
import { createRedisKeyValue } from './adapters/redis/key-value.ts';
import { createRedisRateLimiter } from './adapters/redis/rate-limiter.ts';
import { createFlowStates } from './adapters/sealed/flow-states.ts';
import { createProtocolStore } from './adapters/sealed/protocol-store.ts';
import { createRememberedIdentifiers } from './adapters/sealed/remembered-identifiers.ts';
import { createVerificationCodes } from './adapters/sealed/verification-codes.ts';
import { systemClock, systemRandom } from './adapters/system.ts';
import { createVault } from './adapters/vault.ts';
import { type RunningJobs, startAdmin, startJobs } from './app-jobs.ts';
import type { Config } from './config.ts';
import { createFirstPassword } from './flows/first-password.ts';
import { createGuard, type GuardPolicy } from './flows/guard.ts';
import { createPasswordRecovery } from './flows/password-recovery.ts';
import { createProvisionalIdentifierRecovery } from './flows/provisional-identifier-recovery.ts';
import { createSignIn } from './flows/sign-in.ts';
import { loadContract } from './http/openapi.ts';
import type { Flows } from './http/operations.ts';
import { createPages } from './http/pages.ts';
import { createServer } from './http/server.ts';
import { createInteractions } from './oidc/interactions.ts';
import { createProvider } from './oidc/provider.ts';
import type { Captcha, KeyValueStore, Ports, Vault } from './ports.ts';
import { loadCatalogues } from './screens/catalogue.ts';

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
    const ports: Ports = { ...(await createPorts(config, database, redis)), metrics, log, ...overrides.ports };
    return assemble(config, ports, overrides, metrics, () => close(database, redis));
  } catch (error) {
    await close(database, redis);
    throw error;
  }
}

async function createPorts(
  config: Config,
  database: Database,
  redis: RedisConnection | undefined,
): Promise<Omit<Ports, 'log' | 'metrics'>> {
  const vault = createVault(config.secrets);
  const clock = systemClock;
  const rateLimiter = redis ? createRedisRateLimiter(redis) : createMemoryRateLimiter();
  const keyValue = redis ? createRedisKeyValue(redis) : createMemoryKeyValue(clock);
  return {
    accounts: createAccounts(database, vault),
    audit: createAuditLog(database),
    passwords: await createArgon2({ ...config.passwords, peppers: config.secrets.passwordPeppers }),
    commonWords: createCommonWords(),
    vault,
    protocolStore: createProtocolStore(keyValue, vault, clock),
    flowStates: createFlowStates(keyValue, vault),
    captcha: createCaptcha(config, keyValue, vault),
    verificationCodes: createVerificationCodes(keyValue, rateLimiter, vault, config.codes),
    jobs: createJobs(database, vault),
    referenceData: createReferenceData(),
    rememberedIdentifiers: createRememberedIdentifiers(keyValue, vault),
    rateLimiter,
    attempts: redis ? createRedisAttempts(redis) : createMemoryAttempts(clock),
    clock,
    random: systemRandom,
    health: {
      async failing() {
        const checks = [
          ['postgres', database.raw('select 1')],
          ['redis', redis?.ping()],
        ] as const;
        const results = await Promise.allSettled(checks.map(([, check]) => check));
        return checks.filter((_, index) => results[index]?.status === 'rejected').map(([name]) => name);
      },
    },
  };
}

function createCaptcha({ captcha, gatewaySecrets }: Config, keyValue: KeyValueStore, vault: Vault): Captcha {
  if (captcha.provider === 'own') return createOwnCaptcha(keyValue, vault, systemRandom);
  const settings = {
    apiUrl: captcha.captchetatUrl,
    tokenUrl: captcha.captchetatTokenUrl,
    clientId: gatewaySecrets.captchetatClientId ?? '',
    clientSecret: gatewaySecrets.captchetatClientSecret ?? '',
  };
  return createCaptchetat(settings, keyValue, vault, systemRandom, systemClock);
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
