/**
 * Throttles as operators see them: what one refuses is counted, and one that is only observed says what it would have
 * refused, once a window, and refuses nothing. It stands around the ports, so that no caller knows.
 */
import type { Logger, Metrics } from '../ports/monitoring.ts';
import type { AttemptCounter, RateLimiter, ThrottleResult } from '../ports/throttles.ts';

export interface ThrottleWatch {
  /** The names of those that refuse nothing. */
  readonly observed: readonly string[];
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Under this name the lock of an account is observed. */
const LOCK = 'lock';
/** What a browser that is known spends of its own, and how often that is looked up, belong to the limit of the same name. */
const OWN = /-(known|looked-up)$/;
/** How often an alarm is raised: nobody is refused anything. */
const ALARM = /-alarm$/;

export function watchRateLimiter(rateLimiter: RateLimiter, watch: ThrottleWatch): RateLimiter {
  return {
    ...rateLimiter,
    async count(policy, key) {
      const result = await rateLimiter.count(policy, key);
      return ALARM.test(policy.name) ? result : seen(watch, policy.name.replace(OWN, ''), result);
    },
  };
}

export function watchAttempts(attempts: AttemptCounter, watch: ThrottleWatch): AttemptCounter {
  return {
    ...attempts,
    begin: async (...given) => seen(watch, LOCK, await attempts.begin(...given)),
  };
}

function seen<Result extends ThrottleResult>(
  { observed, metrics, log }: ThrottleWatch,
  throttle: string,
  result: Result,
): Result | ThrottleResult {
  if (result.allowed) return result;
  const isObserved = observed.includes(throttle);
  metrics.count('throttle_refused', { throttle, mode: isObserved ? 'observe' : 'enforce' });
  if (!isObserved) return result;
  if (result.firstRefusal)
    log.warn({ event: 'throttle_observed', details: { throttle } }, 'a throttle that is observed would have refused');
  return { allowed: true, retryAfterSeconds: 0 };
}
