/**
 * The table of all settings: where each stands in config/default.yaml, the environment variable that overrides it, its
 * kind, and what it means. config.ts reads it at boot; docs/configuration.md is generated from it.
 */

export type SettingKind =
  | 'url'
  | 'text-or-empty'
  | 'url-or-empty'
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'cidr-list'
  | 'level';

export interface Setting {
  readonly path: string;
  readonly env: string;
  readonly kind: SettingKind;
  readonly meaning: string;
  /** Of a number; 1 unless said otherwise. */
  readonly minimum?: number;
}

export const settings: readonly Setting[] = [
  { path: 'issuer', env: 'ISSUER', kind: 'url', meaning: 'Issuer and public address; https except on localhost' },
  { path: 'listen.host', env: 'HOST', kind: 'text', meaning: 'Address to listen on' },
  { path: 'listen.port', env: 'PORT', kind: 'integer', minimum: 0, meaning: 'Port to listen on' },
  { path: 'admin.host', env: 'ADMIN_HOST', kind: 'text', meaning: 'Address of the admin listener' },
  {
    path: 'admin.port',
    env: 'ADMIN_PORT',
    kind: 'integer',
    minimum: 0,
    meaning: 'Port of the admin listener: metrics, delivery reports; 0 keeps it closed',
  },
  { path: 'database.poolSize', env: 'DATABASE_POOL_SIZE', kind: 'integer', meaning: 'PostgreSQL connections' },
  {
    path: 'proxies.trusted',
    env: 'TRUSTED_PROXIES',
    kind: 'cidr-list',
    meaning: 'Proxies whose X-Forwarded-For is believed',
  },
  { path: 'proxies.shared', env: 'SHARED_ADDRESSES', kind: 'cidr-list', meaning: 'Addresses that many people share' },
  {
    path: 'proxies.sharedFactor',
    env: 'SHARED_ADDRESS_FACTOR',
    kind: 'integer',
    meaning: 'Raises the limits of shared addresses',
  },
  {
    path: 'ui.url',
    env: 'UI_URL',
    kind: 'url-or-empty',
    meaning: 'Front end that replaces the screens, on the same site',
  },
  { path: 'ui.homeUrl', env: 'HOME_URL', kind: 'url', meaning: 'Where a lost person is led back to' },
  {
    path: 'ui.pages.dataProtection',
    env: 'PAGE_DATA_PROTECTION_URL',
    kind: 'url-or-empty',
    meaning: 'Replaces « Informatique et libertés »',
  },
  {
    path: 'ui.pages.securityAdvice',
    env: 'PAGE_SECURITY_ADVICE_URL',
    kind: 'url-or-empty',
    meaning: 'Replaces the security advice',
  },
  {
    path: 'ui.pages.legalNotice',
    env: 'PAGE_LEGAL_NOTICE_URL',
    kind: 'url-or-empty',
    meaning: 'Replaces « Mentions légales »',
  },
  {
    path: 'ui.pages.accessibility',
    env: 'PAGE_ACCESSIBILITY_URL',
    kind: 'url-or-empty',
    meaning: 'Replaces the accessibility declaration',
  },
  { path: 'ui.pages.help', env: 'PAGE_HELP_URL', kind: 'url-or-empty', meaning: 'Replaces the help page' },
  { path: 'clients.file', env: 'CLIENTS_FILE', kind: 'text', meaning: 'Relying parties (YAML)' },
  {
    path: 'times.interactionIdleSeconds',
    env: 'INTERACTION_IDLE_SECONDS',
    kind: 'integer',
    meaning: 'An interaction ends this long after its last step',
  },
  {
    path: 'times.interactionMaximumSeconds',
    env: 'INTERACTION_MAXIMUM_SECONDS',
    kind: 'integer',
    meaning: 'An interaction ends this long after it began',
  },
  {
    path: 'times.authorizationCodeSeconds',
    env: 'AUTHORIZATION_CODE_SECONDS',
    kind: 'integer',
    meaning: 'Life of an authorization code',
  },
  {
    path: 'times.accessTokenSeconds',
    env: 'ACCESS_TOKEN_SECONDS',
    kind: 'integer',
    meaning: 'Life of an access token',
  },
  { path: 'times.idTokenSeconds', env: 'ID_TOKEN_SECONDS', kind: 'integer', meaning: 'Life of an ID token' },
  {
    path: 'times.sessionIdleSeconds',
    env: 'SESSION_IDLE_SECONDS',
    kind: 'integer',
    meaning: 'A session ends after this long without an authorization request',
  },
  {
    path: 'times.sessionMaximumSeconds',
    env: 'SESSION_MAXIMUM_SECONDS',
    kind: 'integer',
    meaning: 'A session ends this long after the sign-in',
  },
  {
    path: 'times.rememberIdentifierSeconds',
    env: 'REMEMBER_IDENTIFIER_SECONDS',
    kind: 'integer',
    meaning: 'How long « Se souvenir de moi » keeps the identifier',
  },
  {
    path: 'session.persistent',
    env: 'SESSION_PERSISTENT',
    kind: 'boolean',
    meaning: 'Keeps the session when the browser closes',
  },
  {
    path: 'passwords.minimumLength',
    env: 'PASSWORD_MINIMUM_LENGTH',
    kind: 'integer',
    meaning: 'Shortest created password, in characters',
  },
  {
    path: 'passwords.maximumLength',
    env: 'PASSWORD_MAXIMUM_LENGTH',
    kind: 'integer',
    meaning: 'Longest created password, in characters',
  },
  {
    path: 'passwords.minimumBits',
    env: 'PASSWORD_MINIMUM_BITS',
    kind: 'number',
    minimum: 0,
    meaning: "The CNIL's measure of strength, in bits",
  },
  { path: 'passwords.memoryKiB', env: 'ARGON2_MEMORY_KIB', kind: 'integer', minimum: 1024, meaning: 'argon2id memory' },
  { path: 'passwords.iterations', env: 'ARGON2_ITERATIONS', kind: 'integer', meaning: 'argon2id passes' },
  { path: 'passwords.parallelism', env: 'ARGON2_PARALLELISM', kind: 'integer', meaning: 'argon2id lanes' },
  { path: 'passwords.running', env: 'ARGON2_RUNNING', kind: 'integer', meaning: 'Hashes that run at once' },
  {
    path: 'passwords.waiting',
    env: 'ARGON2_WAITING',
    kind: 'integer',
    meaning: 'Hashes that wait at once; past it, 503',
  },
  {
    path: 'throttles.signInPerMinute',
    env: 'THROTTLE_SIGN_IN_PER_MINUTE',
    kind: 'integer',
    meaning: 'Sign-ins a minute from one client address',
  },
  {
    path: 'throttles.authorizationPerMinute',
    env: 'THROTTLE_AUTHORIZATION_PER_MINUTE',
    kind: 'integer',
    meaning: 'Authorization requests a minute from one client address',
  },
  {
    path: 'throttles.lockFromFailure',
    env: 'LOCK_FROM_FAILURE',
    kind: 'integer',
    meaning: 'The failure in a row that first locks',
  },
  { path: 'throttles.lockMaximumSeconds', env: 'LOCK_MAXIMUM_SECONDS', kind: 'integer', meaning: 'The longest lock' },
  {
    path: 'throttles.lockForgetSeconds',
    env: 'LOCK_FORGET_SECONDS',
    kind: 'integer',
    meaning: 'Without a failure for this long, the count is 0 again',
  },
  { path: 'captcha.provider', env: 'CAPTCHA_PROVIDER', kind: 'text', meaning: 'own or captchetat' },
  { path: 'captcha.captchetatUrl', env: 'CAPTCHETAT_URL', kind: 'url-or-empty', meaning: 'CaptchEtat v2' },
  {
    path: 'captcha.captchetatTokenUrl',
    env: 'CAPTCHETAT_TOKEN_URL',
    kind: 'url-or-empty',
    meaning: 'Where CaptchEtat gives tokens',
  },
  { path: 'messages.sms', env: 'MESSAGES_SMS', kind: 'text', meaning: 'spool, kannel or ovhcloud' },
  { path: 'messages.mail', env: 'MESSAGES_MAIL', kind: 'text', meaning: 'spool or smtp' },
  { path: 'messages.spoolFolder', env: 'MESSAGES_SPOOL_FOLDER', kind: 'text', meaning: 'Folder of the spool' },
  { path: 'messages.kannelUrl', env: 'KANNEL_URL', kind: 'url-or-empty', meaning: 'Kannel, its smsbox' },
  {
    path: 'messages.kannelReportUrl',
    env: 'KANNEL_REPORT_URL',
    kind: 'url-or-empty',
    meaning: 'Where Kannel calls back with delivery reports',
  },
  { path: 'messages.ovhcloudUrl', env: 'OVHCLOUD_URL', kind: 'url-or-empty', meaning: 'OVHcloud API' },
  { path: 'messages.ovhcloudService', env: 'OVHCLOUD_SERVICE', kind: 'text-or-empty', meaning: 'OVHcloud SMS service' },
  { path: 'messages.smsSender', env: 'SMS_SENDER', kind: 'text', meaning: 'Sender of SMS' },
  { path: 'messages.smtpHost', env: 'SMTP_HOST', kind: 'text-or-empty', meaning: 'SMTP server' },
  { path: 'messages.smtpPort', env: 'SMTP_PORT', kind: 'integer', meaning: 'SMTP port' },
  { path: 'messages.mailSender', env: 'MAIL_SENDER', kind: 'text-or-empty', meaning: 'Sender of mail' },
  {
    path: 'messages.perContactPointPerHour',
    env: 'MESSAGES_PER_CONTACT_POINT_PER_HOUR',
    kind: 'integer',
    meaning: 'Messages an hour to one contact point',
  },
  {
    path: 'messages.perContactPointPerDay',
    env: 'MESSAGES_PER_CONTACT_POINT_PER_DAY',
    kind: 'integer',
    meaning: 'Messages a day to one contact point',
  },
  {
    path: 'messages.secondsBetween',
    env: 'MESSAGES_SECONDS_BETWEEN',
    kind: 'integer',
    meaning: 'Seconds between two messages to one contact point',
  },
  {
    path: 'messages.perHour',
    env: 'MESSAGES_PER_HOUR',
    kind: 'integer',
    meaning: 'Budget of the whole service, past which it alarms and stops sending',
  },
  { path: 'codes.lifeSeconds', env: 'CODE_LIFE_SECONDS', kind: 'integer', meaning: 'Life of a verification code' },
  { path: 'codes.tries', env: 'CODE_TRIES', kind: 'integer', meaning: 'Tries of a verification code' },
  {
    path: 'throttles.recoveryPerHour',
    env: 'THROTTLE_RECOVERY_PER_HOUR',
    kind: 'integer',
    meaning: 'Recovery forms an hour from one client address',
  },
  { path: 'log.level', env: 'LOG_LEVEL', kind: 'level', meaning: 'error, warn, info or debug' },
];

