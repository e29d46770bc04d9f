/** Runs the parts of `npm test`, some beside one another, and says what each took. */
import { spawn } from 'node:child_process';

export interface Task {
  /** Tasks of one level are summed up together. */
  readonly level: string;
  /** Which of several of its level: « 1 of 3 ». */
  readonly part?: string | undefined;
  readonly command: string;
  readonly args: readonly string[];
  /** After all others, with nothing beside it but the other parts of its level. */
  readonly alone?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

interface Options {
  readonly cwd: string;
  /** How many run at once. */
  readonly lanes: number;
  readonly env?: Readonly<Record<string, string>>;
}

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** How many tests passed; undefined for what is no test. */
  readonly tests: string | undefined;
}

/** A task writes to a pipe, and would leave them away. */
const colours: Readonly<Record<string, string>> = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};

/** What fails does not stop the rest: one run tells all that is wrong. Sets the exit code. */
export async function runTasks(tasks: readonly Task[], options: Options): Promise<void> {
  const startedAt = performance.now();
  const results: Result[] = [];
  const beside = async (some: readonly Task[]) => {
    const queue = some.values();
    const lane = async () => {
      for (const task of queue) results.push(await run(task, options));
    };
    await Promise.all(Array.from({ length: options.lanes }, lane));
  };
  await beside(tasks.filter(({ alone }) => !alone));
  const levels = Map.groupBy(
    tasks.filter(({ alone }) => alone),
    ({ level }) => level,
  );
  for (const parts of levels.values()) await beside(parts);
  summarise(results, secondsSince(startedAt));
}

/** What it says comes out when it has ended, whole: two that run at once do not mix their lines. */
async function run({ level, part, command, args, env: own }: Task, { cwd, env }: Options): Promise<Result> {
  const name = part ? `${level}, ${part}` : level;
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...colours,
      ...env,
      ...own,
      REDOCLY_TELEMETRY: 'off',
      REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
    },
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  const seconds = secondsSince(startedAt);
  const text = Buffer.concat(output).toString('utf8');
  console.log(
    `\n▸ ${name}\n${text.trimEnd()}\n  ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`,
  );
  return { name, passed: code === 0, seconds, tests: /(\d+) passing/.exec(text)?.[1] };
}

function summarise(results: readonly Result[], seconds: number): void {
  const width = Math.max(...results.map(({ name }) => name.length));
  const lines = results.map((result) => {
    const tests = result.tests === undefined ? '' : `${result.tests} tests`;
    const time = `${result.seconds.toFixed(1)} s`;
    return `  ${result.name.padEnd(width)}  ${tests.padStart(10)}  ${time.padStart(8)}${result.passed ? '' : '  FAILED'}`;
  });
  const tests = results.reduce((sum, { tests }) => sum + Number(tests ?? 0), 0);
  console.log(`\n▸ in all: ${tests} tests in ${seconds.toFixed(1)} s\n${lines.join('\n')}`);
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failed.length === 0) return;
  console.log(`\nFAILED: ${failed.join(', ')}`);
  process.exitCode = 1;
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
