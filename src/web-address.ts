/**
 * What is asked of a web address: how it is spelt, whether it is https, and where it leads. Every part of the service asks
 * here: where one took an address for https and another did not, cookies would lose their protection.
 */

/** Whether it is an http or https address, however it is spelt. */
export function isWebUrl(value: unknown): value is string {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}

/**
 * Whether it leads into an application by a scheme that is its own: a domain name backwards, which has a dot and so is no
 * scheme of anybody else (RFC 8252 §7.1). In its one spelling, without a fragment.
 */
export function isOwnSchemeAddress(address: string): boolean {
  const hasOwnScheme = /^[a-z][a-z\d-]*(\.[a-z\d-]+)+:\/{1,2}(?!\/)[^\s\\#\p{Cc}]*$/u.test(address);
  return hasOwnScheme && URL.parse(address)?.href === address;
}

/** Whether what is sent there is sent by TLS. */
export function isHttps(address: string): boolean {
  return URL.parse(address)?.protocol === 'https:';
}

/**
 * An address has one spelling, so that all who read it read the same: whoever compares it letter for letter (relying
 * parties the issuer, RFC 8414 §3.3; the service a redirect address, RFC 6749 §3.1.2.3) and whoever parses it.
 * @param credentials whether a user and a password may stand in it: elsewhere they would be shown to everybody.
 * @returns what is wrong with a web address, quoting nothing of it; undefined when nothing is.
 */
export function findSpellingFault(address: string, { credentials = false } = {}): string | undefined {
  const url = URL.parse(address);
  if (!url) return MUST_BE_PLAIN;
  const hasCredentials = url.username !== '' || url.password !== '';
  if (hasCredentials && !credentials) return 'must name no user and no password';
  if (hasWrongEscape(url.username) || hasWrongEscape(url.password)) return WRONG_ESCAPE;
  const written = hasCredentials ? address.replace(/^(https?:\/\/)[^/?#\\@]+@/, '$1') : address;
  const front = `${url.protocol}//${url.host}`;
  const rest = written.slice(front.length);
  const [steps = ''] = rest.split(/[?#]/);
  const isPlain =
    written.startsWith(front) &&
    /^([/?#]|$)/.test(rest) &&
    !/[\s\\\p{Cc}]/u.test(address) &&
    !/\/\/|\/(\.|%2e){1,2}(\/|$)/i.test(steps);
  return isPlain ? undefined : MUST_BE_PLAIN;
}

/** Whether a `%` of it stands for nothing: who decodes it to use it would fail. */
export function hasWrongEscape(part: string): boolean {
  try {
    decodeURIComponent(part);
    return false;
  } catch {
    return true;
  }
}

export const WRONG_ESCAPE = 'a % in it begins no escape: a % of a user or a password is written %25';

const MUST_BE_PLAIN =
  'must be spelt like https://host.example/path: scheme and host in small letters, no space, no default port, no empty step, no dots for a step';

/** Whether it leads to the machine that reads it, by a name or a number that stands for it: it is of no use elsewhere. */
export function isOnThisMachine(address: string): boolean {
  return isLoopback(address) || ALIKE.test(hostOf(address));
}

/** Whether what is sent there stays on this machine for certain: RFC 6761 §6.3 and RFC 1122 §3.2.1.3, no hosts file. */
export function isLoopback(address: string): boolean {
  return /^((.+\.)?localhost\.?|127(\.\d+){3}|\[::(1|ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\])$/.test(hostOf(address));
}

/** What hosts files and stacks take for this machine, besides the loopback. */
const ALIKE =
  /^(localhost[46]?(\.localdomain[46]?)?\.*|ip6-(localhost|loopback)\.*|0\.0\.0\.0|\[::(ffff:0:0|7f[0-9a-f]{2}:[0-9a-f]{1,4})?\])$/;

/** As a URL parser reads it: in small letters, numbers in their usual form. */
function hostOf(address: string): string {
  return URL.parse(address)?.hostname ?? '';
}
