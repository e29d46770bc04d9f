/** What « Mot de passe oublié » leaves in the audit log: its steps, and the search after the answer. */
import type { AuditKind } from '../../ports/audit-log.ts';
import { BEGUN, guardedKind } from '../kit/guarded-kind.ts';

export const recoveryEvents = guardedKind(
  '« Mot de passe oublié »: a code is asked for, typed, and a password set.',
  {
    begun: BEGUN,
    'code-sent':
      'A code was asked for; whether one was sent is told by `password-recovery-search`. In the transaction of that job.',
    'new-password-required': 'The code is right.',
    'password-changed': 'The password is changed, and every session ended. In the transaction of the change.',
    'codes-guessed-at': {
      says: 'More wrong codes were typed in a day than the settings say: the holder of the account is told.',
      names: { accountId: 'always' },
    },
  },
  ['code_wrong', 'code_tries_exceeded', 'account_unavailable', 'step_not_available', 'too_many_requests'],
);

export const searchEvents = {
  says: 'The search after a code was asked for. None of it is shown to whoever asked.',
  names: { accountId: 'if-known', clientId: 'always' },
  outcomes: {
    sent: 'A code is on its way to a contact point of the account. In the transaction of the message.',
    'no-account': 'No account has this identifier, or it may not sign in.',
    'birth-date-differs': 'The birth date that was typed is not the one on record, or none is.',
    'no-contact-point': 'The account has no verified contact point: an agent can help.',
    throttled: 'A limit of messages was reached: no code was sent.',
  },
} as const satisfies AuditKind;

declare module '../../ports/audit-log.ts' {
  interface AuditKinds {
    readonly 'password-recovery': typeof recoveryEvents;
    readonly 'password-recovery-search': typeof searchEvents;
  }
}
