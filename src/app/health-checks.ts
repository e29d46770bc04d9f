/** What `/health/ready` asks of each part: what a sign-in asks of it, on the connections that a sign-in has. */
import type { Database } from '../adapters/postgres/database.ts';
import { distanceFromPostgres, probePostgres } from '../adapters/postgres/probe.ts';
import { findSigningKeyFault } from '../adapters/signing-key.ts';
import type { FailureReason, HealthPart } from '../ports/monitoring.ts';
import type { Ports } from '../ports/ports.ts';

/** @returns why the part does not do its work; undefined when it does. @throws what the part answered. */
export type HealthCheck = () => Promise<FailureReason | undefined>;
export type HealthChecks = { readonly [Part in HealthPart]?: HealthCheck };

/** Past this, what one process holds for a session that is over is valid for another. */
const APART_MS = 2000;
/** Keys do not change while a process runs; what reads them could. */
const KEYS_EVERY_MS = 60_000;

const RECORD_SECONDS = 10;
const THROTTLE = { name: 'probe', limit: 1_000_000, windowSeconds: 60 };
const LOCKOUT = {
  firstLockAtFailure: 2,
  maximumLockSeconds: 1,
  forgetAfterSeconds: RECORD_SECONDS,
  attemptsPerDay: 1000,
};

type RedisRoles = Pick<Ports, 'protocolStore' | 'rateLimiter' | 'attempts' | 'random'>;

/** @param keepsRedisRoles whether they are kept in Redis, and not in this process. */
export function healthChecks(ports: Omit<Ports, 'health'>, database: Database, keepsRedisRoles: boolean): HealthChecks {
  return {
    ...(keepsRedisRoles ? { redis: checkRedis(ports) } : {}),
    postgres: async () => {
      await probePostgres(database);
      return undefined;
    },
    clock: checkClock(database, ports.clock),
    keys: checkKeys(ports),
  };
}

/**
 * A record is written, read, used and ended, a throttle counts, an attempt begins: under a key of its own, which ends. All
 * is asked at once: Redis does it in this order, and a Redis that is slow is waited for as long as by one command, not ten.
 */
function checkRedis({ protocolStore, rateLimiter, attempts, random }: RedisRoles): HealthCheck {
  return async () => {
    const id = random.token();
    const [, found, used, , counted, begun] = await Promise.all([
      protocolStore.upsert('Probe', id, { id }, RECORD_SECONDS),
      protocolStore.find('Probe', id),
      protocolStore.consume('Probe', id),
      protocolStore.destroy('Probe', id),
      rateLimiter.count(THROTTLE, 'ready'),
      attempts.begin(`probe-${id}`, LOCKOUT),
      attempts.succeed(`probe-${id}`),
    ]);
    return found?.id === id && used && counted.allowed && begun.allowed ? undefined : 'failing';
  };
}

/** A database that does not answer is told of by its own check. */
function checkClock(database: Database, clock: Ports['clock']): HealthCheck {
  return async () => {
    const distance = await distanceFromPostgres(database, () => clock.now()).catch(() => 0);
    return distance > APART_MS ? 'apart' : undefined;
  };
}

/** Each signing key signs and verifies, and the vault opens what it seals. */
function checkKeys({ signingKeys, vault }: Pick<Ports, 'signingKeys' | 'vault'>): HealthCheck {
  let known: { readonly at: number; readonly usable: boolean } | undefined;
  return async () => {
    if (known?.usable && performance.now() - known.at < KEYS_EVERY_MS) return undefined;
    const keys = await signingKeys.list();
    const usable = keys.length > 0 && keys.every((key) => findSigningKeyFault(key) === undefined) && opens(vault);
    known = { at: performance.now(), usable };
    return usable ? undefined : 'unusable';
  };
}

function opens(vault: Ports['vault']): boolean {
  try {
    return vault.open(vault.seal('probe', 'health'), 'health') === 'probe';
  } catch {
    return false;
  }
}
