/** What the readers of the configuration share: the environment, its secrets, and what an address may be. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { readTextFile } from '../operator-file.ts';
import { isHttps, isOnThisMachine, isWebUrl } from '../web-address.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. @param file of variables, which those of the process override. */
export function readEnvironment(file?: string): Environment {
  if (file === undefined) return process.env;
  return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env };
}

/** The value of a secret, or of the file that `<NAME>_FILE` names. */
export function readSecret(variable: string, env: Environment, faults: string[]): string | undefined {
  const path = env[`${variable}_FILE`];
  if (path === undefined) return env[variable]?.trim() || undefined;
  const file = readTextFile(path);
  if ('content' in file) return file.content.trim();
  faults.push(`${variable}_FILE: ${file.fault}`);
  return undefined;
}

/** In production an address that people or relying parties reach is https. Of one on this machine the rules speak. */
export function checkPublicUrl(what: string, url: string, faults: string[]): void {
  if (!isWebUrl(url)) return;
  if (!isHttps(url) && !isOnThisMachine(url)) faults.push(`${what}: must be https in production`);
}

/** What NODE_ENV may say; nothing is said where it is empty or left out. */
export const MODES = ['production', 'development', 'test'];

/** Whether NODE_ENV says something that nobody knows. */
export function isUnknownMode({ NODE_ENV: mode }: Environment): boolean {
  return mode !== undefined && mode !== '' && !MODES.includes(mode);
}

/** Whether this environment asks for the embedded default. Production never does, nor what may be meant for it. */
export function isEmbedded(environment: Environment = readEnvironment()): boolean {
  const external = environment.DATABASE_URL || environment.DATABASE_URL_FILE;
  const redis = environment.REDIS_URL || environment.REDIS_URL_FILE;
  return environment.NODE_ENV !== 'production' && !isUnknownMode(environment) && !external && !redis;
}
