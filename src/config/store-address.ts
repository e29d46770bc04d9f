/** Where a store is. No fault quotes it: it may hold a password. */
import { hasWrongEscape, WRONG_ESCAPE } from '../web-address.ts';

export const postgresAddress = (text: string) => read(text, 'postgres', 'postgresql').text;

/** The client of Redis takes a path that is no number for no path, and its records would be those of database 0. */
export function redisAddress(text: string): string {
  const { url } = read(text, 'redis', 'rediss');
  if (!/^\/?$|^\/\d{1,9}$/.test(url.pathname))
    throw new Error('its path must be the number of a database, such as /0, or be left out');
  return text;
}

/** @param protocols those that the client of the store speaks. @throws Error that says what it must be. */
function read(text: string, ...protocols: readonly string[]): { readonly text: string; readonly url: URL } {
  const url = URL.parse(text);
  if (!url || !protocols.includes(url.protocol.slice(0, -1)) || !url.hostname)
    throw new Error(`must be an address like ${protocols[0]}://user:password@host`);
  if ([url.username, url.password, url.pathname].some(hasWrongEscape)) throw new Error(WRONG_ESCAPE);
  return { text, url };
}
