/**
 * What our cookies are called. A browser takes a `__Host-` cookie from this very host over TLS alone, with the path `/`:
 * no other host of the site can plant one. A cookie that is bound to a path cannot have that prefix, and is
 * `__Secure-`. Over http (localhost) there is neither.
 */

/** @param https whether our address is of that scheme. */
export function createCookieNames(https: boolean) {
  const host = (name: string) => (https ? `__Host-${name}` : name);
  const secure = (name: string) => (https ? `__Secure-${name}` : name);
  return {
    session: host('mc_session'),
    /** With the path of its interaction. */
    interaction: secure('mc_interaction'),
    /** With the path where its interaction is resumed. */
    resume: secure('mc_resume'),
    /** Ends in the uid of its interaction. */
    browserPrefix: host('mc_browser_'),
    remembered: host('mc_remembered'),
    device: host('mc_device'),
  } as const;
}
