/** Jobs that wait until a test runs them, with the service's own handlers. */
import type { JobHandlers, JobName, JobPayloads, Jobs } from '../../../src/ports/jobs.ts';

export interface AddedJob<Name extends JobName = JobName> {
  readonly name: Name;
  readonly payload: JobPayloads[Name];
}

export interface MemoryJobs extends Jobs {
  /** All that was ever added, with what it is to do. */
  readonly added: readonly AddedJob[];
  /** Does what waits, and what that adds, until nothing is left. */
  run(handlers: JobHandlers): Promise<void>;
}

export function createMemoryJobs(): MemoryJobs {
  const added: AddedJob[] = [];
  let done = 0;
  return {
    added,
    async add(name, payload) {
      // A payload is sealed as JSON: what JSON does not keep, a job does not get.
      added.push({ name, payload: JSON.parse(JSON.stringify(payload)) });
    },
    async run(handlers) {
      for (let job = added[done]; job; job = added[++done]) await perform(handlers, job);
    },
  };
}

function perform<Name extends JobName>(handlers: JobHandlers, { name, payload }: AddedJob<Name>): Promise<void> {
  return handlers[name](payload, { last: false });
}
