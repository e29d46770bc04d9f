/** What sign-in leaves in the audit log. */
import { guardedKind } from '../kit/guarded-kind.ts';

export const signInEvents = guardedKind(
  'Somebody signed in, or tried to.',
  {
    authenticated: 'The password is right, and nothing is owed any more.',
    'password-creation-required': 'The initial password is right: a password must be created before anything else.',
  },
  ['sign_in_failed', 'sign_in_locked', 'captcha_required', 'account_unavailable', 'too_many_requests'],
);

declare module '../../ports/audit-log.ts' {
  interface AuditKinds {
    readonly 'sign-in': typeof signInEvents;
  }
}
