/** What the readers of the configuration share: the environment, its secrets, and what an address may be. */
import { existsSync, readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a secret, or of the file that `<NAME>_FILE` names. */
export function readSecret(variable: string, env: Environment, faults: string[]): string | undefined {
  const file = env[`${variable}_FILE`];
  if (file === undefined) return env[variable]?.trim() || undefined;
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  faults.push(`${variable}_FILE: there is no such file`);
  return undefined;
}

/** In production an address that people or relying parties reach is https; localhost is let through for trials. */
export function checkPublicUrl(what: string, url: string, faults: string[]): void {
  if (!isWebUrl(url)) return;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && hostname !== 'localhost') faults.push(`${what}: must be https in production`);
}

/** An http or https address. */
export function isWebUrl(value: unknown): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}
