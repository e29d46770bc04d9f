/** What becomes of messages, for whoever helps the person that waits for one. */
import type { AuditKind } from '../../../ports/audit-log.ts';

const MESSAGE = {
  messageId: { says: 'Its row of `messages`.', is: 'string' },
  template: { says: 'Which words it has, by their name in the catalogues.', is: 'string' },
  kind: { says: 'Over which channel.', is: ['sms', 'mail'] },
} as const;

export const messageEvents = {
  says: 'A message that does not reach its person, or is sent again.',
  names: { accountId: 'if-known' },
  outcomes: {
    refused: {
      says: 'Nothing was sent.',
      details: {
        ...MESSAGE,
        reason: {
          says: 'Which limit was reached: the budget of its purpose, or its country.',
          is: ['budget', 'country'],
        },
      },
    },
    failed: {
      says: 'It was refused, expired, was given up or did not arrive; its code, if it holds one, is dead.',
      details: {
        ...MESSAGE,
        reason: {
          says: '`expired`, `gateway_away`, `gateway_refuses_us`, `internal_error`, `not_delivered`, or the no of the gateway, such as `smtp_550`.',
          is: 'string',
        },
      },
    },
    resent: { says: 'An operator has it sent again. In the transaction of the job that does.', details: MESSAGE },
  },
} as const satisfies AuditKind;

declare module '../../../ports/audit-log.ts' {
  interface AuditKinds {
    readonly message: typeof messageEvents;
  }
}
