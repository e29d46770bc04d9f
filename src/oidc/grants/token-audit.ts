/**
 * What the second use of a code or of a refresh token leaves in the audit log: a replay ends its grant, a collision is
 * refused and that is all (ADR 0002), and a refresh token may be shared for a moment (ADR 0031). The refusal does not depend on the record of it.
 */
import { Provider } from 'oidc-provider';
import type { OutcomeOf } from '../../ports/audit-log.ts';
import type { Ports } from '../../ports/ports.ts';

type TokenRecord = Readonly<Record<string, unknown>>;

export type TokenAudit = ReturnType<typeof createTokenAudit>;

/** Several collisions of one code or token within this time are one event. */
const SECONDS_OF_ONE = 60;

const COLLISIONS: ReadonlyMap<string, OutcomeOf<'token'>> = new Map([
  ['AuthorizationCode', 'code-collision'],
  ['RefreshToken', 'refresh-token-collision'],
]);

export function createTokenAudit({
  audit,
  log,
  protocolStore,
  vault,
}: Pick<Ports, 'audit' | 'log' | 'protocolStore' | 'vault'>) {
  /** Never throws: what could not be recorded is an error in the log. */
  async function record(outcome: OutcomeOf<'token'>, { accountId, clientId }: TokenRecord): Promise<void> {
    const { requestId, clientAddress } = Provider.ctx?.state ?? {};
    try {
      await audit.record({
        kind: 'token',
        outcome,
        accountId: textOf(accountId),
        clientId: textOf(clientId),
        requestId: textOf(requestId),
        clientAddressIndex: clientAddress && vault.blindIndex('client-address', clientAddress.address),
      });
    } catch (error) {
      log.error({ event: 'audit_lost', error, details: { kind: 'token', outcome } }, 'a security fact is not recorded');
    }
  }

  return {
    /** The library has ended a grant; at the token endpoint it does so when it is shown what was used before. */
    async grantEnded(grant: TokenRecord | undefined): Promise<void> {
      const { route, params } = Provider.ctx?.oidc ?? {};
      if (route !== 'token' || !grant) return;
      await record(params?.grant_type === 'refresh_token' ? 'refresh-token-replayed' : 'code-replayed', grant);
    },

    /** Somebody else was faster. @param found undefined when it had only ended. */
    async collided(model: string, id: string, found: TokenRecord | undefined): Promise<void> {
      const outcome = COLLISIONS.get(model);
      if (!outcome || !found) return;
      if (await isFirst(`${model}Collision`, id)) await record(outcome, found);
    },

    /** Somebody else was faster, and has the same successor. */
    async shared(model: string, id: string, found: TokenRecord): Promise<void> {
      if (await isFirst(`${model}Sharing`, id)) await record('refresh-token-shared', found);
    },
  };

  /** A record of its own that one caller can use; where the store is away each is the first. */
  async function isFirst(kind: string, id: string): Promise<boolean> {
    try {
      await protocolStore.upsert(kind, id, {}, SECONDS_OF_ONE);
      return await protocolStore.consume(kind, id);
    } catch {
      return true;
    }
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
