/**
 * After the answer of « Identifiant provisoire oublié »: the candidates of a blind index, compared in memory. Exactly
 * one match is sent its identifier, on a contact point that the account already has; zero and several leave an audit
 * event that an agent can act on. Confirmed accounts come first: an unconfirmed one never makes them ambiguous.
 */
import { canSignIn } from '../../domain/account.ts';
import { candidateKey, isSamePerson, type TypedIdentity } from '../../domain/civil-identity.ts';
import type { RecoverableAccount } from '../../ports/accounts.ts';
import type { AuditEvent, OutcomeOf } from '../../ports/audit-log.ts';
import type { Ports } from '../../ports/ports.ts';
import { orderContactPoints, type SendPorts, sendToContactPoint } from '../kit/messages/send-to-contact-point.ts';

interface FindProvisionalIdentifier {
  readonly identity: TypedIdentity;
  readonly clientId: string;
}

declare module '../../ports/jobs.ts' {
  interface JobPayloads {
    readonly 'find-provisional-identifier': FindProvisionalIdentifier;
  }
}

declare module '../kit/messages/templates.ts' {
  interface MessageTemplates {
    readonly 'provisional-identifier': MessageTemplate<'identifier', { readonly identifier: string }>;
  }
}

type SearchOutcome = OutcomeOf<'provisional-identifier-search'>;

type JobPorts = SendPorts & Pick<Ports, 'accounts' | 'audit' | 'referenceData'>;

export function createFindProvisionalIdentifier(ports: JobPorts) {
  return async function findProvisionalIdentifier({ identity, clientId }: FindProvisionalIdentifier): Promise<void> {
    const year = identity.birthDate.slice(0, 4);
    const candidates = await ports.accounts.findCandidates(candidateKey(identity.birthName, identity.givenNames, year));
    const { history } = ports.referenceData;
    const matches = candidates.filter(
      (account) =>
        canSignIn(account) &&
        account.civilIdentity !== undefined &&
        isSamePerson(account.civilIdentity, identity, history),
    );
    const confirmed = matches.filter((account) => account.identityVerified);
    const found = confirmed.length > 0 ? confirmed : matches;
    const [only] = found.length === 1 ? found : [];
    const eventOf = (outcome: SearchOutcome): AuditEvent => ({
      kind: 'provisional-identifier-search',
      outcome,
      accountId: only?.accountId,
      clientId,
      details: { matches: found.length },
    });
    const outcome = only ? await send(only, eventOf('sent')) : found.length === 0 ? 'none' : 'several';
    if (outcome !== 'sent') await ports.audit.record(eventOf(outcome));
  };

  /** @param sentEvent is recorded with the message. */
  async function send(account: RecoverableAccount, sentEvent: AuditEvent): Promise<SearchOutcome> {
    const identifier = account.identifiers.find(({ type }) => type === 'provisional')?.value;
    if (identifier === undefined) return 'no-provisional-identifier';
    const [contactPoint, otherwise] = orderContactPoints(account.contactPoints, 'sms');
    if (!contactPoint) return 'no-contact-point';
    const sent = await sendToContactPoint(ports, {
      account,
      contactPoint,
      otherwise,
      template: 'provisional-identifier',
      purpose: 'identifier',
      values: { identifier },
      event: sentEvent,
    });
    return sent ? 'sent' : 'throttled';
  }
}
