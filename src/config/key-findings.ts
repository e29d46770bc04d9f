/** Secrets that are none: one key for two roles, and keys that anybody would guess. Nothing of a key is quoted. */
import type { Checked, Finding } from './finding.ts';

/** One key, and the bytes that it may stand for: a text may be the base64 or the hexadecimal of another key. */
interface Role {
  readonly variable: string;
  /** Such as « number 2 ». */
  readonly place: string;
  readonly kind: 'bytes' | 'text';
  readonly forms: readonly Buffer[];
}

/** Random keys have about 30 different bytes, random texts more than 12 different characters. */
const FEWEST_DIFFERENT = { bytes: 12, text: 6 };

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
function rolesOf({ values: { secrets }, clients }: Checked): readonly Role[] {
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
  ];
}

function ofBytes(variable: string, key: Buffer): Role {
  return { variable, place: '', kind: 'bytes', forms: [key] };
}

function ofText(variable: string, text: string): Role {
  const encodings = [
    /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined,
    /^([0-9A-Fa-f]{2})+$/.test(text) ? Buffer.from(text, 'hex') : undefined,
  ].filter((bytes) => bytes !== undefined);
  return { variable, place: '', kind: 'text', forms: [Buffer.from(text), ...encodings] };
}

function isOne(one: Role, other: Role): boolean {
  return one.forms.some((form) => other.forms.some((theirs) => form.equals(theirs)));
}

function isGuessable({ kind, forms }: Role): boolean {
  return forms.some((form) => isPattern(form)) || new Set(forms[0]).size < FEWEST_DIFFERENT[kind];
}

/** A run that is repeated to the end, or bytes that go up or down by one step: constant bytes are both. */
function isPattern(bytes: Buffer): boolean {
  const half = Math.floor(bytes.length / 2);
  for (let period = 1; period <= half; period++)
    if (bytes.subarray(period).equals(bytes.subarray(0, bytes.length - period))) return true;
  const step = (bytes[1] ?? 0) - (bytes[0] ?? 0);
  return bytes.every((byte, at) => at === 0 || ((byte - (bytes[at - 1] ?? 0) - step) & 0xff) === 0);
}
