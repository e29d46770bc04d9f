/**
 * Everything the service can do to the world. Flows and jobs see these interfaces and nothing else; each stateful one
 * has a suite in test/contracts that every backend runs. A method that cannot do its work throws ServiceError
 * `store_unavailable` (or `busy`); "not found" and "limit reached" are results, never errors.
 */
import type { Account, AccountProfile } from './domain/account.ts';
import type { CommuneHistory } from './domain/birthplace.ts';
import type { CivilIdentity } from './domain/civil-identity.ts';
import type { Identifier, IdentifierType } from './domain/identifier.ts';
import type { LockoutPolicy } from './domain/lockout.ts';

// ── Accounts (PostgreSQL) ────────────────────────────────────────────────────────────────────────────────────────

export type PasswordKind = 'password' | 'initial-password';

/** A stored password, as needed to verify it. */
export interface PasswordCredential {
  readonly credentialId: string;
  /** An initial password opens nothing but the creation of a password. */
  readonly kind: PasswordKind;
  readonly hash: PasswordHash;
}

/** What sign-in needs of an account, in one read. */
export interface SignInAccount extends Account {
  readonly password?: PasswordCredential;
}

export interface NewAccount {
  readonly identifiers: readonly Identifier[];
  readonly civilIdentity?: CivilIdentity;
  readonly identityVerified: boolean;
  readonly locale: 'fr' | 'en';
  readonly state?: Account['state'];
  readonly password?: { readonly kind: PasswordKind; readonly hash: PasswordHash };
  readonly contactPoints?: readonly NewContactPoint[];
}

/** An account with the ways to reach its holder. */
export interface RecoverableAccount extends AccountProfile {
  readonly contactPoints: readonly ContactPoint[];
}

export interface ContactPoint {
  readonly kind: 'mobile' | 'email';
  readonly value: string;
}

export interface NewContactPoint {
  readonly kind: 'mobile' | 'email';
  /** E.164 for a mobile number. */
  readonly value: string;
  readonly verified: boolean;
}

export interface Accounts {
  /** The account that owns this identifier, through its blind index; undefined when there is none. */
  findForSignIn(identifier: Identifier): Promise<SignInAccount | undefined>;
  findById(accountId: string): Promise<Account | undefined>;
  /** With civil identity and identifiers, unsealed. */
  findProfile(accountId: string): Promise<AccountProfile | undefined>;
  /**
   * Creates an account with everything that belongs to it, or nothing.
   * @returns undefined when an identifier is already owned, also when two creations arrive at once.
   */
  create(account: NewAccount): Promise<{ accountId: string } | undefined>;
  /**
   * Replaces the initial password `credentialId` by a created one; the initial password is destroyed.
   * @returns false when it is no longer there: exactly one of several callers gets true.
   */
  replaceInitialPassword(accountId: string, credentialId: string, hash: PasswordHash): Promise<boolean>;
  /** With contact points too, by an identifier: for recovery. */
  findRecoverable(identifier: Identifier): Promise<RecoverableAccount | undefined>;
  findRecoverableById(accountId: string): Promise<RecoverableAccount | undefined>;
  /** Those whose civil identity has this candidate key: a blind index, no scan. */
  findCandidates(candidateKey: string): Promise<readonly RecoverableAccount[]>;
  /**
   * Sets the password, whatever was there before, ends every session, token and grant that began until now, and has
   * the person told, all or nothing.
   * @param provedAt when the right to do so was proved: a change since then voids it, so one of several callers wins.
   * @returns false when the account is not active any more, or the proof is void.
   */
  setPassword(accountId: string, hash: PasswordHash, provedAt: Date): Promise<boolean>;
  /** Stores a stronger hash of the same password, unless the credential has changed since it was read. */
  upgradePasswordHash(credentialId: string, from: PasswordHash, to: PasswordHash): Promise<void>;
}

// ── Audit (PostgreSQL) ───────────────────────────────────────────────────────────────────────────────────────────

