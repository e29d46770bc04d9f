/**
 * The composition root: everything is wired here and nowhere else. createApp builds the service from a configuration;
 * tests override ports that stand for the outside world, never our own code.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '../adapters/logger.ts';
import { createMetrics, type ReadableMetrics } from '../adapters/metrics.ts';
import { type Database, openDatabase } from '../adapters/postgres/database.ts';
import { pendingMigrations } from '../adapters/postgres/migrations.ts';
import { connectRedis, type RedisConnection } from '../adapters/redis/connection.ts';
import type { Config } from '../config/config.ts';
import { loadContract } from '../http/contract/contract.ts';
import { ADMIN_CONTRACT, PUBLIC_CONTRACT, SCREENS_CONTRACT } from '../http/contract/documents.ts';
import { createServer } from '../http/server.ts';
import { createRegistry, type StepRegistry } from '../http/steps/registry.ts';
import { createInteractions } from '../oidc/interactions/interactions.ts';
import type { Logger } from '../ports/monitoring.ts';
import type { Ports } from '../ports/ports.ts';
import { loadCatalogues } from '../screens/catalogue.ts';
import type { Facts } from '../screens/facts.ts';
import { createNextStep } from '../stories/kit/next-step.ts';
import { startAdmin } from './admin.ts';
import { checkKeys } from './check-keys.ts';
import { createStories, type Story } from './create-stories.ts';
import { createHealth } from './health.ts';
import { healthChecks } from './health-checks.ts';
import { type RunningJobs, startJobs } from './jobs.ts';
import { type Listener, listen } from './listener.ts';
import { createPorts } from './ports.ts';
import { startProvider } from './provider.ts';
import { explainingPostgres, explainPostgres, explainRedis, StartError } from './start-failures.ts';
import { STOP_MS, within } from './stop-times.ts';

/** Said at each start of a production that keeps it: nobody runs `config check` as often as that (ADR 0010). */
const OWN_CAPTCHA = [
  { event: 'own_captcha' },
  'our own captcha is for trials and small agencies; CAPTCHA_PROVIDER=captchetat chooses CaptchEtat, that of the State',
] as const;

export interface App {
  readonly ports: Ports;
  readonly registry: StepRegistry;
  /**
   * Serves the clients and the signing keys of now, without losing a request. This process alone: each has its own.
   * @throws what made it impossible; the service goes on with what it served before.
   */
  rebuildProvider(): Promise<void>;
  /** Listens. @returns the port, which the system chose when the configuration says 0. */
  start(): Promise<{ port: number }>;
  /**
   * Tells the load balancer, and serves what still comes for the time of the drain; then answers what is under way, ends
   * jobs and closes every connection. Each part has its limit (stop-times.ts).
   */
  stop(): Promise<void>;
}

export interface Overrides {
  readonly ports?: Partial<Ports>;
  /** Stories besides ours. */
  readonly stories?: readonly Story[];
  /** Documents of the public contract, in the place of ours. */
  readonly contract?: readonly string[];
  /** Where the words stand, in the place of ours. */
  readonly catalogueFolder?: string;
  /** Refuses to send an answer that the contract does not allow. */
  readonly checkAnswers?: boolean;
}

/**
 * Builds the service.
 * @throws StartError when a store does not answer or its schema is behind; ConfigurationError when the configuration has faults.
 */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const log = overrides.ports?.log ?? createLogger(config.log.level);
  const database = openDatabase(config.databaseUrl, config.database.poolSize);
  let redis: RedisConnection | undefined;
  try {
    await checkSchema(database, config.databaseUrl);
    await explainingPostgres(config.databaseUrl, () => checkKeys(database, config));
    redis = config.redisUrl ? await openRedis(config.redisUrl, log) : undefined;
    const metrics = createMetrics();
    const own = { log, metrics, clock: overrides.ports?.clock };
    const given = {
      ...(await explainingPostgres(config.databaseUrl, () => createPorts(config, database, redis, own))),
      metrics,
      log,
      ...overrides.ports,
    };
    const health = createHealth(healthChecks(given, database, redis !== undefined), log);
    const ports: Ports = { health, ...given };
    return await assemble(config, ports, overrides, metrics, () => close(database, redis));
  } catch (error) {
    await close(database, redis);
    throw error;
  }
}

