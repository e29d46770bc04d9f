/** What « Identifiant provisoire oublié » leaves in the audit log: its form, and the search after the answer. */
import type { AuditKind } from '../../ports/audit-log.ts';
import { BEGUN, guardedKind } from '../kit/guarded-kind.ts';

export const recoveryEvents = guardedKind(
  '« Identifiant provisoire oublié »: the form is sent.',
  {
    begun: BEGUN,
    'message-on-its-way':
      'The form is taken; what came of it is told by `provisional-identifier-search`. In the transaction of that job.',
  },
  ['too_many_requests'],
);

export const searchEvents = {
  says: 'The search for whoever filled in the form. None of it is shown to whoever asked.',
  names: { accountId: 'if-known', clientId: 'always' },
  outcomes: {
    sent: said('One account matches, and its identifier is on its way to it. In the transaction of the message.'),
    none: said('No account matches.'),
    several: said('Several accounts match: nobody is sent anything.'),
    'no-provisional-identifier': said('The account that matches has no provisional identifier.'),
    'no-contact-point': said('The account that matches has no verified contact point: an agent can help.'),
    throttled: said('A limit of messages was reached: nothing was sent.'),
  },
} as const satisfies AuditKind;

function said(says: string) {
  return { says, details: { matches: { says: 'How many accounts match.', is: 'number' } } } as const;
}

declare module '../../ports/audit-log.ts' {
  interface AuditKinds {
    readonly 'provisional-identifier-recovery': typeof recoveryEvents;
    readonly 'provisional-identifier-search': typeof searchEvents;
  }
}