/** A security fact. Never a secret, a NIR, a name, a contact point. */
export interface AuditEvent {
  readonly kind: string;
  readonly outcome: string;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly requestId?: string;
  /** Keyed digest of the client address: groups events without telling where from. */
  readonly clientAddressIndex?: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditLog {
  record(event: AuditEvent): Promise<void>;
}

// ── Secrets: passwords and personal data ─────────────────────────────────────────────────────────────────────────

/** An encoded argon2id hash and the id of the pepper it was made with. */
export interface PasswordHash {
  readonly encoded: string;
  readonly pepperId: string;
}

export interface PasswordHasher {
  /** @throws ServiceError busy when too many are running and waiting. */
  hash(password: string): Promise<PasswordHash>;
  /** Verifies; without a hash, does the same work on a dummy and answers false. @throws ServiceError busy. */
  verify(password: string, hash: PasswordHash | undefined): Promise<boolean>;
  /** Whether the parameters or the pepper have changed since this hash was made. */
  needsRehash(hash: PasswordHash): boolean;
}

/** Dictionary of common passwords and words, lower case, unaccented; loaded at first use. */
export interface CommonWords {
  load(): Promise<(word: string) => boolean>;
}

/** Seals personal data (AES-256-GCM, key id, bound to its place) and computes blind indexes (HMAC-SHA-256). */
export interface Vault {
  /** @param binding where the value stands (table, column, row): opening it elsewhere fails. */
  seal(plaintext: string, binding: string): string;
  /** @throws Error when the text was altered, moved, or its key is unknown. */
  open(sealed: string, binding: string): string;
  /** A keyed digest by which a value is found again; `purpose` keeps equal values of two fields apart. */
  blindIndex(purpose: string, value: string): string;
}

// ── Redis roles (also in memory, for the embedded default) ───────────────────────────────────────────────────────

/** A record, and when it was claimed, by the clock of the store; absent while nobody has. */
export interface ClaimableRecord {
  readonly value: string;
  readonly claimedAt?: Date;
}

/** Records that end by themselves. Callers seal values and digest keys: see adapters/sealed. */
export interface KeyValueStore {
  get(key: string): Promise<string | undefined>;
  getWithClaim(key: string): Promise<ClaimableRecord | undefined>;
  /** Writes or replaces; a claim stays. */
  set(key: string, value: string, expiresInSeconds: number): Promise<void>;
  /** Atomic. True for exactly one caller in the life of the record; false too when there is no record. */
  claim(key: string): Promise<boolean>;
  delete(key: string): Promise<void>;
}

/** oidc-provider's records: sessions, interactions, grants, codes, tokens. At rest neither id nor content is readable. */
export interface ProtocolStore {
  find(model: string, id: string): Promise<Record<string, unknown> | undefined>;
  /** Sessions alone: by the id that outlives a change of the cookie. */
  findSessionByUid(uid: string): Promise<Record<string, unknown> | undefined>;
  upsert(model: string, id: string, payload: Record<string, unknown>, expiresInSeconds: number): Promise<void>;
  /** Marks as used. True for exactly one caller, ever; false too when the record is gone. */
  consume(model: string, id: string): Promise<boolean>;
  destroy(model: string, id: string): Promise<void>;
}

/** Where a person stands in an interaction. Apart from oidc-provider's own record, which ends with the request. */
export interface FlowState {
  readonly clientId: string;
  /** Epoch seconds of the last step. */
  readonly lastStepAt: number;
  readonly locale?: 'fr' | 'en';
  /** Set once the interaction has led back to the relying party. */
  readonly finished?: boolean;
  /** Proved so far: the initial password of this account. Opens the creation of a password and nothing else. */
  readonly firstPassword?: {
    readonly accountId: string;
    readonly credentialId: string;
    /** Which of the account's identifiers was typed: « Se souvenir de moi » keeps that one. */
    readonly identifierType: IdentifierType;
    readonly remember: boolean;
  };
  /** « Mot de passe oublié »: the code that was asked for, then whose it proved to be. */
  readonly passwordRecovery?: {
    readonly codeId: string;
    readonly identifierType: IdentifierType;
    readonly proof?: { readonly accountId: string; readonly provedAtMs: number };
  };
}

/** Keyed by interaction, never by person: parallel sign-ins must not meet. Sealed at rest. */
export interface FlowStates {
  find(uid: string): Promise<FlowState | undefined>;
  save(uid: string, state: FlowState, expiresInSeconds: number): Promise<void>;
}

/** « Se souvenir de moi »: an opaque token on the browser, the identifier sealed here. */
export interface RememberedIdentifiers {
  find(token: string): Promise<Identifier | undefined>;
  save(token: string, identifier: Identifier, expiresInSeconds: number): Promise<void>;
  forget(token: string): Promise<void>;
}

export interface ThrottlePolicy {
  /** Names the counter; part of its key. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface ThrottleResult {
  readonly allowed: boolean;
  readonly retryAfterSeconds: number;
}

export interface RateLimiter {
  /** Counts one more for `key`, atomically: N calls of any number at once are allowed, no more. */
  count(policy: ThrottlePolicy, key: string): Promise<ThrottleResult>;
}

/** Failures in a row, counted before the secret is compared. */
export interface AttemptCounter {
  /**
   * Counts one failure in advance. When the count reaches a lock the lock begins at once, so that of any number of
   * parallel attempts only the allowed ones go on to compare. While locked nothing is counted.
   */
  begin(key: string, policy: LockoutPolicy): Promise<ThrottleResult>;
  /** The attempt was right: the count falls to 0 and the lock ends. */
  succeed(key: string): Promise<void>;
  /** The attempt was never compared (too busy, store away): takes its count back, and the lock that it began. */
  release(key: string): Promise<void>;
}

// ── Recovery: captcha, codes, messages, jobs ─────────────────────────────────────────────────────────────────────

export interface CaptchaChallenge {
  readonly captchaId: string;
  readonly expiresInSeconds: number;
}

export type CaptchaResult = 'right' | 'wrong' | 'expired';

/** One use, 5 minutes, 3 tries; bound to an interaction. The answer is never in a page, an address or a log. */
export interface Captcha {
  create(uid: string, locale: 'fr' | 'en'): Promise<CaptchaChallenge>;
  /** PNG; undefined when the challenge is unknown, used, expired or of another interaction. */
  picture(captchaId: string, uid: string): Promise<Buffer | undefined>;
  /** WAV. */
  sound(captchaId: string, uid: string): Promise<Buffer | undefined>;
  /** Counts the try, compares, then consumes: of any number of right answers at once, one is `right`. */
  verify(captchaId: string, uid: string, answer: string): Promise<CaptchaResult>;
}

/** 6 digits, 10 minutes, 5 tries, one use; only a keyed digest at rest; bound to a purpose and an account. */
export interface VerificationCodes {
  create(codeId: string, purpose: string, code: string, accountId: string): Promise<void>;
  /**
   * Counts the try, compares, then consumes. A code that was never made answers as a wrong one does.
   * @returns the account, to one caller ever; undefined for a wrong, used or expired code.
   * @throws ServiceError code_tries_exceeded.
   */
  verify(codeId: string, purpose: string, code: string): Promise<string | undefined>;
}

/** What is done after the answer. Payloads are sealed. */
export interface Jobs {
  add(name: JobName, payload: Readonly<Record<string, unknown>>): Promise<void>;
}

export type JobName =
  | 'find-provisional-identifier'
  | 'start-password-recovery'
  | 'tell-password-changed'
  | 'deliver-message';

/** The words of messages, from the catalogues. */
export interface MessageTexts {
  write(
    template: string,
    kind: 'sms' | 'mail',
    locale: 'fr' | 'en',
    values: Readonly<Record<string, string>>,
  ): { readonly subject?: string; readonly text: string };
}

/** What is sent to a person. */
export interface Message {
  /** Stable: goes with each sending, so that a gateway can tell a double. */
  readonly messageId: string;
  readonly kind: 'sms' | 'mail';
  /** E.164, or an address. */
  readonly to: string;
  /** Mail alone; never a secret in it. */
  readonly subject?: string;
  /** SMS: GSM-7, 160 characters at most. */
  readonly text: string;
}

/** What a gateway said: yes, or a no that trying again would not change. The reason names no person. */
export type SendResult = { readonly sent: true } | { readonly sent: false; readonly reason: string };

/** Sends; returns once the gateway has answered. @throws ServiceError store_unavailable to be tried again later. */
export interface Notifier {
  send(message: Message): Promise<SendResult>;
}

export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'failed';

/** What is kept of a message: neither its words nor where it went. */
export interface MessageRecord {
  readonly messageId: string;
  readonly accountId?: string;
  readonly kind: Message['kind'];
  readonly template: string;
}

export interface MessageState {
  readonly status: MessageStatus;
  /** Why it failed. */
  readonly reason?: string;
}

export interface Messages {
  /**
   * Notes the message as queued where it is not yet, then holds it while `send` runs and notes what came of it in that
   * transaction. Of any number of callers at once one sends, and nobody after it; when `send` throws it stays queued.
   * @returns where the message stands now, whoever sent it.
   * @throws ServiceError busy while another caller holds it.
   */
  deliver(record: MessageRecord, send: () => Promise<SendResult>): Promise<MessageState>;
  /** What the network said later. @returns false when the message is unknown, or its end was known already. */
  report(messageId: string, status: 'delivered' | 'failed'): Promise<boolean>;
  find(messageId: string): Promise<MessageState | undefined>;
}

/** One of several attempts at a job. */
export interface JobAttempt {
  /** Nothing tries again after this one. */
  readonly last: boolean;
}

// ── Reference data: places ───────────────────────────────────────────────────────────────────────────────────────

/** A département or collectivité that somebody may be born in, today's or one that has ended. */
export interface Departement {
  /** « 31 », « 2A », « 974 »; also « 20 », « 97 » and « 985 », as older documents write them. */
  readonly code: string;
  readonly name: string;
  /** Names before: « Seine-et-Oise ». */
  readonly formerNames: readonly string[];
  /** Whether it has ended. */
  readonly former: boolean;
}

/** A commune by one of its names. */
export interface Commune {
  readonly code: string;
  readonly name: string;
  readonly departementCode: string;
  /** Whether the name or the code is of the past. */
  readonly former: boolean;
  /** Of a former one: the name of the commune that it is, or is in, today. */
  readonly nameToday?: string;
}

/** A country or territory that is not France. Several may share the code of INSEE, as the Bermudas and Anguilla do. */
export interface Country {
  /** INSEE's code, `99xxx`. */
  readonly code: string;
  /** ISO 3166-1 alpha-2. */
  readonly isoCode: string;
  readonly name: string;
}

/** Tables that come with the service: read at first use and kept. Synchronous, and never unavailable. */
export interface ReferenceData {
  /** What became of communes, for the comparison of birthplaces. */
  readonly history: CommuneHistory;
  /** In the order of their codes. */
  departements(): readonly Departement[];
  /** Communes of a département whose name starts with `prefix`; marks, case and « St » are of no account. */
  searchCommunes(departementCode: string, prefix: string, limit?: number): readonly Commune[];
  /** Those of exactly this name: none, one, or rarely several of the past to choose from. */
  findCommunes(departementCode: string, name: string): readonly Commune[];
  /** By the name of today, or the last that it had; undefined when no commune has had this code. */
  findCommune(code: string): Commune | undefined;
  /** Countries in the order of their names, France left out. */
  countries(locale: 'fr' | 'en'): readonly Country[];
  /** INSEE's code of an ISO code (two or three letters), or of itself; undefined for anything else. */
  inseeCountryCode(code: string): string | undefined;
}

// ── The rest ─────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Clock {
  now(): Date;
}

