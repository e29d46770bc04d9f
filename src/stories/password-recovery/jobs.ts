/**
 * After the answer of « Mot de passe oublié »: finds the account, compares the birth date, and sends a code to a contact
 * point of the account. Whoever is not found is sent nothing, and an audit event tells an agent so.
 */
import { canSignIn } from '../../domain/account.ts';
import { isSameBirthDate } from '../../domain/birth-date.ts';
import type { IdentifierType } from '../../domain/identifier.ts';
import { accountAttemptsKey } from '../../domain/lockout.ts';
import { digitsOfCode, PASSWORD_RECOVERY } from '../../domain/verification-code.ts';
import type { OutcomeOf } from '../../ports/audit-log.ts';
import type { JobAttempt, JobPayloads } from '../../ports/jobs.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Device, findOwnKey } from '../kit/browser.ts';
import { orderContactPoints, type SendPorts, sendToContactPoint } from '../kit/messages/send-to-contact-point.ts';

interface StartPasswordRecovery {
  readonly codeId: string;
  readonly type: IdentifierType;
  readonly value: string;
  readonly birthDate: string;
  readonly channel: 'sms' | 'mail';
  readonly clientId: string;
  /** The browser that asks. */
  readonly device: Device;
  /** Epoch milliseconds: of whoever waited as they were told, and asked for another code. */
  readonly askedAgainAtMs?: number;
}

declare module '../../ports/jobs.ts' {
  interface JobPayloads {
    readonly 'start-password-recovery': StartPasswordRecovery;
    /** Without an account there is nobody to tell: an unknown person's wrong codes are answered by as much work. */
    readonly 'tell-wrong-codes': { readonly accountId?: string };
  }
}

declare module '../kit/messages/templates.ts' {
  interface MessageTemplates {
    readonly 'password-recovery-code': MessageTemplate<'recovery-code', { readonly code: string }>;
    readonly 'wrong-codes': MessageTemplate<'notice', Readonly<Record<never, never>>>;
  }
}

type SearchOutcome = OutcomeOf<'password-recovery-search'>;

export type JobPorts = SendPorts & Pick<Ports, 'accounts' | 'audit' | 'clock' | 'knownBrowsers' | 'verificationCodes'>;

export interface CodeRules {
  /** An expired code is not worth sending. */
  readonly lifeSeconds: number;
  /** Wrong codes of an account past which its new ones are longer. */
  readonly wrongPerDay: number;
}

/**
 * The wait that a person is told begins when they ask, that of the contact point when the message before was counted, a
 * moment later: so long a search that comes too early for the second is put off.
 */
const PATIENCE = { mostSeconds: 15, againInSeconds: 2 };

export function createStartPasswordRecovery(ports: JobPorts, rules: CodeRules) {
  return async function startPasswordRecovery(request: StartPasswordRecovery, attempt: JobAttempt): Promise<void> {
    const account = await ports.accounts.findRecoverable({ type: request.type, value: request.value });
    const eventOf = (outcome: SearchOutcome) =>
      ({
        kind: 'password-recovery-search',
        outcome,
        accountId: account?.accountId,
        clientId: request.clientId,
      }) as const;
    const record = (outcome: SearchOutcome) => ports.audit.record(eventOf(outcome));
    if (!account || !canSignIn(account)) return record('no-account');
    const recorded = account.civilIdentity?.birthDate;
    if (recorded === undefined || !isSameBirthDate(recorded, request.birthDate)) return record('birth-date-differs');
    const [contactPoint, otherwise] = orderContactPoints(account.contactPoints, request.channel);
    if (!contactPoint) return record('no-contact-point');
    // A browser that the account knows asks for itself: what strangers ask for and guess at is counted apart.
    const ownKey = await findOwnKey(ports, request.device, account);
    const countedAs = `codes:${ownKey ?? accountAttemptsKey(account.accountId)}`;
    const wrongCodes = await ports.verificationCodes.wrongCodes(countedAs);
    const digits = ports.random.digits(digitsOfCode(wrongCodes, rules.wrongPerDay));
    const expiresAtMs = ports.clock.now().getTime() + rules.lifeSeconds * 1000;
    const subject = { kind: 'account', accountId: account.accountId } as const;
    const sent = await sendToContactPoint(ports, {
      account,
      contactPoint,
      otherwise,
      template: 'password-recovery-code',
      purpose: 'recovery-code',
      values: { code: digits },
      expiresAtMs,
      code: { codeId: request.codeId, purpose: PASSWORD_RECOVERY, code: digits, subject, countedAs },
      ...(ownKey === undefined ? {} : { share: 'known-browser' as const }),
      event: eventOf('sent'),
    });
    if (sent) return;
    const isEarly = ports.clock.now().getTime() < (request.askedAgainAtMs ?? 0) + PATIENCE.mostSeconds * 1000;
    if (isEarly) attempt.putOff(PATIENCE.againInSeconds);
    else await record('throttled');
  };
}

/** Tells the holder of an account, on each contact point, that somebody types codes that are wrong. */
export function createTellWrongCodes(ports: JobPorts) {
  return async function tellWrongCodes({ accountId }: JobPayloads['tell-wrong-codes']): Promise<void> {
    if (accountId === undefined) return;
    const account = await ports.accounts.findRecoverableById(accountId);
    if (!account) return;
    await ports.audit.record({ kind: 'password-recovery', outcome: 'codes-guessed-at', accountId });
    for (const contactPoint of account.contactPoints)
      await sendToContactPoint(ports, {
        account,
        contactPoint,
        template: 'wrong-codes',
        purpose: 'notice',
        values: {},
      });
  };
}
