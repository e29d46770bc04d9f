/**
 * The embedded default of `npm start` on a bare machine: a PostgreSQL of our own, the Redis roles in memory, secrets
 * generated once into an ignored folder, demo accounts, and the demo relying party beside the service.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../adapters/postgres/database.ts';
import { migrate } from '../adapters/postgres/migrations.ts';
import type { Environment } from '../config/environment.ts';
import { projectRoot } from '../project-root.ts';
import { loadDemoAccounts, readDemoAccounts } from './demo-accounts.ts';
import { generateSecrets } from './generate-secrets.ts';
import { untilInTime, withProgress } from './patience.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres.ts';
import { claimFolder } from './single-start.ts';

export interface Embedded {
  /** What the embedded default adds to the environment. */
  readonly environment: Environment;
  /** Starts the service with its demo accounts, however slow the machine is. */
  startPatiently<Service extends EmbeddedService>(create: () => Promise<Service>): Promise<Service>;
  startRelyingParty(issuer: string): void;
  /** Calls once when the shell of `npm start` has ended: npm passes a signal on to that shell, which keeps it to itself. */
  whenLeftByNpm(leave: () => unknown): void;
  stop(): Promise<void>;
}

/** What is started here of the service. */
interface EmbeddedService {
  readonly ports: Parameters<typeof loadDemoAccounts>[0];
  start(): Promise<unknown>;
  stop(): Promise<void>;
}

const DEMO_PORT = 4000;
/** How often it is looked whether npm still waits for this process. */
const LEFT_MS = 500;

/** Starts the stores. @param dataFolder kept between runs; `.data` by default. @throws AlreadyRunning. */
export async function startEmbedded(dataFolder = path.join(projectRoot, '.data')): Promise<Embedded> {
  const parent = process.ppid;
  const claim = claimFolder(dataFolder);
  const secrets = readSecrets(dataFolder);
  const options = { dataFolder: path.join(dataFolder, 'postgres'), password: secrets.POSTGRES_PASSWORD ?? '' };
  const postgres = await withProgress('The embedded PostgreSQL starts', () => startEmbeddedPostgres(options));
  await withProgress('The schema is made', () => untilInTime(() => migrateEmbedded(postgres)));
  let relyingParty: ChildProcess | undefined;
  return {
    environment: {
      ...secrets,
      DATABASE_URL: postgres.url,
      MESSAGES_SPOOL_FOLDER: path.join(dataFolder, 'spool'),
      // Nobody is sent elsewhere: Ctrl-C ends at once.
      DRAIN_SECONDS: '0',
    },

    startPatiently(create) {
      const start = async () => {
        const service = await create();
        try {
          await loadDemoAccounts(service.ports);
          await service.start();
          return service;
        } catch (error) {
          await service.stop().catch(() => {});
          throw error;
        }
      };
      return withProgress('The service starts', () => untilInTime(start));
    },

    startRelyingParty(issuer) {
      claim.tellAddress(issuer);
      relyingParty = spawn(process.execPath, [path.join(projectRoot, 'examples/mon-compte/server.ts')], {
        env: {
          PATH: process.env.PATH,
          ISSUER: issuer,
          CLIENT_ID: 'mon-compte',
          CLIENT_SECRET: secrets.CLIENT_MON_COMPTE_SECRET,
          PORT: String(DEMO_PORT),
          SPOOL_FOLDER: path.join(dataFolder, 'spool'),
        },
        // By the last one it learns that this process has ended, however it did.
        stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      });
      relyingParty.once('exit', (code) => {
        if (code) console.error(`The demo relying party ended (${code}): is port ${DEMO_PORT} taken?`);
      });
    },

    whenLeftByNpm(leave) {
      // Started by hand it may well outlive its shell.
      if (process.env.npm_lifecycle_event === undefined) return;
      const watch = setInterval(() => {
        if (process.ppid === parent) return;
        clearInterval(watch);
        leave();
      }, LEFT_MS);
      watch.unref();
    },

    async stop() {
      relyingParty?.kill('SIGTERM');
      await postgres.stop();
      claim.release();
    },
  };
}

/** What a newcomer needs to know, in a few lines. */
export function welcome(issuer: string): string {
  const accounts = readDemoAccounts().map(
    ({ who, nir, provisional, password, initialPassword }) =>
      `  ${(nir ?? provisional ?? '').padEnd(15)} ${(password ?? `${initialPassword} (first sign-in)`).padEnd(26)} ${who}`,
  );
  return `
  Mon Compte, demo relying party   http://localhost:${DEMO_PORT}     ← start here
  Identity service                 ${issuer}
  SMS and mail of the demo         http://localhost:${DEMO_PORT}/messages
  Its contract                     ${issuer}/docs
  A client of your own             docs/relying-parties/README.md
  A front end of your own          docs/integrate.md

  Accounts to try:
${accounts.join('\n')}
`;
}

function readSecrets(dataFolder: string): Record<string, string> {
  const file = path.join(dataFolder, 'secrets.json');
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const fresh = { ...generateSecrets(), POSTGRES_PASSWORD: randomBytes(16).toString('hex') };
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
}

async function migrateEmbedded(postgres: EmbeddedPostgres): Promise<void> {
  const database = openDatabase(postgres.url, 1, { patient: true });
  try {
    await migrate(database);
  } finally {
    await database.destroy();
  }
}
