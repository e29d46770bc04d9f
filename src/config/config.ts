/**
 * One typed, frozen object, checked at boot with every fault named at once. Its type and its values derive from the
 * definitions of settings.ts.
 * Without DATABASE_URL and REDIS_URL, and outside production, the service runs on its embedded default.
 */
import path from 'node:path';
import { readClientsFile } from '../adapters/clients-file/clients-file.ts';
import type { ClientsFile } from '../adapters/clients-file/read-client.ts';
import { readYamlFile } from '../operator-file.ts';
import { projectRoot } from '../project-root.ts';
import type { Doubt } from './doubt.ts';
import { findDoubts } from './doubts.ts';
import { checkPublicUrl, type Environment, readEnvironment, readSecret } from './environment.ts';
import { readSettings, type Sources } from './read-settings.ts';
import { type SettingValues, settings } from './settings.ts';

export interface Config extends Omit<SettingValues, 'clients'> {
  readonly production: boolean;
  /** Where the relying parties stand, and their secrets; the port `Clients` alone reads it. */
  readonly clientsFile: ClientsFile;
}

/** How a process ends when its configuration has faults: EX_CONFIG of sysexits.h. */
export const EXIT_CONFIGURATION = 78;

/** Every fault of a configuration, at once. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

/**
 * Reads config/default.yaml, the environment and the clients file.
 * @param overrides what the embedded default supplies: its own database address and generated secrets.
 * @throws ConfigurationError with every fault.
 */
export function loadConfig(environment: Environment = readEnvironment(), overrides: Environment = {}): Config {
  const { config, faults } = read(environment, overrides);
  if (faults.length > 0) throw new ConfigurationError(faults);
  return deepFreeze(config);
}

/** The faults with which the service would not start, and what is valid and probably wrong. */
export function checkConfig(
  environment: Environment,
  overrides: Environment = {},
): { readonly faults: readonly string[]; readonly doubts: readonly Doubt[] } {
  const { config, values, env, faults } = read(environment, overrides);
  return { faults, doubts: findDoubts({ values, env, production: config.production }, faults) };
}

function read(environment: Environment, overrides: Environment) {
  const env = { ...environment, ...overrides };
  const production = env.NODE_ENV === 'production';
  const embedded = overrides.DATABASE_URL !== undefined;
  const faults: string[] = [];
  const sources: Sources = { env, file: readDefaults(faults), production, embedded, faults };
  const values = readSettings(settings, sources);
  checkTogether(values, faults);
  const { clients, ...others } = values;
  const clientsFile: ClientsFile = {
    path: path.resolve(projectRoot, clients.file),
    readSecret: (variable, noted) => readSecret(variable, env, noted),
    checkAddress: (what, url, noted) => production && checkPublicUrl(what, url, noted),
  };
  faults.push(...readClientsFile(clientsFile).faults);
  const config: Config = { ...others, production, issuer: values.issuer.replace(/\/$/, ''), clientsFile };
  return { config, values, env, faults };
}

function readDefaults(faults: string[]): unknown {
  const file = readYamlFile(path.join(projectRoot, 'config/default.yaml'));
  if ('content' in file) return file.content;
  faults.push(`config/default.yaml: ${file.fault}`);
  return undefined;
}

/** What is wrong of two settings together, or of more than the kind of one. */
function checkTogether({ issuer, passwords }: SettingValues, faults: string[]): void {
  if (/[?#]/.test(issuer)) faults.push('issuer (ISSUER): must have neither a query nor a fragment');
  if (passwords.maximumLength < passwords.minimumLength)
    faults.push('passwords.maximumLength (PASSWORD_MAXIMUM_LENGTH): below passwords.minimumLength');
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
