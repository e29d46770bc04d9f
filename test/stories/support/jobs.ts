/** Jobs that wait until a test runs them, with the service's own handlers. */
import type { AuditLog } from '../../../src/ports/audit-log.ts';
import type { JobHandlers, JobName, JobPayloads, Jobs } from '../../../src/ports/jobs.ts';

export interface AddedJob<Name extends JobName = JobName> {
  readonly name: Name;
  readonly payload: JobPayloads[Name];
}

export interface MemoryJobs extends Jobs {
  /** All that was ever added, with what it is to do. */
  readonly added: readonly AddedJob[];
  /** Does what waits, and what that adds, until nothing is left. What is put off waits for the next run, whatever the time. */
  run(handlers: JobHandlers): Promise<void>;
}

export function createMemoryJobs(audit: AuditLog): MemoryJobs {
  const added: AddedJob[] = [];
  const waiting: AddedJob[] = [];
  return {
    added,
    async add(name, payload, event) {
      if (event) await audit.record(event);
      // A payload is sealed as JSON: what JSON does not keep, a job does not get.
      const job = { name, payload: JSON.parse(JSON.stringify(payload)) };
      added.push(job);
      waiting.push(job);
    },
    async run(handlers) {
      const later: AddedJob[] = [];
      for (let job = waiting[0]; job; job = waiting[0]) {
        const taken = job;
        await perform(handlers, taken, () => void later.push(taken));
        waiting.shift();
      }
      waiting.push(...later);
    },
  };
}

function perform<Name extends JobName>(
  handlers: JobHandlers,
  { name, payload }: AddedJob<Name>,
  putOff: () => void,
): Promise<void> {
  return handlers[name](payload, { last: false, putOff });
}
