/** What is done after the answer. */
import type { AuditEvent } from './audit-log.ts';
import type { MessageRecord, OutgoingMessage } from './messages.ts';

/** A message as the version before has queued it: it may say neither what it is for nor since when it waits. */
export type FormerOutgoingMessage = Omit<OutgoingMessage, 'purpose' | 'queuedAtMs'> &
  Partial<Pick<OutgoingMessage, 'purpose' | 'queuedAtMs'>>;

/** The payload of each job, by its name. Who does a job declares its payload beside the handler. */
export interface JobPayloads {
  /** Added by `Accounts` itself, in the transaction that changes the password. */
  readonly 'tell-password-changed': { readonly accountId: string };
  /** Each kind apart: a gateway that hangs holds up its own alone. */
  readonly 'deliver-mail': OutgoingMessage;
  readonly 'deliver-sms': OutgoingMessage;
  /** Both kinds, as the version before queues them; taken for one release, and added no more. */
  readonly 'deliver-message': FormerOutgoingMessage;
  /** Added by `Messages` itself, in the transaction that notes what the network reported. */
  readonly 'message-undelivered': MessageRecord;
}

export type JobName = keyof JobPayloads;

/** Payloads are sealed. A job exists exactly when the transaction that added it is committed. */
export interface Jobs {
  /** @param event is recorded with the job, or neither is. */
  add<Name extends JobName>(name: Name, payload: JobPayloads[Name], event?: AuditEvent): Promise<void>;
}

/** One of several attempts at a job. */
export interface JobAttempt {
  /** Nothing tries again after this one. */
  readonly last: boolean;
  /** The job goes back as it was and comes again after so long, once its handler has returned: this attempt costs none. */
  putOff(seconds: number): void;
}

/** Does each job with the payload of its name. */
export type JobHandlers = {
  readonly [Name in JobName]: (payload: JobPayloads[Name], attempt: JobAttempt) => Promise<void>;
};
