/**
 * Deliveries that the version before has queued under one name for both kinds. Each is queued again under the name of its
 * kind, with the time since when it waits, so that it takes the slots of its channel and ends as any other. A process that
 * dies in between queues it twice: its row lets one send.
 */
import type { FormerOutgoingMessage, JobPayloads } from '../../../ports/jobs.ts';
import type { MessagePurpose } from '../../../ports/messages.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { MessageTemplates } from './templates.ts';

/** What each template is for: a message from before may not say so itself. */
const PURPOSES: { readonly [Template in keyof MessageTemplates]: MessageTemplates[Template]['purpose'] } = {
  'password-recovery-code': 'recovery-code',
  'provisional-identifier': 'identifier',
  'password-changed': 'notice',
  'wrong-codes': 'notice',
};

export function createDeliverFormerMessage({ jobs, clock }: Pick<Ports, 'jobs' | 'clock'>) {
  return async function deliverFormerMessage(former: JobPayloads['deliver-message']): Promise<void> {
    const { purpose = purposeOf(former), queuedAtMs = clock.now().getTime() } = former;
    await jobs.add(`deliver-${former.kind}`, { ...former, purpose, queuedAtMs });
  };
}

function purposeOf({ template }: FormerOutgoingMessage): MessagePurpose {
  return Object.hasOwn(PURPOSES, template) ? PURPOSES[template as keyof MessageTemplates] : 'notice';
}
