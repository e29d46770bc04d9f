/** Where a store is. No fault quotes it: it may hold a password. */

/** @param protocols those that the client of the store speaks, such as `redis` and `rediss`. */
export function storeAddress(...protocols: readonly string[]): (text: string) => string {
  return (text) => {
    const { protocol, hostname } = URL.parse(text) ?? { protocol: '', hostname: '' };
    if (!protocols.includes(protocol.slice(0, -1)) || !hostname)
      throw new Error(`must be an address like ${protocols[0]}://user:password@host`);
    return text;
  };
}
