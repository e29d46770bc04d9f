/**
 * A client as its page of docs/relying-parties/ gives it: the blocks of the page that have a file name are written out as they
 * stand, but for the ports, and run. What the page says is what works.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { projectRoot } from '../../src/project-root.ts';

export interface DocumentedClient {
  readonly url: string;
  /** Its entry of the clients file, in YAML. */
  readonly entry: string;
  /** A fresh value for each variable that the page names. */
  readonly secrets: Readonly<Record<string, string>>;
  /**
   * Writes the files that speak of the service at this address.
   * @param under where packages are found, unless it says otherwise. @returns their folder.
   */
  install(issuer: string, under?: string): string;
  /** Runs a command in the folder until it listens. @throws Error with what it said, when it ends before. */
  run(command: string, args: readonly string[]): Promise<void>;
  /** What the program said until now. */
  output(): string;
  /** Ends the program and removes the folder. */
  stop(): Promise<void>;
}

const START_TRIES = 800;
/** Inside the workspace: its packages are found from there. */
const RUNS = path.join(projectRoot, 'test/relying-parties/node_modules/.runs');

/** @param page its name in docs/relying-parties/, without the ending. */
export async function readDocumentedClient(page: string): Promise<DocumentedClient> {
  const text = readFileSync(path.join(projectRoot, 'docs/relying-parties', `${page}.md`), 'utf8');
  const { 'clients.yaml': entryAsWritten = '', ...files } = readBlocks(text);
  const portAsWritten = /home_url: http:\/\/localhost:(\d+)/.exec(entryAsWritten)?.[1];
  if (!portAsWritten) throw new Error(`${page}: no block clients.yaml with a home_url on localhost`);
  const port = String(await findFreePort());
  const onPort = (block: string) => block.replaceAll(new RegExp(`(?<!\\d)${portAsWritten}(?!\\d)`, 'g'), port);
  const names = new Set(
    Object.values({ ...files, entryAsWritten }).flatMap((block) => block.match(/\bMY_[A-Z_]+/g) ?? []),
  );
  const secrets = Object.fromEntries([...names].map((name) => [name, randomBytes(32).toString('hex')]));
  let folder = '';
  let program: ChildProcess | undefined;
  let output = '';

  return {
    url: `http://localhost:${port}`,
    entry: onPort(entryAsWritten),
    secrets,
    install(issuer, under = RUNS) {
      mkdirSync(under, { recursive: true });
      folder = mkdtempSync(path.join(under, `mon-compte-${page}-`));
      writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
      for (const [name, block] of Object.entries(files))
        writeFileSync(path.join(folder, name), onPort(block).replaceAll('http://localhost:3000', issuer));
      return folder;
    },
    async run(command, args) {
      const started = spawn(command, args, { cwd: folder, env: { PATH: process.env.PATH, ...secrets } });
      program = started;
      // A run that is broken off leaves nothing behind.
      process.once('exit', () => started.kill('SIGTERM'));
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk;
        });
      for (let tries = 0; !(await listens(Number(port))); tries++) {
        if (started.exitCode !== null || tries === START_TRIES) throw new Error(`${page} did not start:\n${output}`);
        await delay(25);
      }
    },
    output: () => output,
    async stop() {
      if (program && program.exitCode === null && program.signalCode === null) {
        const ended = new Promise((resolve) => program?.once('exit', resolve));
        program.kill('SIGTERM');
        await ended;
      }
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The fenced blocks whose language is followed by the name of a file. */
export function readBlocks(text: string): Record<string, string> {
  const blocks = text.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms);
  return Object.fromEntries([...blocks].map(([, name = '', content = '']) => [name, content]));
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
