/** What is done after the answer. */

/** What is done after the answer. Payloads are sealed. */
export interface Jobs {
  add(name: JobName, payload: Readonly<Record<string, unknown>>): Promise<void>;
}

export type JobName =
  | 'find-provisional-identifier'
  | 'start-password-recovery'
  | 'tell-password-changed'
  | 'deliver-message';

/** One of several attempts at a job. */
export interface JobAttempt {
  /** Nothing tries again after this one. */
  readonly last: boolean;
}
