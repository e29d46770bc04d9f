/**
 * One typed, frozen object, checked at boot with every fault named at once. The only reader of process.env.
 * Without DATABASE_URL and REDIS_URL, and outside production, the service runs on its embedded default.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ipaddr from 'ipaddr.js';
import { parse } from 'yaml';
import { readClientsFile } from '../adapters/clients-file/clients-file.ts';
import type { ClientsFile } from '../adapters/clients-file/read-client.ts';
import type { PrivateSigningKey } from '../ports/signing-keys.ts';
import { projectRoot } from '../project-root.ts';
import { checkPublicUrl, type Environment, isWebUrl, readSecret } from './environment.ts';
import { gatewaySecrets, type Setting, secretSettings, settings } from './settings.ts';

export interface KeyWithId {
  readonly id: string;
  readonly key: Buffer;
}

export interface Secrets {
  readonly cookieKeys: readonly string[];
  readonly sealingKeys: readonly KeyWithId[];
  readonly indexKey: Buffer;
  readonly passwordPeppers: readonly KeyWithId[];
  readonly pairwiseKey: Buffer;
  readonly signingKeys: { readonly keys: readonly PrivateSigningKey[] };
}

export interface Config {
  readonly production: boolean;
  readonly issuer: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly admin: { readonly host: string; readonly port: number };
  readonly databaseUrl: string;
  /** Empty: the Redis roles are kept in memory. */
  readonly redisUrl: string;
  readonly database: { readonly poolSize: number };
  readonly proxies: {
    readonly trusted: readonly string[];
    readonly shared: readonly string[];
    readonly sharedFactor: number;
  };
  readonly ui: {
    readonly url: string;
    readonly homeUrl: string;
    readonly pages: Readonly<
      Record<'dataProtection' | 'securityAdvice' | 'legalNotice' | 'accessibility' | 'help', string>
    >;
  };
  /** Where the relying parties stand, and their secrets; the port `Clients` alone reads it. */
  readonly clientsFile: ClientsFile;
  readonly times: {
    readonly interactionIdleSeconds: number;
    readonly interactionMaximumSeconds: number;
    readonly authorizationCodeSeconds: number;
    readonly accessTokenSeconds: number;
    readonly idTokenSeconds: number;
    readonly sessionIdleSeconds: number;
    readonly sessionMaximumSeconds: number;
    readonly rememberIdentifierSeconds: number;
  };
  readonly session: { readonly persistent: boolean };
  readonly passwords: {
    readonly minimumLength: number;
    readonly maximumLength: number;
    readonly minimumBits: number;
    readonly memoryKiB: number;
    readonly iterations: number;
    readonly parallelism: number;
    readonly running: number;
    readonly waiting: number;
  };
  readonly captcha: {
    readonly provider: string;
    readonly captchetatUrl: string;
    readonly captchetatTokenUrl: string;
  };
  readonly messages: MessagesConfig;
  readonly codes: { readonly lifeSeconds: number; readonly tries: number };
  readonly throttles: {
    readonly recoveryPerHour: number;
    readonly signInPerMinute: number;
    readonly authorizationPerMinute: number;
    readonly lockFromFailure: number;
    readonly lockMaximumSeconds: number;
    readonly lockForgetSeconds: number;
  };
  readonly log: { readonly level: string };
  readonly secrets: Secrets;
  /** Of the chosen gateways, by the names of settings.ts. */
  readonly gatewaySecrets: Readonly<Record<string, string>>;
}

export interface MessagesConfig {
  readonly sms: string;
  readonly mail: string;
  readonly spoolFolder: string;
  readonly kannelUrl: string;
  readonly kannelReportUrl: string;
  readonly ovhcloudUrl: string;
  readonly ovhcloudService: string;
  readonly smsSender: string;
  readonly smtpHost: string;
  readonly smtpPort: number;
  readonly mailSender: string;
  readonly perContactPointPerHour: number;
  readonly perContactPointPerDay: number;
  readonly secondsBetween: number;
  readonly perHour: number;
}

/** Every fault of a configuration, at once. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

/** Whether this environment asks for the embedded default. Production never does. */
export function isEmbedded(environment: Environment = process.env): boolean {
  const external = environment.DATABASE_URL || environment.DATABASE_URL_FILE;
  const redis = environment.REDIS_URL || environment.REDIS_URL_FILE;
  return environment.NODE_ENV !== 'production' && !external && !redis;
}