async function assemble(
  config: Config,
  ports: Ports,
  overrides: Overrides,
  metrics: ReadableMetrics,
  closeStores: () => Promise<void>,
): Promise<App> {
  const timepiece = { timeZone: config.timeZone, now: () => ports.clock.now() };
  const catalogues = loadCatalogues(overrides.catalogueFolder, timepiece, factsOf(config));
  const served = overrides.contract ?? [PUBLIC_CONTRACT];
  const contract = loadContract(...served, SCREENS_CONTRACT);
  const adminContract = loadContract(ADMIN_CONTRACT);
  const documents = [...contract.documents.slice(0, served.length), ...adminContract.documents];
  const { pages, providers } = await startProvider(config, ports, catalogues);
  const interactions = createInteractions(providers, ports, config);
  const registry = createRegistry(createStories(config, ports, overrides.stories));
  const nextStep = createNextStep(ports, config.times.rememberIdentifierSeconds);
  const { checkAnswers } = overrides;
  let draining = false;
  const parts = {
    config,
    ports,
    providers,
    interactions,
    registry,
    nextStep,
    contract,
    documents,
    catalogues,
    pages,
    checkAnswers,
    isDraining: () => draining,
  };
  const handler = createServer(parts).callback();
  let listener: Listener | undefined;
  let worker: RunningJobs | undefined;
  let admin: Listener | undefined;

  return {
    ports,
    registry,

    async rebuildProvider() {
      await providers.rebuild();
      ports.log.info({ event: 'provider_rebuilt' }, 'the provider was built again');
    },

    async start() {
      if (config.trial)
        ports.log.warn(
          { event: 'trial', details: { permitted: config.permittedByTrial } },
          'this service is a trial, and not fit for real people',
        );
      worker = await explainingPostgres(config.databaseUrl, () => startJobs(config, ports, catalogues));
      admin = await startAdmin(config, {
        log: ports.log,
        metrics: ports.metrics,
        messages: worker.messages,
        readMetrics: () => metrics.read(),
        catalogues,
        contract: adminContract,
        documents: documents.toReversed(),
        checkAnswers,
      });
      listener = await listen(handler, { ...config.listen, variable: 'PORT' });
      const { port } = listener;
      ports.log.info({ event: 'started', details: { port } }, 'listening');
      if (config.production && config.captcha.provider.name === 'own') ports.log.warn(...OWN_CAPTCHA);
      return { port };
    },

    async stop() {
      draining = true;
      if (listener) await delay(config.listen.drainSeconds * 1000);
      await Promise.all([listener?.stop(), admin?.stop()]);
      if (worker) await within(STOP_MS.jobs + STOP_MS.worker, worker.stop());
      await within(STOP_MS.stores, closeStores());
      ports.log.info({ event: 'stopped' }, 'stopped');
    },
  };
}

async function close(database: Database, redis: RedisConnection | undefined): Promise<void> {
  redis?.disconnect();
  await database.destroy();
}

async function checkSchema(database: Database, url: string): Promise<void> {
  let pending: readonly string[];
  try {
    pending = await pendingMigrations(database);
  } catch (cause) {
    throw explainPostgres(url, cause);
  }
  if (pending.length > 0)
    throw new StartError(`The schema is behind by ${pending.length} migration(s): run mon-compte-identity migrate`);
}

async function openRedis(url: string, log: Logger): Promise<RedisConnection> {
  try {
    return await connectRedis(url, log);
  } catch (cause) {
    throw explainRedis(url, cause);
  }
}

/** What the texts of screens and messages say of this service. */
function factsOf({ ui, codes, throttles, times }: Config): Facts {
  return {
    caf: ui.caf,
    accessibility: ui.accessibility,
    codeSeconds: codes.lifeSeconds,
    lockFromFailure: throttles.lockFromFailure,
    rememberIdentifierSeconds: times.rememberIdentifierSeconds,
    interactionRestartSeconds: times.interactionRestartSeconds,
  };
}
