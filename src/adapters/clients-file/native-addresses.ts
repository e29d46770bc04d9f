/** Addresses that a client of a telephone or a computer may have, and a web application may not (RFC 8252 §7). */
import { isHttps, isOwnSchemeAddress, isWebUrl } from '../../web-address.ts';

const LOOPBACKS = ['127.0.0.1', '[::1]', 'localhost'];

/** What is wrong with where the answer may go. The spelling of a web address is another matter. */
export function findNativeRedirectFault(address: string): string | undefined {
  if (!isWebUrl(address)) return isOwnSchemeAddress(address) ? undefined : MUST_LEAD_TO_AN_APPLICATION;
  const isOnLoopback = LOOPBACKS.includes(new URL(address).hostname);
  if (!isHttps(address) && !isOnLoopback) return 'of a native client, http is for 127.0.0.1 and [::1] alone';
  if (isHttps(address) && isOnLoopback) return 'of a native client, the loopback is http';
  return undefined;
}

const MUST_LEAD_TO_AN_APPLICATION =
  'must be an https address, http on the loopback, or a scheme of its own like fr.example.app:/callback (a domain name backwards, in small letters), without a fragment';

/**
 * Whether it is the origin of a page that stands inside an application: on a scheme of its own (`capacitor://localhost`),
 * or on the host `localhost`, which a web view answers for itself (`https://localhost` on Android).
 */
export function isOriginInApplication(origin: string): boolean {
  if (isWebUrl(origin)) return new URL(origin).host === 'localhost' && new URL(origin).origin === origin;
  return /^[a-z][a-z\d+.-]*:\/\/[a-z\d][a-z\d.-]*$/.test(origin);
}
