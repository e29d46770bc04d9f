/**
 * Whether this process can sign a person in. Each part is asked at most once a second, however many ask; one answer that
 * is lost is asked for again before anything is said; and the log tells of a failure when it begins and when it ends.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '../errors.ts';
import type { FailureReason, Failures, Health, HealthPart, Logger } from '../ports/monitoring.ts';
import type { HealthCheck, HealthChecks } from './health-checks.ts';

const FRESH_MS = 1000;
/** A part that has failed until then is not asked again. */
const TRY_AGAIN_MS = 1000;
/** A part that has not done its work by then does not do it: its commands and statements have less (ADR 0022). */
const LIMIT_MS = 2000;
const PAUSE_MS = 100;

interface Failure {
  readonly reason: FailureReason;
  /** What the store itself said. */
  readonly code?: unknown;
}

/** What the check itself found is so; what a store answered may be otherwise the next time. */
interface Tried extends Failure {
  readonly certain?: boolean;
}

export function createHealth(checks: HealthChecks, log: Logger): Health {
  const told = new Map<HealthPart, Failure>();
  let fresh: { readonly at: number; readonly failures: Failures } | undefined;
  let asking: Promise<Failures> | undefined;

  async function ask(): Promise<Failures> {
    const parts = Object.entries(checks) as [HealthPart, HealthCheck][];
    const found = await Promise.all(parts.map(async ([part, check]) => [part, await findFailure(check)] as const));
    for (const [part, failure] of found) tell(part, failure);
    const failures: Failures = Object.fromEntries(
      found.flatMap(([part, failure]) => (failure ? [[part, failure.reason]] : [])),
    );
    fresh = { at: performance.now(), failures };
    asking = undefined;
    return failures;
  }

  function tell(part: HealthPart, failure: Failure | undefined): void {
    const before = told.get(part);
    if (before?.reason === failure?.reason) return;
    if (failure) {
      const { reason, code } = failure;
      told.set(part, failure);
      log.error({ event: 'not_ready', details: { part, reason, code } }, 'a part that people need does not work');
    } else {
      told.delete(part);
      log.info({ event: 'ready_again', details: { part } }, 'a part that people need works again');
    }
  }

  return {
    async failing() {
      if (fresh && performance.now() - fresh.at < FRESH_MS) return fresh.failures;
      asking ??= ask();
      return asking;
    },
  };
}

/** Tries until it works or the time is over; a store that is slow has longer to answer than one that refuses to try again. */
async function findFailure(check: HealthCheck): Promise<Failure | undefined> {
  let last: Failure = { reason: 'unreachable' };
  const time = new AbortController();
  const startedAt = performance.now();
  const tries = async () => {
    for (;;) {
      const failure = await tryOnce(check);
      if (!failure || failure.certain) return failure;
      // While a connection is made anew it says nothing, and the store has told before why.
      if (failure.reason !== 'unreachable' || last.reason === 'unreachable') last = failure;
      if (performance.now() - startedAt + PAUSE_MS > TRY_AGAIN_MS) return last;
      await delay(PAUSE_MS);
    }
  };
  const over = delay(LIMIT_MS, undefined, { signal: time.signal }).then(
    () => last,
    () => last,
  );
  try {
    return await Promise.race([tries(), over]);
  } finally {
    time.abort();
  }
}

async function tryOnce(check: HealthCheck): Promise<Tried | undefined> {
  try {
    const reason = await check();
    return reason && { reason, certain: true };
  } catch (error) {
    const { reason = 'failing', code } = (error instanceof ServiceError ? error.details : error) as Partial<Failure>;
    return { reason, code };
  }
}
