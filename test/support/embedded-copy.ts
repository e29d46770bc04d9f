/** The service as `npm start` runs it on a bare machine, from a copy of its own: another folder, another embedded default. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { projectRoot } from '../../src/project-root.ts';
import { eventually } from './wait.ts';

export interface EmbeddedStart {
  readonly child: ChildProcess;
  readonly url: string;
  /** All that it has written. */
  output(): string;
  /** The exit code, or the signal. */
  readonly ended: Promise<number | string | null>;
  untilReady(seconds?: number): Promise<void>;
}

export type EmbeddedCopy = ReturnType<typeof copyOfTree>;

export function copyOfTree() {
  const root = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-copy-'));
  for (const part of ['src', 'config', 'migrations', 'examples', 'docs', 'package.json'])
    cpSync(path.join(projectRoot, part), path.join(root, part), { recursive: true });
  symlinkSync(path.join(projectRoot, 'node_modules'), path.join(root, 'node_modules'));
  const started: EmbeddedStart[] = [];

  /** @param command the process itself, or who starts it as npm does. */
  async function start(command = [process.execPath, path.join(root, 'src/main.ts')]): Promise<EmbeddedStart> {
    const own = String(await findFreePort());
    const url = `http://localhost:${own}`;
    const env = { PATH: process.env.PATH, PORT: own, ISSUER: url, HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
    const [program = '', ...args] = command;
    const child = spawn(program, args, { cwd: root, env, stdio: 'pipe' });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    const ended = new Promise<number | string | null>((resolve) => {
      child.once('exit', (code, signal) => {
        // Whoever outlives it for a moment has its output too, and would keep the tests from their end.
        setTimeout(() => {
          for (const stream of [child.stdout, child.stderr]) stream.destroy();
        }, 100).unref();
        resolve(code ?? signal);
      });
    });
    const isReady = () =>
      fetch(`${url}/health/ready`).then(
        ({ status }) => status === 200 || undefined,
        () => undefined,
      );
    const one = {
      child,
      url,
      output: () => output,
      ended,
      untilReady: async (seconds = 60) => void (await eventually(`a start: ${output}`, isReady, seconds)),
    };
    started.push(one);
    return one;
  }

  return {
    root,
    start,
    /** The number of the server's process. */
    postgresPid: () => Number(/^\d+/.exec(readFileSync(postmasterFile(root), 'utf8'))?.[0]),
    async remove(): Promise<void> {
      for (const { child, ended } of started) {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
        await ended;
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Where the server of a copy says that it runs: its data may stand elsewhere. */
export function postmasterFile(root: string): string {
  const folder = path.join(root, '.data/postgres');
  const found = execFileSync('find', [folder, '-name', 'elsewhere'], { encoding: 'utf8' }).trim();
  return path.join(found ? readFileSync(found, 'utf8') : folder, 'postmaster.pid');
}
