/** The ports over the stores that the configuration names. */
import { createArgon2 } from '../adapters/argon2.ts';
import { createFileClients } from '../adapters/clients-file/clients-file.ts';
import { createCommonWords } from '../adapters/common-words.ts';
import { createMemoryAttempts } from '../adapters/memory/attempts.ts';
import { createMemoryKeyValue } from '../adapters/memory/key-value.ts';
import { createMemoryKnownBrowsers } from '../adapters/memory/known-browsers.ts';
import { createMemoryRateLimiter } from '../adapters/memory/rate-limiter.ts';
import { createMemoryTallies } from '../adapters/memory/tallies.ts';
import { createPhoneNumbers } from '../adapters/phone-numbers.ts';
import { createReferenceData } from '../adapters/places/reference-data.ts';
import { createAccounts } from '../adapters/postgres/accounts.ts';
import { createAuditLog } from '../adapters/postgres/audit-log.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { readHashCosts } from '../adapters/postgres/hash-costs.ts';
import { createJobs } from '../adapters/postgres/jobs.ts';
import { createRedisAttempts } from '../adapters/redis/attempts.ts';
import type { RedisConnection } from '../adapters/redis/connection.ts';
import { createRedisKeyValue } from '../adapters/redis/key-value.ts';
import { createRedisKnownBrowsers } from '../adapters/redis/known-browsers.ts';
import { createRedisRateLimiter } from '../adapters/redis/rate-limiter.ts';
import { createRedisTallies } from '../adapters/redis/tallies.ts';
import { createCaptchaChallenges } from '../adapters/sealed/captcha-challenges.ts';
import { createFlowStates } from '../adapters/sealed/flow-states.ts';
import { createProtocolStore } from '../adapters/sealed/protocol-store.ts';
import { createRememberedIdentifiers } from '../adapters/sealed/remembered-identifiers.ts';
import { createUpstreamReturns } from '../adapters/sealed/upstream-returns.ts';
import { type CodeSettings, createVerificationCodes } from '../adapters/sealed/verification-codes.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import { createVault } from '../adapters/vault.ts';
import { watchAttempts, watchRateLimiter } from '../adapters/watched-throttles.ts';
import type { Config } from '../config/config.ts';
import type { ClientAddress } from '../domain/client-address.ts';
import type { Ports } from '../ports/ports.ts';
import { createClientAddressThrottle } from '../stories/kit/client-address-throttle.ts';
import { countUsedCodes } from './code-use.ts';

interface PortsParts extends Pick<Ports, 'log' | 'metrics'>, Partial<Pick<Ports, 'clock'>> {}

/** @param redis absent: the Redis roles are kept in this process. */
export async function createPorts(
  config: Config,
  database: Database,
  redis: RedisConnection | undefined,
  { log, metrics, clock = systemClock }: PortsParts,
): Promise<Omit<Ports, 'log' | 'metrics' | 'health'>> {
  const vault = createVault(config.secrets);
  const watch = { observed: config.throttles.observed, log, metrics };
  const rateLimiter = watchRateLimiter(redis ? createRedisRateLimiter(redis) : createMemoryRateLimiter(clock), watch);
  const keyValue = redis ? createRedisKeyValue(redis) : createMemoryKeyValue(clock);
  const throttle = createClientAddressThrottle({ rateLimiter, vault }, config.proxies.sharedFactor);
  const captchas = { name: 'captcha', limit: config.throttles.captchasPerHour, windowSeconds: 3600 };
  const admit = (clientAddress: ClientAddress) => throttle(captchas, clientAddress);
  const attempts = watchAttempts(redis ? createRedisAttempts(redis) : createMemoryAttempts(clock), watch);
  const tallies = redis ? createRedisTallies(redis, clock) : createMemoryTallies(clock);
  return {
    accounts: createAccounts(database, vault, clock),
    audit: createAuditLog(database),
    clients: createFileClients(config.clientsFile),
    signingKeys: { list: async () => config.secrets.signingKeys.keys },
    passwords: await createArgon2({
      ...config.passwords,
      peppers: config.secrets.passwordPeppers,
      clock,
      readCosts: () => readHashCosts(database),
    }),
    commonWords: createCommonWords(),
    vault,
    protocolStore: createProtocolStore(keyValue, vault),
    flowStates: createFlowStates(keyValue, vault),
    upstreamReturns: createUpstreamReturns(keyValue, vault),
    captcha: config.captcha.provider.create({
      createChallenges: () => createCaptchaChallenges({ store: keyValue, vault, random: systemRandom, clock, admit }),
      random: systemRandom,
      clock,
    }),
    verificationCodes: countUsedCodes(
      createVerificationCodes(keyValue, rateLimiter, attempts, vault, codeTries(config)),
      {
        tallies,
        log,
        metrics,
      },
    ),
    tallies,
    jobs: createJobs(database, vault),
    phoneNumbers: createPhoneNumbers(),
    referenceData: createReferenceData(),
    rememberedIdentifiers: createRememberedIdentifiers(keyValue, vault),
    knownBrowsers: redis ? createRedisKnownBrowsers(redis, vault) : createMemoryKnownBrowsers(clock),
    rateLimiter,
    attempts,
    clock,
    random: systemRandom,
  };
}

/** Whoever may type a code may do so from before it is made until after it has ended: for all of an interaction. */
export function codeTries({ codes, times }: Pick<Config, 'codes' | 'times'>): CodeSettings {
  return { tries: codes.tries, triesSeconds: codes.lifeSeconds + times.interactionRestartSeconds };
}
