/**
 * `mon-compte-identity secrets`: a fresh set of secrets on standard output, as NAME='value' lines that docker compose and
 * a shell read alike: nothing is interpreted between single quotes.
 */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { generateSecrets } from '../embedded/generate-secrets.ts';

const HELP = `
Run it once for each installation: it never reads what a file holds already, and fresh keys make old data unreadable.
Send its output to a file that only you can read. DATABASE_URL, REDIS_URL and the secrets of gateways are not in it:
others give you those. POSTGRES_PASSWORD is for docker-compose.yml alone, which makes DATABASE_URL of it.

Examples:
  $ (umask 077; mon-compte-identity secrets > .env)
  $ docker compose -f docker-compose.yml -f docker-compose.trial.yml up --build

Exit codes: 0 printed.
`;

export function addSecrets(program: Command): void {
  program
    .command('secrets')
    .description('Print a fresh set of secrets')
    .addHelpText('after', HELP)
    .action(() => {
      const secrets = { ...generateSecrets(), POSTGRES_PASSWORD: randomBytes(24).toString('hex') };
      for (const [name, value] of Object.entries(secrets)) {
        if (/['\n]/.test(value)) throw new Error(`${name} cannot stand between single quotes`);
        console.log(`${name}='${value}'`);
      }
    });
}
