/** Secrets that are none: one key for two roles, and keys that anybody would guess. Nothing of a key is quoted. */
import { type Environment, readSecret } from './environment.ts';
import type { Checked, Finding } from './finding.ts';
import { listSettings } from './list-settings.ts';

/** One key, and the bytes that it may stand for: a text may be the base64 or the hexadecimal of another key, or hold one. */
interface Role {
  readonly variable: string;
  /** Such as « number 2 ». */
  readonly place: string;
  /** `given` is a secret of others: they choose it, and may choose it twice; it is none of our keys all the same. */
  readonly kind: 'bytes' | 'text' | 'given';
  readonly forms: readonly Buffer[];
}

/** Random keys have about 30 different bytes, random texts more than 12 different characters. */
const FEWEST_DIFFERENT = { bytes: 12, text: 6 };
/** Below it a part of a text is no key. */
const SHORTEST = 32;

export function findKeyFindings(checked: Checked): readonly Finding[] {
  const roles = rolesOf(checked);
  return [
    ...roles.filter(isGuessable).map(({ variable, place }) => ({
      variable,
      says: `${place}is constant, a pattern or nearly so: anybody guesses it`,
      remedy: 'Draw it at random: `mon-compte-identity secrets` prints a fresh set.',
      weight: 'trial' as const,
    })),
    ...roles.flatMap((role, at) => {
      const first = roles.slice(0, at).find((other) => isOne(role, other));
      if (!first) return [];
      const says = `${role.place}is the same key as ${`${first.variable} ${first.place}`.trim()}: one key for two roles`;
      return [{ variable: role.variable, says, remedy: 'Draw one at random for each role.', weight: 'trial' as const }];
    }),
  ];
}

/** Those that could be read: the others are faults already. */
function rolesOf({ values: { secrets, messages }, clients, env }: Checked): readonly Role[] {
  const given: Partial<typeof secrets> = secrets;
  const list = <Key>(variable: string, keys: readonly Key[] = [], toRole: (variable: string, key: Key) => Role) =>
    keys.map((key, at) => ({ ...toRole(variable, key), place: keys.length > 1 ? `number ${at + 1} ` : '' }));
  return [
    ...list('SEALING_KEYS', given.sealingKeys, (variable, { key }) => ofBytes(variable, key)),
    ...list('INDEX_KEY', given.indexKey && [given.indexKey], ofBytes),
    ...list('PASSWORD_PEPPERS', given.passwordPeppers, (variable, { key }) => ofBytes(variable, key)),
    ...list('PAIRWISE_KEY', given.pairwiseKey && [given.pairwiseKey], ofBytes),
    ...list('SIGNING_KEYS', given.signingKeys?.keys, (variable, { d }) =>
      ofBytes(variable, Buffer.from(d, 'base64url')),
    ),
    ...list('COOKIE_KEYS', given.cookieKeys, ofText),
    ...clients.flatMap(({ clientId, secret }) =>
      secret === undefined ? [] : [{ ...ofText(`client ${clientId}`, secret), place: 'its secret ' }],
    ),
    ...secretsOfOthers(env),
    ofOthers('KANNEL_REPORT_URL', messages.kannel.reportUrl),
  ];
}

/** Of gateways and stores. */
function secretsOfOthers(env: Environment): readonly Role[] {
  return listSettings()
    .filter(({ place, definition }) => definition.is === 'secret' && !place.startsWith('secrets.'))
    .map(({ definition: { variable } }) => ofOthers(variable, readSecret(variable, env, []) ?? ''));
}

/** @param text a secret, or an address with a password in it. */
function ofOthers(variable: string, text: string): Role {
  const password = URL.parse(text)?.password ?? '';
  return { ...ofText(variable, text), kind: 'given', forms: [text, decoded(password)].flatMap(formsOf) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function ofBytes(variable: string, key: Buffer): Role {
  return { variable, place: '', kind: 'bytes', forms: [key] };
}

function ofText(variable: string, text: string): Role {
  return { variable, place: '', kind: 'text', forms: formsOf(text) };
}

/** The text and, of what stands in it between other marks (`id:base64`, a list, JSON), the text, its base64 and its hexadecimal. */
function formsOf(text: string): readonly Buffer[] {
  const bare = text.replace(/\s/g, '');
  const parts = bare.split(/[^A-Za-z0-9+/=_-]/).filter((part) => part.length >= SHORTEST);
  return [
    Buffer.from(text),
    ...parts.map((part) => Buffer.from(part)),
    ...parts.filter((part) => /^[^=]+={0,2}$/.test(part)).map((part) => Buffer.from(part, 'base64')),
    ...parts.filter((part) => /^([0-9A-Fa-f]{2})+$/.test(part)).map((part) => Buffer.from(part, 'hex')),
  ];
}

function isOne(one: Role, other: Role): boolean {
  if (one.kind === 'given' && other.kind === 'given') return false;
  return one.forms.some((form) => other.forms.some((theirs) => form.equals(theirs)));
}

function isGuessable({ kind, forms }: Role): boolean {
  return kind !== 'given' && (forms.some(isPattern) || new Set(forms[0]).size < FEWEST_DIFFERENT[kind]);
}

/** A run that is repeated to the end, or bytes that go up or down by one step: constant bytes are both. */
function isPattern(bytes: Buffer): boolean {
  const half = Math.floor(bytes.length / 2);
  for (let period = 1; period <= half; period++)
    if (bytes.subarray(period).equals(bytes.subarray(0, bytes.length - period))) return true;
  const step = (bytes[1] ?? 0) - (bytes[0] ?? 0);
  return bytes.every((byte, at) => at === 0 || ((byte - (bytes[at - 1] ?? 0) - step) & 0xff) === 0);
}