/**
 * Reads config/default.yaml, the environment and the clients file.
 * @param overrides what the embedded default supplies: its own database address and generated secrets.
 * @throws ConfigurationError with every fault.
 */
export function loadConfig(environment: Environment = process.env, overrides: Environment = {}): Config {
  const faults: string[] = [];
  const env = { ...environment, ...overrides };
  const production = env.NODE_ENV === 'production';
  const embedded = overrides.DATABASE_URL !== undefined;
  const values = readSettings(env, faults);
  const secrets = readSecrets(env, embedded, faults);
  const issuer = String(values.issuer);
  if (production)
    for (const { path: where, env: variable, kind } of settings)
      if (kind.startsWith('url') && /^(issuer|ui\.)/.test(where))
        checkPublicUrl(`${where} (${variable})`, String(dig(values, where)), faults);
  if (isWebUrl(issuer) && /[?#]/.test(issuer)) faults.push('issuer (ISSUER): must have neither a query nor a fragment');
  const clientsFile: ClientsFile = {
    path: path.resolve(projectRoot, String(dig(values, 'clients.file'))),
    readSecret: (variable, faults) => readSecret(variable, env, faults),
    checkAddress: (what, url, faults) => production && checkPublicUrl(what, url, faults),
  };
  faults.push(...readClientsFile(clientsFile).faults);
  if (Number(dig(values, 'passwords.maximumLength')) < Number(dig(values, 'passwords.minimumLength')))
    faults.push('passwords.maximumLength (PASSWORD_MAXIMUM_LENGTH): below passwords.minimumLength');
  const gateways = readGatewaySecrets(values, env, faults);
  if (faults.length > 0) throw new ConfigurationError(faults);
  const config = {
    ...values,
    gatewaySecrets: gateways,
    production,
    issuer: issuer.replace(/\/$/, ''),
    clientsFile,
    ...secrets,
  } as unknown as Config;
  return deepFreeze(config);
}

function readSettings(env: Environment, faults: string[]): Record<string, unknown> {
  const values = parse(readFileSync(path.join(projectRoot, 'config/default.yaml'), 'utf8')) as Record<string, unknown>;
  for (const setting of settings) {
    const fromEnvironment = env[setting.env];
    const raw = fromEnvironment === undefined ? dig(values, setting.path) : fromEnvironment;
    const value = convert(setting, raw);
    if (value instanceof Error) faults.push(`${setting.path} (${setting.env}): ${value.message}`);
    else put(values, setting.path, value);
  }
  return values;
}

function convert(setting: Setting, raw: unknown): unknown {
  const { minimum = 1 } = setting;
  switch (setting.kind) {
    case 'text':
      return String(raw ?? '') || new Error('must not be empty');
    case 'text-or-empty':
      return String(raw ?? '');
    case 'url':
      return isWebUrl(raw) ? raw : new Error('must be an http or https address');
    case 'url-or-empty':
      return raw === '' || isWebUrl(raw) ? raw : new Error('must be an http or https address, or empty');
    case 'integer':
      return /^\d{1,9}$/.test(String(raw)) && Number(raw) >= minimum
        ? Number(raw)
        : new Error(`must be a whole number, ${minimum} or more`);
    case 'number':
      return /^\d{1,9}(\.\d+)?$/.test(String(raw)) && Number(raw) >= minimum
        ? Number(raw)
        : new Error(`must be a number, ${minimum} or more`);
    case 'boolean':
      return raw === true || raw === 'true'
        ? true
        : raw === false || raw === 'false'
          ? false
          : new Error('must be true or false');
    case 'level':
      return ['error', 'warn', 'info', 'debug', 'silent'].includes(String(raw))
        ? raw
        : new Error('must be error, warn, info, debug or silent');
    case 'cidr-list': {
      const list = Array.isArray(raw) ? raw.map(String) : String(raw).split(',');
      const cidrs = list.map((item) => item.trim()).filter(Boolean);
      const wrong = cidrs.find((cidr) => !isCidr(cidr));
      return wrong === undefined ? cidrs : new Error(`${wrong} is not a range like 10.0.0.0/8 or 2001:db8::/32`);
    }
  }
}

function readSecrets(env: Environment, embedded: boolean, faults: string[]) {
  const raw: Record<string, string> = {};
  for (const { name, env: variable } of secretSettings) {
    const value = readSecret(variable, env, faults);
    if (value) raw[name] = value;
    else if (!(embedded && name === 'redisUrl')) faults.push(`${variable}: required, and has no default`);
  }
  const named = (name: string) => secretSettings.find((secret) => secret.name === name)?.env ?? name;
  const read = <Value>(name: string, parseValue: (text: string) => Value): Value | undefined => {
    if (raw[name] === undefined) return undefined;
    try {
      return parseValue(raw[name]);
    } catch (error) {
      faults.push(`${named(name)}: ${(error as Error).message}`);
      return undefined;
    }
  };
  return {
    databaseUrl: raw.databaseUrl ?? '',
    redisUrl: raw.redisUrl ?? '',
    secrets: {
      cookieKeys: read('cookieKeys', parseCookieKeys),
      sealingKeys: read('sealingKeys', parseKeysWithId),
      indexKey: read('indexKey', parseKey),
      passwordPeppers: read('passwordPeppers', parseKeysWithId),
      pairwiseKey: read('pairwiseKey', parseKey),
      signingKeys: read('signingKeys', parseSigningKeys),
    },
  };
}

/** What a gateway cannot do without, besides its secrets. */
const GATEWAY_NEEDS = [
  ['messages.sms', 'kannel', 'messages.kannelUrl'],
  ['messages.sms', 'ovhcloud', 'messages.ovhcloudService'],
  ['messages.mail', 'smtp', 'messages.smtpHost'],
  ['messages.mail', 'smtp', 'messages.mailSender'],
  ['captcha.provider', 'captchetat', 'captcha.captchetatUrl'],
  ['captcha.provider', 'captchetat', 'captcha.captchetatTokenUrl'],
] as const;

/** What the chosen gateways and captcha ask for, and nothing of the others. */
function readGatewaySecrets(values: Record<string, unknown>, env: Environment, faults: string[]) {
  const choices: Readonly<Record<string, readonly string[]>> = {
    'captcha.provider': ['own', 'captchetat'],
    'messages.sms': ['spool', 'kannel', 'ovhcloud'],
    'messages.mail': ['spool', 'smtp'],
  };
  for (const [where, allowed] of Object.entries(choices))
    if (!allowed.includes(String(dig(values, where)))) faults.push(`${where}: must be ${allowed.join(' or ')}`);
  for (const [where, is, needed] of GATEWAY_NEEDS)
    if (dig(values, where) === is && !dig(values, needed)) faults.push(`${needed}: required by ${where} = ${is}`);
  const secrets: Record<string, string> = {};
  for (const { name, env: variable, when } of gatewaySecrets) {
    if (dig(values, when.path) !== when.is) continue;
    const value = readSecret(variable, env, faults);
    if (value) secrets[name] = value;
    else faults.push(`${variable}: required by ${when.path} = ${when.is}, and has no default`);
  }
  return secrets;
}

function parseCookieKeys(text: string): readonly string[] {
  const keys = text.split(',').map((key) => key.trim());
  if (keys.some((key) => key.length < 32)) throw new Error('each key needs 32 characters or more');
  return keys;
}

function parseKeysWithId(text: string): readonly KeyWithId[] {
  const keys = text.split(',').map((item) => {
    const match = /^\s*([A-Za-z0-9_-]{1,20}):(\S+)\s*$/.exec(item);
    if (!match?.[1] || !match[2]) throw new Error('each key must read id:base64');
    return { id: match[1], key: parseKey(match[2]) };
  });
  if (new Set(keys.map((key) => key.id)).size !== keys.length) throw new Error('two keys have one id');
  return keys;
}

function parseKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new Error('must be the base64 of 32 bytes');
  return key;
}

function parseSigningKeys(text: string): Secrets['signingKeys'] {
  const jwks = parseJson(text) as Secrets['signingKeys'] | undefined;
  if (!Array.isArray(jwks?.keys) || jwks.keys.length === 0) throw new Error('must be a JWKS with at least one key');
  if (jwks.keys.some((key) => typeof key.d !== 'string' || typeof key.kid !== 'string' || typeof key.kty !== 'string'))
    throw new Error('each key must be private and have a kid and a kty');
  return jwks;
}

/** The parser's own message would quote the secret. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isCidr(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

function dig(values: Record<string, unknown>, dotted: string): unknown {
  return dotted
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], values);
}

function put(values: Record<string, unknown>, dotted: string, value: unknown): void {
  const keys = dotted.split('.');
  const last = keys.pop() as string;
  const parent = keys.reduce<Record<string, unknown>>((node, key) => node[key] as Record<string, unknown>, values);
  parent[last] = value;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
