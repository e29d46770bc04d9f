/** Which Node the service runs on. This file imports nothing: an older Node could not read what the others import. */

/** The oldest that reads TypeScript as it is, and that every library of ours takes. */
const OLDEST = [22, 18] as const;

/** @param version of the running Node. @returns why it is refused, and what to do; undefined when it is not. */
export function findNodeFault(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `The service needs Node ${OLDEST.join('.')} or newer, and this is Node ${version}: install Node 24, or run \`npm start\`, which brings its own.`;
}
