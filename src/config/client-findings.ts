/** What no production has in its clients file. A finding says where an address stands and never quotes it. */
import type { Client } from '../ports/clients.ts';
import { isHttps, isOnThisMachine, isWebUrl } from '../web-address.ts';
import type { Finding } from './finding.ts';

export function findClientFindings(clients: readonly Client[], production: boolean): readonly Finding[] {
  return clients.flatMap((client) => [
    ...(production ? findLocal(client) : []),
    ...placesOf(client).flatMap(({ place, address }) =>
      address.includes('*')
        ? [
            {
              variable: `client ${client.clientId}`,
              says: `${place}: has a *, and addresses are compared exactly: it never matches`,
              remedy: 'Write each address out.',
              weight: 'trial' as const,
            },
          ]
        : [],
    ),
  ]);
}

/** One finding a client, with every place. */
function findLocal(client: Client): readonly Finding[] {
  const local = placesOf(client).filter(
    (found) =>
      isOnThisMachine(found.address) && !isLoopbackOfNative(client, found.address) && !isOriginOfNative(client, found),
  );
  if (local.length === 0) return [];
  return [
    {
      variable: `client ${client.clientId}`,
      says: `${local.map(({ place }) => place).join('; ')}: on localhost, which is the machine of whoever reads it`,
      remedy:
        'Give https addresses. An application on a telephone or a computer is `native: true`, on 127.0.0.1 or [::1].',
      weight: 'trial',
    },
  ];
}

/** RFC 8252 §7.3: an application listens on the loopback of its own machine, by number and not by name (§8.3). */
function isLoopbackOfNative({ native, redirectUris, postLogoutRedirectUris }: Client, address: string): boolean {
  const hostname = URL.parse(address)?.hostname;
  const isLoopback = !isHttps(address) && (hostname === '127.0.0.1' || hostname === '[::1]');
  return native && isLoopback && [...redirectUris, ...postLogoutRedirectUris].includes(address);
}

/** A page inside an application: its web view answers for localhost, and for schemes of its own. */
function isOriginOfNative({ native }: Client, { place, address }: { place: string; address: string }): boolean {
  return native && place.startsWith('origins') && (!isWebUrl(address) || new URL(address).host === 'localhost');
}

function placesOf({ homeUrl, redirectUris, postLogoutRedirectUris, origins }: Client) {
  const numbered = (key: string, list: readonly string[]) =>
    list.map((address, at) => ({ place: `${key}, number ${at + 1}`, address }));
  return [
    { place: 'home_url', address: homeUrl },
    ...numbered('redirect_uris', redirectUris),
    ...numbered('post_logout_redirect_uris', postLogoutRedirectUris),
    ...numbered('origins', origins),
  ];
}
