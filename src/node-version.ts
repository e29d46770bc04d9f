/** Which Node the service runs on. This file imports nothing: an older Node could not read what the others import. */

const OLDEST = 22;

/** @param version of the running Node. @returns why it is refused, and what to do; undefined when it is not. */
export function findNodeFault(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST) return undefined;
  return `The service needs Node ${OLDEST} or newer, and this is Node ${version}: install Node 24, or run \`npm start\`, which brings its own.`;
}
