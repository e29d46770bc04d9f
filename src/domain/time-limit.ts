/**
 * How long a person may take: so long from their last step on, and so long in all. Each step prolongs the first, nothing the
 * second (RGAA 13.1: a limit of time is told, and can be prolonged).
 */

/** Epoch seconds. */
export interface Course {
  readonly beganAt: number;
  readonly lastStepAt: number;
}

export interface TimeLimit {
  readonly interactionIdleSeconds: number;
  readonly interactionMaximumSeconds: number;
}

/** @returns epoch seconds: from then on no step is taken any more. */
export function endOf({ beganAt, lastStepAt }: Course, limit: TimeLimit): number {
  return Math.min(lastStepAt + limit.interactionIdleSeconds, beganAt + limit.interactionMaximumSeconds);
}
