/** The package's `bin` as a process, on the machine's own Node and not on the one that npm has installed. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../src/project-root.ts';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const bin = path.join(projectRoot, 'bin/mon-compte-identity.js');

/** The search path without the programs of npm. */
export const machinePath = (process.env.PATH ?? '')
  .split(path.delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(path.delimiter);

/** The first `node` of the machine; where it has none, the one that runs this test. */
export const machineNode =
  machinePath
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'node'))
    .find((file) => existsSync(file)) ?? process.execPath;

/** @param environment nothing else is given to the process, its search path aside. */
export function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
  program: readonly [string, ...string[]] = [machineNode, bin],
): Promise<CliResult> {
  const [command, ...first] = program;
  const child = spawn(command, [...first, ...args], { cwd: projectRoot, env: { PATH: machinePath, ...environment } });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      output[stream] += chunk;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
}
