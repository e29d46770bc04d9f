/** What the protocol endpoints leave in the audit log. */
import type { AuditKind } from '../ports/audit-log.ts';

export const tokenEvents = {
  says: 'A code or a refresh token was shown twice.',
  names: { accountId: 'if-known', clientId: 'if-known', requestId: 'if-known', clientAddressIndex: 'if-known' },
  outcomes: {
    'code-replayed': 'A code was used again: it was stolen, or its client repeats itself. Its grant has ended.',
    'refresh-token-replayed':
      'A refresh token that has a successor was used again: one of both was stolen, or its client repeats itself. Its grant has ended.',
    'code-collision': 'One code twice at once: one was refused. Several within a minute are one event.',
    'refresh-token-collision':
      'One refresh token twice at once: one was refused. Several within a minute are one event.',
    'refresh-token-shared':
      'One refresh token twice within the grace: both have the same successor. Several within a minute are one event.',
  },
} as const satisfies AuditKind;

export const nirReleaseEvents = {
  says: 'The NIR leaves to a client that is entitled to it (décret 2019-341). It does not leave without its event.',
  names: { accountId: 'always', clientId: 'always' },
  outcomes: { released: 'The answer of userinfo holds the NIR.' },
} as const satisfies AuditKind;

declare module '../ports/audit-log.ts' {
  interface AuditKinds {
    readonly token: typeof tokenEvents;
    readonly 'nir-release': typeof nirReleaseEvents;
  }
}
