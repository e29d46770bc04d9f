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
import { findClientFindings } from './client-findings.ts';
import { checkPublicUrl, type Environment, readEnvironment, readSecret } from './environment.ts';
import { findEnvironmentFindings } from './environment-findings.ts';
import { ConfigurationError, type Fault, faultOf } from './fault.ts';
import type { Checked, Finding } from './finding.ts';
import { findFindings } from './findings.ts';
import { findKeyFindings } from './key-findings.ts';
import { readSettings, type Sources } from './read-settings.ts';
import { type SettingValues, settings } from './settings.ts';

export interface Config extends Omit<SettingValues, 'clients'> {
  readonly production: boolean;
  /** What would not start without TRIAL. */
  readonly permittedByTrial: readonly string[];
  /** Where the relying parties stand, and their secrets; the port `Clients` alone reads it. */
  readonly clientsFile: ClientsFile;
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
): { readonly faults: readonly Fault[]; readonly doubts: readonly Doubt[] } {
  const { checked, faults, doubts } = read(environment, overrides);
  const all = [...doubts, ...findEnvironmentFindings(checked)];
  return { faults, doubts: all.map(({ variable, says, remedy }) => ({ variable, says, remedy })) };
}

export type Doubt = Omit<Finding, 'weight'>;

function read(environment: Environment, overrides: Environment) {
  const env = { ...environment, ...overrides };
  const production = env.NODE_ENV === 'production';
  const embedded = overrides.DATABASE_URL !== undefined;
  const unread: string[] = [];
  const sources: Sources = { env, file: readDefaults(unread), production, embedded, faults: unread };
  const values = readSettings(settings, sources);
  checkTogether(values, unread);
  const { clients: where, ...others } = values;
  const clientsFile: ClientsFile = {
    path: path.resolve(projectRoot, where.file),
    readSecret: (variable, noted) => readSecret(variable, env, noted),
    checkAddress: (what, url, noted) => production && checkPublicUrl(what, url, noted),
    checkClients: (clients) => {
      const keys = findKeyFindings({ values, clients, env, production });
      const found = [...findClientFindings(clients, production), ...keys.filter(isOfClient)];
      return weigh(found, production, values.trial).faults.map(textOf);
    },
  };
  const { clients, faults: ofClients } = readClientsFile(clientsFile);
  unread.push(...ofClients);
  const checked: Checked = { values, clients, env, production };
  const { faults, permitted, doubts } = weigh(findFindings(checked, unread), production, values.trial);
  const config: Config = {
    ...others,
    production,
    permittedByTrial: permitted.map(textOf),
    issuer: values.issuer.replace(/\/$/, ''),
    clientsFile,
  };
  return {
    config,
    checked,
    faults: [...unread.map(faultOf), ...faults.map((found) => ({ text: textOf(found), remedy: found.remedy }))],
    doubts: [
      ...(values.trial && permitted.length === 0 ? [NEEDLESS_TRIAL] : []),
      ...permitted.map((found) => ({ ...found, says: `${found.says} (permitted by TRIAL)` })),
      ...doubts,
    ],
  };
}

const NEEDLESS_TRIAL: Finding = {
  variable: 'TRIAL',
  says: 'nothing here needs its permission, and each page says that the service is a trial',
  remedy: 'Leave it out.',
  weight: 'doubt',
};

/** What findings come to in this mode. */
function weigh(findings: readonly Finding[], production: boolean, trial: boolean) {
  const of = (weight: Finding['weight']) => findings.filter((found) => found.weight === weight);
  return {
    faults: [...of('fault'), ...(production && !trial ? of('trial') : [])],
    permitted: production && trial ? of('trial') : [],
    doubts: [...of('doubt'), ...(production ? [] : of('trial'))],
  };
}

function isOfClient({ variable }: Finding): boolean {
  return variable.startsWith('client ');
}

function textOf({ variable, says }: Finding): string {
  return `${variable}: ${says}`;
}

let defaults: ReturnType<typeof readYamlFile> | undefined;

/** Read once a process: the file is a part of this version. */
function readDefaults(faults: string[]): unknown {
  defaults ??= readYamlFile(path.join(projectRoot, 'config/default.yaml'));
  if ('content' in defaults) return defaults.content;
  faults.push(`config/default.yaml: ${defaults.fault}`);
  return undefined;
}

/** What is wrong of two settings together, or of more than the kind of one. */
function checkTogether({ issuer, passwords, ui: { accessibility } }: SettingValues, faults: string[]): void {
  if (accessibility.state !== 'non-compliant' && accessibility.auditedOn === '')
    faults.push('ACCESSIBILITY_STATE: says what an audit found, and ACCESSIBILITY_AUDITED_ON names none');
  if (/[?#]/.test(issuer)) faults.push('issuer (ISSUER): must have neither a query nor a fragment');
  if (passwords.maximumLength < passwords.minimumLength)
    faults.push('passwords.maximumLength (PASSWORD_MAXIMUM_LENGTH): below passwords.minimumLength');
  // RFC 9106 §3.1.
  const leastKiB = 8 * passwords.parallelism;
  if (passwords.memoryKiB < leastKiB)
    faults.push(`ARGON2_MEMORY_KIB: must be ${leastKiB} or more, 8 for each lane of ARGON2_PARALLELISM`);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
