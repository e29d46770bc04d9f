/** docs/configuration.md: every setting and secret, from their definitions. */
import { listSettings } from '../src/config/list-settings.ts';
import { anyOf, type Choice, type Setting } from '../src/setting.ts';
import { page, table } from './markdown.ts';

export function configurationPage(): string {
  const rows: string[][] = [];
  const secrets: string[][] = [];
  const ofGateways: string[][] = [];
  for (const { place, definition, choice } of listSettings()) {
    const { variable, meaning } = definition;
    if (definition.is !== 'secret')
      rows.push([code(variable), code(place), kindOf(definition, choice), defaultOf(definition), meaning]);
    else if (choice) ofGateways.push([code(variable), meaning, code(choice)]);
    else secrets.push([code(variable), meaning]);
  }
  return page([
    '# Configuration',
    `Defaults stand in \`config/default.yaml\`. The environment overrides them. The service reads everything at boot, names
every fault at once and exits with code 78 if there is one. \`npx mon-compte-identity config check\` says the same
without starting, and what it doubts.`,
    '## Settings',
    table(['variable', 'in config/default.yaml', 'kind', 'default', 'meaning'], rows),
    `An address is http or https and has one spelling, such as \`https://host.example/path\`: scheme and host in small letters,
no space, no default port, no empty step and no dots for a step. It names no user and no password, but where Kannel calls back.`,
    '## Secrets',
    `No secret has a default. Each is read from its variable, or from the file that \`<NAME>_FILE\` names, which wins when both
are set. \`npm run secrets\` prints a fresh set.`,
    table(['variable', 'meaning'], secrets),
    '## Secrets of gateways',
    'Asked for by the setting of the last column alone, and read in the same two ways.',
    table(['variable', 'meaning', 'asked for by'], ofGateways),
    `Each confidential client has one more: the variable that its \`secret_env\` names in the clients file, 32 characters or
more.`,
    '## Modes',
    `\`NODE_ENV\` is \`production\`, \`development\`, \`test\` or left out; anything else is a fault.
\`NODE_ENV=production\` refuses addresses that are not https: the issuer, those that people are led to (\`UI_URL\`, \`HOME_URL\`,
the pages), and every address of the clients file, the loopback, schemes and web views of native clients aside. It refuses what only a trial
may have, and \`TRIAL=true\` permits ([operations.md](operations.md)). Outside production, without
\`DATABASE_URL\` and without \`REDIS_URL\`, the service runs on its embedded default: a PostgreSQL of its own, the Redis
roles in memory, generated secrets and demo accounts.`,
  ]);
}

function kindOf(definition: Setting<unknown> | Choice<unknown, unknown>, choice = ''): string {
  if (definition.is === 'choice') return anyOf(Object.keys(definition.gateways).map(code));
  const { kind, empty } = definition;
  if (empty === 'allowed') return `${kind}, or empty`;
  return empty === 'until chosen' ? `${kind}; required by ${code(choice)}` : kind;
}

function defaultOf(definition: Setting<unknown> | Choice<unknown, unknown>): string {
  const text = String(definition.default);
  return text === '' ? 'empty' : code(text);
}

function code(text: string): string {
  return `\`${text}\``;
}
