/** `mon-compte-identity config check`: the faults and the doubts of a configuration, each with its remedy. */
import type { Command } from 'commander';
import { checkConfig, type Doubt } from '../config/config.ts';
import { type Environment, isEmbedded, isUnknownMode, readEnvironment } from '../config/environment.ts';
import { EXIT_CONFIGURATION, type Fault } from '../config/fault.ts';
import { generateSecrets } from '../embedded/generate-secrets.ts';
import { type DotenvOption, dotenvOption } from './dotenv.ts';

const HELP = `
It reads config/default.yaml, the environment, the files of secrets and the clients file like the service does, starts
nothing, asks no store whether it answers, and prints no secret.

A fault is what the service refuses to start with. A doubt is valid, and probably not what you want: most of them are
about NODE_ENV=production. docs/configuration.md lists every setting.

Examples:
  $ mon-compte-identity config check
  $ NODE_ENV=production mon-compte-identity config check --dotenv .env

Exit codes: 0 no fault, with or without doubts; 78 one fault or more.
`;

export function addConfigCheck(config: Command): void {
  config
    .command('check')
    .description('Tell every fault and every doubt of the configuration, and what to do')
    .addOption(dotenvOption())
    .addHelpText('after', HELP)
    .action(({ dotenv }: DotenvOption) => {
      const environment = readEnvironment(dotenv);
      const { faults, doubts } = checkConfig(environment, isEmbedded(environment) ? embeddedOverrides() : {});
      console.log(report(modeOf(environment), faults, doubts));
      process.exitCode = faults.length > 0 ? EXIT_CONFIGURATION : 0;
    });
}

/** What the embedded default would supply. Nothing of it is kept. */
function embeddedOverrides(): Environment {
  return { ...generateSecrets(), DATABASE_URL: 'postgres://embedded' };
}

function modeOf(environment: Environment): string {
  if (environment.NODE_ENV === 'production')
    return environment.TRIAL === 'true' ? 'production, as a trial (TRIAL)' : 'production';
  if (isUnknownMode(environment)) return 'unknown (NODE_ENV)';
  if (isEmbedded(environment))
    return 'the embedded default: stores and secrets of its own (no DATABASE_URL, no REDIS_URL)';
  return 'with stores of yours, and not as production (NODE_ENV)';
}

function report(mode: string, faults: readonly Fault[], doubts: readonly Doubt[]): string {
  const blocks = [`Mode: ${mode}.`];
  if (faults.length > 0) blocks.push(`${count(faults, 'fault')}: the service does not start.`);
  for (const { text, remedy } of faults) blocks.push(item('✗', text, remedy));
  if (doubts.length > 0) blocks.push(`${count(doubts, 'doubt')}: valid, and probably not what you want.`);
  for (const { variable, says, remedy } of doubts) blocks.push(item('?', `${variable}: ${says}`, remedy));
  if (faults.length === 0) blocks.push('No fault: the service would start, once its stores answer.');
  return blocks.join('\n\n');
}

function item(sign: string, what: string, remedy?: string): string {
  return `  ${sign} ${what}${remedy ? `\n    → ${remedy}` : ''}`;
}

function count(list: readonly unknown[], word: string): string {
  return `${list.length} ${word}${list.length === 1 ? '' : 's'}`;
}