/** A secret: from the environment, or from the file that `<NAME>_FILE` names (Docker and Kubernetes secrets). */
export interface SecretSetting {
  readonly name: string;
  readonly env: string;
  readonly meaning: string;
}

export const secretSettings: readonly SecretSetting[] = [
  { name: 'databaseUrl', env: 'DATABASE_URL', meaning: 'PostgreSQL; with REDIS_URL, nothing is embedded' },
  { name: 'redisUrl', env: 'REDIS_URL', meaning: 'Redis; with DATABASE_URL, nothing is embedded' },
  {
    name: 'cookieKeys',
    env: 'COOKIE_KEYS',
    meaning: 'Keys that sign cookies and form tokens, comma-separated, the newest first; 32 characters or more each',
  },
  {
    name: 'sealingKeys',
    env: 'SEALING_KEYS',
    meaning: 'AES-256 keys that seal personal data: id:base64 of 32 bytes, comma-separated, the newest first',
  },
  {
    name: 'indexKey',
    env: 'INDEX_KEY',
    meaning: 'HMAC key of the blind indexes: base64 of 32 bytes; changing it needs every index rebuilt',
  },
  {
    name: 'passwordPeppers',
    env: 'PASSWORD_PEPPERS',
    meaning: 'Peppers of argon2id: id:base64 of 32 bytes, comma-separated, the newest first',
  },
  {
    name: 'pairwiseKey',
    env: 'PAIRWISE_KEY',
    meaning: 'HMAC key of the pairwise sub: base64 of 32 bytes; it never rotates',
  },
  {
    name: 'signingKeys',
    env: 'SIGNING_KEYS',
    meaning: 'JWKS with the private signing keys (ES256, RS256), the newest first',
  },
];

