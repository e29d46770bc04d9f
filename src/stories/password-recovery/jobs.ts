/**
 * After the answer of « Mot de passe oublié »: finds the account, compares the birth date, and sends a code to a contact
 * point of the account. Whoever is not found is sent nothing, and an audit event tells an agent so.
 */
import { canSignIn } from '../../domain/account.ts';
import { isSameBirthDate } from '../../domain/birth-date.ts';
import type { IdentifierType } from '../../domain/identifier.ts';
import { PASSWORD_RECOVERY } from '../../domain/verification-code.ts';
import type { Ports } from '../../ports/ports.ts';
import { orderContactPoints, type SendPorts, sendToContactPoint } from '../kit/messages/send-to-contact-point.ts';

interface StartPasswordRecovery {
  readonly codeId: string;
  readonly type: IdentifierType;
  readonly value: string;
  readonly birthDate: string;
  readonly channel: 'sms' | 'mail';
  readonly clientId: string;
}

declare module '../../ports/jobs.ts' {
  interface JobPayloads {
    readonly 'start-password-recovery': StartPasswordRecovery;
  }
}

declare module '../kit/messages/templates.ts' {
  interface MessageTemplates {
    readonly 'password-recovery-code': MessageTemplate<'recovery-code', { readonly code: string }>;
  }
}

type JobPorts = SendPorts & Pick<Ports, 'accounts' | 'audit' | 'clock'>;

/** @param codeLifeSeconds an expired code is not worth sending. */
export function createStartPasswordRecovery(ports: JobPorts, codeLifeSeconds: number) {
  return async function startPasswordRecovery(request: StartPasswordRecovery): Promise<void> {
    const account = await ports.accounts.findRecoverable({ type: request.type, value: request.value });
    const record = (outcome: string) =>
      ports.audit.record({
        kind: 'password-recovery-search',
        outcome,
        accountId: account?.accountId,
        clientId: request.clientId,
      });
    if (!account || !canSignIn(account)) return record('no-account');
    const recorded = account.civilIdentity?.birthDate;
    if (recorded === undefined || !isSameBirthDate(recorded, request.birthDate)) return record('birth-date-differs');
    const [contactPoint, otherwise] = orderContactPoints(account.contactPoints, request.channel);
    if (!contactPoint) return record('no-contact-point');
    const digits = ports.random.digits(6);
    const expiresAtMs = ports.clock.now().getTime() + codeLifeSeconds * 1000;
    const subject = { kind: 'account', accountId: account.accountId } as const;
    const sent = await sendToContactPoint(ports, {
      account,
      contactPoint,
      otherwise,
      template: 'password-recovery-code',
      purpose: 'recovery-code',
      values: { code: digits },
      expiresAtMs,
      code: { codeId: request.codeId, purpose: PASSWORD_RECOVERY, code: digits, subject },
    });
    await record(sent ? 'sent' : 'throttled');
  };
}
