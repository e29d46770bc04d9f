/** A process of the benchmark: what it spent is asked of it, and it ends by its own handle. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

/** What a child says of itself. */
export interface Usage {
  /** User and system time of every thread of the process. */
  readonly processorMs: number;
  readonly residentMb: number;
  /** Of which JavaScript objects, dead ones among them. */
  readonly heapMb: number;
}

export interface Child {
  /** From the start of the process to its first answer over HTTP. */
  readonly coldMs: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * Starts a script of this folder and waits until `probe` answers 200. What the script logs goes through a pipe that is
 * read and dropped, as a container's does.
 */
export async function startChild(script: string, env: Readonly<Record<string, string>>, probe: string): Promise<Child> {
  const startedAt = performance.now();
  const folder = process.env.BENCH_PROFILE;
  const child = fork(path.join(import.meta.dirname, script), {
    env: { ...inherited(), ...env },
    execArgv: folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  await nextMessage(child, START_TIMEOUT_MS);
  const answer = await fetch(probe);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${script} answered ${answer.status} to ${probe}`);
  return {
    coldMs: performance.now() - startedAt,

    usage() {
      const message = nextMessage<Usage>(child, START_TIMEOUT_MS);
      child.send('usage');
      return message;
    },

    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      child.send('stop');
      await ended;
      clearTimeout(timer);
    },
  };
}

/** In the child: says that it listens, then answers what the benchmark asks; it ends when the benchmark does. */
export function serveUsage(stop: () => Promise<void>): void {
  const leave = () => stop().finally(() => process.exit(0));
  process.once('disconnect', leave);
  process.on('message', (message) => {
    if (message === 'stop') return leave();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    const usage: Usage = {
      processorMs: (user + system) / 1000,
      residentMb: rss / 2 ** 20,
      heapMb: heapUsed / 2 ** 20,
    };
    return process.send?.(usage);
  });
  process.send?.('listening');
}

/** The settings of the runtime, so that a run can try others. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, NODE_OPTIONS, MALLOC_ARENA_MAX } = process.env;
  return { PATH, ...(NODE_OPTIONS && { NODE_OPTIONS }), ...(MALLOC_ARENA_MAX && { MALLOC_ARENA_MAX }) };
}

function nextMessage<Value>(child: ChildProcess, timeoutMs: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      then();
    };
    const onMessage = (message: unknown) => settle(() => resolve(message as Value));
    const onExit = () => settle(() => reject(new Error('a child ended too early')));
    const timer = setTimeout(() => settle(() => reject(new Error('a child does not answer'))), timeoutMs);
    child.once('message', onMessage).once('exit', onExit);
  });
}
