/** What the creation of a password leaves in the audit log. */
import { guardedKind } from '../kit/guarded-kind.ts';

export const firstPasswordEvents = guardedKind(
  'Somebody who signed in with an initial password creates the password that replaces it.',
  {
    authenticated:
      'The password is created, the initial one destroyed, and the person signed in. In the transaction of the change.',
  },
  ['account_unavailable', 'step_not_available', 'too_many_requests'],
);

declare module '../../ports/audit-log.ts' {
  interface AuditKinds {
    readonly 'first-password': typeof firstPasswordEvents;
  }
}
