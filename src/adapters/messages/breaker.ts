/**
 * Leaves a gateway alone for a while once it has failed several times in a row: what waits for it does not stand in line
 * for one time-out after the other. After the rest one message tries, and the others wait for what becomes of it.
 */
import type { Notifier } from '../../ports/messages.ts';
import type { Clock } from '../../ports/system.ts';

export interface Breaker {
  send: Notifier['send'];
  /** How long the gateway is left alone; 0 while it works. */
  restSeconds(): number;
}

export interface BreakerLimits {
  /** Failures in a row. */
  readonly failures: number;
  readonly restSeconds: number;
}

const LIMITS: BreakerLimits = { failures: 5, restSeconds: 30 };
/** How soon those that wait for the one that tries may look again. */
const LOOK_AGAIN_SECONDS = 1;

export function createBreaker(notifier: Notifier, clock: Clock, limits: BreakerLimits = LIMITS): Breaker {
  let failures = 0;
  let restsSince = 0;
  let trying = false;
  const isTripped = () => failures >= limits.failures;

  return {
    async send(message) {
      trying = isTripped();
      try {
        // A no is an answer: the gateway works.
        const result = await notifier.send(message);
        failures = 0;
        return result;
      } catch (error) {
        failures += 1;
        if (isTripped()) restsSince = clock.now().getTime();
        throw error;
      } finally {
        trying = false;
      }
    },

    restSeconds() {
      if (!isTripped()) return 0;
      const restedMs = clock.now().getTime() - restsSince;
      // Before its beginning: the clock was set back, and a rest would last as long again as that.
      if (restedMs >= 0 && restedMs < limits.restSeconds * 1000) return Math.ceil(limits.restSeconds - restedMs / 1000);
      return trying ? LOOK_AGAIN_SECONDS : 0;
    },
  };
}
