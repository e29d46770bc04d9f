/**
 * Every setting, defined once. Where a setting stands here is its place in Config and in config/default.yaml. Those of
 * a gateway are defined in the gateway's own folder. `npm run docs` after a change.
 */
import { captchaGateways } from '../adapters/captcha/gateways.ts';
import {
  address,
  choice,
  decimal,
  flag,
  type Group,
  integer,
  oneOf,
  PORTS,
  parsedSecret,
  text,
  type Values,
} from '../setting.ts';
import { addressRanges } from './address-ranges.ts';
import { settingsOf } from './gateway-settings.ts';
import { parseCookieKeys, parseKey, parseKeysWithId, parseSigningKeys } from './keys.ts';
import { messageSettings } from './message-settings.ts';
import { postgresAddress, redisAddress } from './store-address.ts';
import { throttleSettings } from './throttle-settings.ts';
import { timeZone } from './time-zone.ts';
import { uiSettings } from './ui-settings.ts';

/** An orchestrator kills a process that takes much longer than its grace, which is counted in tens of seconds. */
const LONGEST_DRAIN_SECONDS = 300;

export const settings = {
  trial: flag(
    'TRIAL',
    false,
    'A trial, which each page says: production then permits localhost, the demo clients, the spool, gateways in clear, weak keys and proxies that trust the world',
  ),
  issuer: address('ISSUER', 'http://localhost:3000', 'Issuer and public address; https except on localhost', {
    public: true,
  }),
  timeZone: timeZone('TIME_ZONE', 'Europe/Paris', 'Time zone of the times of day that people are told'),
  listen: {
    host: text('HOST', '0.0.0.0', 'Address to listen on'),
    port: integer('PORT', 3000, 'Port to listen on', PORTS),
    drainSeconds: integer(
      'DRAIN_SECONDS',
      5,
      'Before a stop: ready is 503 for so long, and everything is still served; longer than it takes to be noticed',
      { minimum: 0, maximum: LONGEST_DRAIN_SECONDS },
    ),
  },
  admin: {
    host: text('ADMIN_HOST', '127.0.0.1', 'Address of the admin listener'),
    port: integer('ADMIN_PORT', 0, 'Port of the admin listener: metrics, delivery reports; 0 keeps it closed', PORTS),
  },
  databaseUrl: parsedSecret('DATABASE_URL', 'PostgreSQL; with REDIS_URL, nothing is embedded', postgresAddress),
  redisUrl: {
    ...parsedSecret('REDIS_URL', 'Redis; with DATABASE_URL, nothing is embedded', redisAddress),
    // The Redis roles are kept in memory.
    whenEmbedded: '',
  },
  database: {
    poolSize: integer('DATABASE_POOL_SIZE', 10, 'PostgreSQL connections', { maximum: 10_000 }),
  },
  proxies: {
    trusted: addressRanges('TRUSTED_PROXIES', 'Proxies whose X-Forwarded-For is believed'),
    shared: addressRanges('SHARED_ADDRESSES', 'Addresses that many people share (Caf halls, schools)'),
    sharedFactor: integer('SHARED_ADDRESS_FACTOR', 10, 'By how much the limits of shared addresses are raised'),
  },
  ui: uiSettings,
  clients: {
    file: text('CLIENTS_FILE', 'config/clients.yaml', 'Relying parties (YAML)'),
  },
  times: {
    interactionIdleSeconds: integer(
      'INTERACTION_IDLE_SECONDS',
      900,
      'An interaction ends this long after its last step',
    ),
    interactionMaximumSeconds: integer(
      'INTERACTION_MAXIMUM_SECONDS',
      3600,
      'An interaction ends this long after it began',
    ),
    interactionRestartSeconds: integer(
      'INTERACTION_RESTART_SECONDS',
      7200,
      'An interaction that has ended by time can begin anew until this long after its request',
    ),
    authorizationCodeSeconds: integer('AUTHORIZATION_CODE_SECONDS', 60, 'Life of an authorization code'),
    accessTokenSeconds: integer('ACCESS_TOKEN_SECONDS', 600, 'Life of an access token'),
    idTokenSeconds: integer('ID_TOKEN_SECONDS', 600, 'Life of an ID token'),
    sessionIdleSeconds: integer(
      'SESSION_IDLE_SECONDS',
      1800,
      'A session ends after this long without an authorization request',
    ),
    sessionMaximumSeconds: integer('SESSION_MAXIMUM_SECONDS', 43200, 'A session ends this long after the sign-in'),
    nativeRefreshIdleSeconds: integer(
      'NATIVE_REFRESH_IDLE_SECONDS',
      2592000,
      'A refresh token of a native client ends this long after it was given; each refresh gives another',
    ),
    nativeRefreshMaximumSeconds: integer(
      'NATIVE_REFRESH_MAXIMUM_SECONDS',
      7776000,
      'The refresh tokens of a native client end this long after its sign-in, however often it refreshes',
    ),
    refreshReuseGraceSeconds: integer(
      'REFRESH_REUSE_GRACE_SECONDS',
      10,
      'So long after its use a refresh token gives the same successor again, later its grant ends; 0: no client has a grace',
      { minimum: 0, maximum: 60 },
    ),
    rememberIdentifierSeconds: integer(
      'REMEMBER_IDENTIFIER_SECONDS',
      2592000,
      'How long « Se souvenir de moi » keeps the identifier',
    ),
  },
  session: {
    persistent: flag('SESSION_PERSISTENT', false, 'Keeps the session when the browser closes'),
  },
  passwords: {
    minimumLength: integer('PASSWORD_MINIMUM_LENGTH', 8, 'Shortest created password, in characters'),
    maximumLength: integer('PASSWORD_MAXIMUM_LENGTH', 24, 'Longest created password, in characters'),
    minimumBits: decimal('PASSWORD_MINIMUM_BITS', 50, "The CNIL's measure of strength, in bits", { minimum: 0 }),
    memoryKiB: integer('ARGON2_MEMORY_KIB', 19456, 'argon2id memory', { minimum: 1024, maximum: 4_194_304 }),
    iterations: integer('ARGON2_ITERATIONS', 2, 'argon2id passes', { maximum: 1000 }),
    parallelism: integer('ARGON2_PARALLELISM', 1, 'argon2id lanes', { maximum: 255 }),
    running: integer('ARGON2_RUNNING', 4, 'Hashes that run at once in one process', { maximum: 1024 }),
    waiting: integer('ARGON2_WAITING', 64, 'Hashes that wait at once; past it, 503 with Retry-After'),
  },
  captcha: {
    provider: choice(
      'CAPTCHA_PROVIDER',
      captchaGateways,
      'own',
      'Who makes captchas: ours, for trials and small agencies, or CaptchEtat of the State',
    ),
    ...settingsOf(captchaGateways),
  },
  messages: messageSettings,
  codes: {
    lifeSeconds: integer('CODE_LIFE_SECONDS', 600, 'Life of a verification code'),
    tries: integer('CODE_TRIES', 5, 'Tries of a verification code'),
    alarmFromSent: integer('CODE_ALARM_FROM_SENT', 100, 'Codes sent in an hour from which on their use is watched'),
    alarmBelowPercent: integer(
      'CODE_ALARM_BELOW_PERCENT',
      30,
      'Below this share of them used it alarms, once an hour; 0 never does',
      { minimum: 0 },
    ),
    wrongPerDay: integer(
      'CODE_WRONG_PER_DAY',
      10,
      'Wrong codes of an account, without a day between two, past which new ones have 9 digits',
    ),
  },
  throttles: throttleSettings,
  log: {
    level: oneOf(
      'LOG_LEVEL',
      ['error', 'warn', 'info', 'debug', 'silent'],
      'info',
      'From which level on lines are written',
    ),
  },
  secrets: {
    cookieKeys: parsedSecret(
      'COOKIE_KEYS',
      'Keys that sign cookies and form tokens, comma-separated, the newest first; 32 characters or more each',
      parseCookieKeys,
    ),
    sealingKeys: parsedSecret(
      'SEALING_KEYS',
      'AES-256 keys that seal personal data: id:base64 of 32 bytes, comma-separated, the newest first',
      parseKeysWithId,
    ),
    indexKey: parsedSecret(
      'INDEX_KEY',
      'HMAC key of the blind indexes: base64 of 32 bytes; changing it needs every index rebuilt',
      parseKey,
    ),
    passwordPeppers: parsedSecret(
      'PASSWORD_PEPPERS',
      'Peppers of argon2id: id:base64 of 32 bytes, comma-separated, the newest first',
      parseKeysWithId,
    ),
    pairwiseKey: parsedSecret(
      'PAIRWISE_KEY',
      'HMAC key of the pairwise sub: base64 of 32 bytes; it never rotates',
      parseKey,
    ),
    signingKeys: parsedSecret(
      'SIGNING_KEYS',
      'JWKS with the private signing keys (ES256, RS256), the newest first',
      parseSigningKeys,
    ),
  },
} satisfies Group;

/** What the definitions come to. */
export type SettingValues = Values<typeof settings>;
