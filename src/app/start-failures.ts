/** Why a start failed, each cause in a sentence of its own: what to do is said, and no password is quoted. */

import { ServiceError } from '../errors.ts';

/** A failure whose message is all that an operator needs. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StartError';
  }
}

interface Store {
  readonly name: string;
  /** The variable that holds its address. */
  readonly variable: string;
  readonly url: string;
  /** What the address says for TLS. */
  readonly tls: string;
}

/** By the code of the socket, of TLS or of the store itself; `what` is the store and where it stands. */
type Sentences = Readonly<Record<string, (what: string, store: Store) => string>>;

const ON_THE_WAY: Sentences = {
  ECONNREFUSED: (what, { variable }) => `${what}: nobody listens there. Is it started, and is ${variable} right?`,
  ENOTFOUND: (what, { variable }) => `${what}: no machine has this name. Is ${variable} right?`,
  EAI_AGAIN: (what) => `${what}: its name could not be looked up. Does DNS answer?`,
  ETIMEDOUT: (what, { url }) =>
    `${what}: no answer in time. Does a firewall stand between${/^rediss:|sslmode=/.test(url) ? ', or does it speak no TLS' : ''}?`,
  EHOSTUNREACH: (what) => `${what}: no way leads there from here`,
  ENETUNREACH: (what) => `${what}: no way leads there from here`,
  NO_TLS: (what, { variable }) => `${what}: it offers no TLS, and ${variable} asks for it`,
  NO_PASSWORD: (what, { variable }) => `${what}: it asks for a password, and ${variable} has none`,
  ECONNRESET: (what, { tls }) => `${what}: it hung up before it answered. Does it ask for TLS (${tls})?`,
  CERT_HAS_EXPIRED: (what) => `${what}: its TLS certificate has expired`,
  CERT_NOT_YET_VALID: (what) => `${what}: its TLS certificate is not valid yet. Is the clock right?`,
  ERR_TLS_CERT_ALTNAME_INVALID: (what, { variable }) =>
    `${what}: its TLS certificate is for another name than that of ${variable}`,
};

const POSTGRES: Sentences = {
  '28P01': (what) => `${what}: it refuses the password of the user of DATABASE_URL`,
  '28000': (what) =>
    `${what}: it does not let the user of DATABASE_URL in. Does the user exist, and does pg_hba.conf name it?`,
  '3D000': (what) =>
    `${what}: it has no database of the name in DATABASE_URL. Create it, then run mon-compte-identity migrate`,
  '25006': (what) =>
    `${what}: it takes no writes. Is it a replica? DATABASE_URL leads to the primary, and its user may write`,
  '42501': (what) =>
    `${what}: the user of DATABASE_URL lacks a right on our tables, or on those of the schema graphile_worker`,
  '53100': (what) => `${what}: its disk is full`,
  '53200': (what) => `${what}: it has no memory left`,
  '53300': (what) => `${what}: it has no connection left for us (max_connections, DATABASE_POOL_SIZE)`,
  '57014': (what) => `${what}: a statement took too long. Does it have too much to do, or does somebody lock a table?`,
  '57P03': (what) => `${what}: it is starting or stopping. Try again`,
};

const REDIS: Sentences = {
  WRONGPASS: (what) => `${what}: it refuses the user or the password of REDIS_URL`,
  NOAUTH: (what) => `${what}: it asks for a password, and REDIS_URL has none`,
  NOPERM: (what) => `${what}: the user of REDIS_URL lacks a right`,
  LOADING: (what) => `${what}: it is still loading its data. Try again`,
};

export function explainPostgres(url: string, error: unknown): StartError {
  const store = { name: 'PostgreSQL', variable: 'DATABASE_URL', url, tls: '?sslmode=verify-full' };
  return explain(store, POSTGRES, error);
}

/**
 * Does what a start does in PostgreSQL once it has answered.
 * @throws StartError where PostgreSQL is at fault; whatever else went wrong, as it is.
 */
export async function explainingPostgres<Value>(url: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof ServiceError ? error.cause : error;
    const code = codeOf(cause);
    const isOfPostgres = /^(?=.*\d)[0-9A-Z]{5}$/.test(code) || Object.hasOwn(ON_THE_WAY, code);
    throw isOfPostgres ? explainPostgres(url, cause) : error;
  }
}

export function explainRedis(url: string, error: unknown): StartError {
  return explain({ name: 'Redis', variable: 'REDIS_URL', url, tls: 'rediss://' }, REDIS, error);
}

/** @param variable of the port. */
export function explainListening(variable: string, host: string, port: number, error: unknown): StartError {
  const { code } = (error ?? {}) as { code?: unknown };
  const where = `${host}:${port}`;
  if (code === 'EADDRINUSE')
    return new StartError(`${where}: somebody listens there already. Choose another ${variable}`, error);
  if (code === 'EACCES')
    return new StartError(`${where}: the system does not let this user listen there (${variable})`, error);
  return new StartError(`${where}: cannot listen there: ${String(code)}`, error);
}

function explain(store: Store, own: Sentences, error: unknown): StartError {
  const { host } = URL.parse(store.url) ?? { host: store.variable };
  const what = `${store.name} at ${host}`;
  const code = codeOf(error);
  const say = own[code] ?? ON_THE_WAY[code] ?? (isAboutCertificate(code) ? untrusted : undefined);
  if (say) return new StartError(say(what, store), error);
  // Ours to quote: what a store or a library says of a connection that holds nothing yet, and a code.
  return new StartError(
    `${what}: it does not answer as it should (${code || 'no code'}), at the address of ${store.variable}`,
    error,
  );
}

const untrusted = (what: string) =>
  `${what}: its TLS certificate is of nobody whom this machine trusts. NODE_EXTRA_CA_CERTS names another authority`;

const isAboutCertificate = (code: string) => /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|^CERT_/.test(code);

/** What pg and ioredis say without a code, by the words of the message; a reply of Redis begins with its code. */
const BY_MESSAGE: readonly (readonly [said: RegExp, code: string])[] = [
  [/^timeout expired|^Command timed out|Timeout acquiring/, 'ETIMEDOUT'],
  [/terminated unexpectedly|^Connection is closed/, 'ECONNRESET'],
  [/does not support SSL/, 'NO_TLS'],
  [/^SASL: .*password must be a/, 'NO_PASSWORD'],
];

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string')
    return error.code.startsWith('ERR_SSL') ? 'NO_TLS' : error.code;
  if (error.name === 'ReplyError') return /^[A-Z]+/.exec(error.message)?.[0] ?? '';
  return BY_MESSAGE.find(([said]) => said.test(error.message))?.[1] ?? '';
}