export interface RandomSource {
  /** RFC 9562, version 4. */
  uuid(): string;
  /** Decimal digits, each equally likely. */
  digits(count: number): string;
  /** URL-safe text of at least 256 bits from the cryptographic generator. */
  token(): string;
}

/** Counters for operators; a name and nothing of a person. */
export interface Metrics {
  count(name: MetricName): void;
}

export type MetricName =
  | 'messages_sent'
  | 'messages_failed'
  | 'messages_delivered'
  | 'messages_undelivered'
  | 'messages_refused_by_budget'
  | 'messages_refused_by_contact_point';

/** Structured log; implementations write an allow-list of fields. */
export interface Logger {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export interface LogFields {
  readonly event?: string;
  readonly requestId?: string;
  readonly operation?: string;
  readonly clientId?: string;
  readonly code?: string;
  readonly method?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly error?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Whether the stores answer; for the health page. */
export interface Health {
  /** @returns the names of the stores that do not answer. */
  failing(): Promise<readonly string[]>;
}

export interface Ports {
  readonly accounts: Accounts;
  readonly audit: AuditLog;
  readonly passwords: PasswordHasher;
  readonly commonWords: CommonWords;
  readonly vault: Vault;
  readonly protocolStore: ProtocolStore;
  readonly flowStates: FlowStates;
  readonly rememberedIdentifiers: RememberedIdentifiers;
  readonly rateLimiter: RateLimiter;
  readonly attempts: AttemptCounter;
  readonly captcha: Captcha;
  readonly verificationCodes: VerificationCodes;
  readonly jobs: Jobs;
  readonly referenceData: ReferenceData;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
}
