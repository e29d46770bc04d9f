/** After a change of password: tells the person, on each contact point, so that a stranger's change is noticed. */
import type { JobPayloads } from '../../../ports/jobs.ts';
import type { Ports } from '../../../ports/ports.ts';
import { type SendPorts, sendToContactPoint } from './send-to-contact-point.ts';

export function createTellPasswordChanged(ports: SendPorts & Pick<Ports, 'accounts'>) {
  return async function tellPasswordChanged({ accountId }: JobPayloads['tell-password-changed']): Promise<void> {
    const account = await ports.accounts.findRecoverableById(accountId);
    if (!account) return;
    for (const contactPoint of account.contactPoints)
      await sendToContactPoint(ports, {
        account,
        contactPoint,
        template: 'password-changed',
        purpose: 'notice',
        values: {},
      });
  };
}
