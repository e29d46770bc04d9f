/**
 * Everything the service can do to the world. Stories see these interfaces and nothing else; each stateful one
 * has a suite in test/contracts that every backend runs. A method that cannot do its work throws ServiceError
 * `store_unavailable` (or `busy`); "not found" and "limit reached" are results, never errors.
 */
import type { Accounts } from './accounts.ts';
import type { AuditLog } from './audit-log.ts';
import type { Captcha } from './captcha.ts';
import type { Clients } from './clients.ts';
import type { FlowStates } from './flow-states.ts';
import type { Jobs } from './jobs.ts';
import type { KnownBrowsers } from './known-browsers.ts';
import type { Health, Logger, Metrics } from './monitoring.ts';
import type { CommonWords, PasswordHasher } from './passwords.ts';
import type { PhoneNumbers } from './phone-numbers.ts';
import type { ProtocolStore } from './protocol-store.ts';
import type { ReferenceData } from './reference-data.ts';
import type { RememberedIdentifiers } from './remembered-identifiers.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { Clock, RandomSource } from './system.ts';
import type { Tallies } from './tallies.ts';
import type { AttemptCounter, RateLimiter } from './throttles.ts';
import type { UpstreamReturns } from './upstream-returns.ts';
import type { Vault } from './vault.ts';
import type { VerificationCodes } from './verification-codes.ts';

export interface Ports {
  readonly accounts: Accounts;
  readonly audit: AuditLog;
  readonly clients: Clients;
  readonly signingKeys: SigningKeys;
  readonly passwords: PasswordHasher;
  readonly commonWords: CommonWords;
  readonly vault: Vault;
  readonly protocolStore: ProtocolStore;
  readonly flowStates: FlowStates;
  readonly upstreamReturns: UpstreamReturns;
  readonly rememberedIdentifiers: RememberedIdentifiers;
  readonly knownBrowsers: KnownBrowsers;
  readonly rateLimiter: RateLimiter;
  readonly attempts: AttemptCounter;
  readonly captcha: Captcha;
  readonly verificationCodes: VerificationCodes;
  readonly jobs: Jobs;
  readonly tallies: Tallies;
  readonly phoneNumbers: PhoneNumbers;
  readonly referenceData: ReferenceData;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
}
