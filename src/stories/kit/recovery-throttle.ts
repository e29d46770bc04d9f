/** The forms of recovery spend one limit by client address, whichever of them is filled in. */
import type { ThrottlePolicy } from '../../ports/throttles.ts';

export interface RecoveryThrottles {
  readonly recoveryPerHour: number;
}

export function recoveryThrottle({ recoveryPerHour }: RecoveryThrottles): ThrottlePolicy {
  return { name: 'recovery', limit: recoveryPerHour, windowSeconds: 3600 };
}
