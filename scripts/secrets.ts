/**
 * `npm run secrets`: a fresh set of secrets on standard output, as NAME='value' lines that docker compose and a shell
 * read alike: nothing is interpreted between single quotes. Redirect it to a file that only you can read.
 */
import { randomBytes } from 'node:crypto';
import { generateSecrets } from '../src/embedded/generate-secrets.ts';

// The database's password is not read by the service: docker-compose.yml makes DATABASE_URL of it.
const secrets = { ...generateSecrets(), POSTGRES_PASSWORD: randomBytes(24).toString('hex') };

for (const [name, value] of Object.entries(secrets)) {
  if (/['\n]/.test(value)) throw new Error(`${name} cannot stand between single quotes`);
  console.log(`${name}='${value}'`);
}
