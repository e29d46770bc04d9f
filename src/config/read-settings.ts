/**
 * Reads what definitions ask for: the file, the environment over it, secrets, and the gateways that are chosen. Each
 * fault is noted and reading goes on with the default, so that every fault is named at once.
 */
import {
  anyOf,
  type Choice,
  type Group,
  isGroup,
  placeOf,
  type Secret,
  type Setting,
  type Values,
} from '../setting.ts';
import { checkPublicUrl, type Environment, readSecret } from './environment.ts';

export interface Sources {
  readonly env: Environment;
  /** What config/default.yaml holds. */
  readonly file: unknown;
  readonly production: boolean;
  readonly embedded: boolean;
  /** Grows. */
  readonly faults: string[];
}

/** @returns what the definitions come to. Where a secret is among the faults, it is missing: nobody may use them then. */
export function readSettings<Definitions extends Group>(
  definitions: Definitions,
  sources: Sources,
): Values<Definitions> {
  // The compiler does not follow a mapped type through a loop.
  return readGroup(definitions, '', sources.file, sources) as Values<Definitions>;
}

function readGroup(group: Group, place: string, inFile: unknown, sources: Sources): Record<string, unknown> {
  const file = readFilePart(group, place, inFile, sources.faults);
  const values: Record<string, unknown> = {};
  const choices: (() => void)[] = [];
  for (const [name, member] of Object.entries(group)) {
    const where = placeOf(place, name);
    if (isGroup(member)) values[name] = readGroup(member, where, file[name], sources);
    else if (member.is === 'secret') values[name] = readSecretValue(member, '', sources);
    else if (member.is === 'setting') values[name] = readSetting(member, where, file[name], sources);
    // A choice needs what stands beside it.
    else choices.push(() => (values[name] = choose(member, place, name, file[name], values, sources)));
  }
  for (const read of choices) read();
  return values;
}

/** A key that nobody reads is a fault: a setting that was misspelt, or has moved, would be lost in silence. */
function readFilePart(group: Group, place: string, inFile: unknown, faults: string[]): Record<string, unknown> {
  if (inFile === undefined || inFile === null) return {};
  if (!isRecord(inFile)) {
    faults.push(`${place || 'config/default.yaml'}: must hold settings by their names`);
    return {};
  }
  for (const [at, key] of Object.keys(inFile).entries()) {
    const member = Object.hasOwn(group, key) ? group[key] : undefined;
    // What does not look like a name may be a value whose colon was forgotten: it is not quoted.
    const name = /^\w{1,40}$/.test(key)
      ? placeOf(place, key)
      : `${place || 'config/default.yaml'}, key number ${at + 1}`;
    if (!member) faults.push(`${name}: unknown in config/default.yaml`);
    else if (!isGroup(member) && member.is === 'secret')
      faults.push(`${member.variable}: a secret never stands in config/default.yaml`);
  }
  return inFile;
}

function readSetting(setting: Setting<unknown>, place: string, inFile: unknown, sources: Sources): unknown {
  const name = `${place} (${setting.variable})`;
  try {
    const value = setting.parse(sources.env[setting.variable] ?? inFile ?? setting.default);
    if (setting.public && sources.production) checkPublicUrl(name, String(value), sources.faults);
    return value;
  } catch (error) {
    sources.faults.push(`${name}: ${messageOf(error)}`);
    return setting.default;
  }
}

/** @param reason why it is asked for, where that is not always. */
function readSecretValue(secret: Secret<unknown>, reason: string, { env, embedded, faults }: Sources): unknown {
  const text = readSecret(secret.variable, env, faults);
  if (!text) {
    if (embedded && secret.whenEmbedded !== undefined) return secret.whenEmbedded;
    faults.push(`${secret.variable}: required${reason}, and has no default`);
    return undefined;
  }
  try {
    return secret.parse(text);
  } catch (error) {
    faults.push(`${secret.variable}: ${messageOf(error)}`);
    return undefined;
  }
}

function choose(
  choice: Choice<unknown, unknown>,
  place: string,
  name: string,
  inFile: unknown,
  beside: Record<string, unknown>,
  sources: Sources,
): unknown {
  const where = placeOf(place, name);
  const names = Object.keys(choice.gateways);
  const wanted = sources.env[choice.variable] ?? inFile ?? choice.default;
  if (!isOneOf(names, wanted)) sources.faults.push(`${where} (${choice.variable}): must be ${anyOf(names)}`);
  const chosen = isOneOf(names, wanted) ? wanted : choice.default;
  const gateway = choice.gateways[chosen];
  if (!gateway) throw new Error(`${where}: ${chosen} is no gateway`);
  const reason = ` by ${where} = ${chosen}`;
  const own = isRecord(beside[chosen]) ? beside[chosen] : {};
  for (const [key, setting] of Object.entries(gateway.settings)) {
    const needed = `${placeOf(placeOf(place, chosen), key)} (${setting.variable}): `;
    const isMissing = setting.empty === 'until chosen' && own[key] === '';
    if (isMissing && !sources.faults.some((fault) => fault.startsWith(needed)))
      sources.faults.push(`${needed}required${reason}`);
  }
  const secrets = Object.fromEntries(
    Object.entries(gateway.secrets).map(([key, secret]) => [key, readSecretValue(secret, reason, sources)]),
  );
  return { name: chosen, settings: own, create: (tools: unknown) => gateway.create({ ...own, ...secrets }, tools) };
}

function isOneOf(names: readonly string[], value: unknown): value is string {
  return names.some((name) => name === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