/** Secrets of a gateway or a captcha: asked for when the setting `when.path` has the value `when.is`. */
export interface GatewaySecret extends SecretSetting {
  readonly when: { readonly path: string; readonly is: string };
}

const gateway = (name: string, env: string, meaning: string, path: string, is: string): GatewaySecret => ({
  name,
  env,
  meaning,
  when: { path, is },
});

export const gatewaySecrets: readonly GatewaySecret[] = [
  gateway('kannelUsername', 'KANNEL_USERNAME', 'User of Kannel', 'messages.sms', 'kannel'),
  gateway('kannelPassword', 'KANNEL_PASSWORD', 'Password of Kannel', 'messages.sms', 'kannel'),
  gateway('ovhcloudApplicationKey', 'OVHCLOUD_APPLICATION_KEY', 'Application of OVHcloud', 'messages.sms', 'ovhcloud'),
  gateway('ovhcloudApplicationSecret', 'OVHCLOUD_APPLICATION_SECRET', 'Its secret', 'messages.sms', 'ovhcloud'),
  gateway('ovhcloudConsumerKey', 'OVHCLOUD_CONSUMER_KEY', 'Consumer key of OVHcloud', 'messages.sms', 'ovhcloud'),
  gateway('smtpUsername', 'SMTP_USERNAME', 'User of the SMTP server', 'messages.mail', 'smtp'),
  gateway('smtpPassword', 'SMTP_PASSWORD', 'Password of the SMTP server', 'messages.mail', 'smtp'),
  gateway('captchetatClientId', 'CAPTCHETAT_CLIENT_ID', 'Client of CaptchEtat', 'captcha.provider', 'captchetat'),
  gateway('captchetatClientSecret', 'CAPTCHETAT_CLIENT_SECRET', 'Its secret', 'captcha.provider', 'captchetat'),
];
