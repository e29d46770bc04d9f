/** A machine that is so many times slower, for one process and all that it starts: they stand still for most of the time. */
import { readdirSync, readFileSync } from 'node:fs';

const CYCLE_MS = 200;

/** @returns what gives the processes their whole time back. */
export function slowDown(pid: number, factor: number): () => void {
  const each = (name: NodeJS.Signals) => {
    for (const one of [pid, ...descendantsOf(pid)]) signal(one, name);
  };
  let timer: NodeJS.Timeout | undefined;
  const run = () => {
    each('SIGCONT');
    timer = setTimeout(halt, CYCLE_MS / factor);
  };
  const halt = () => {
    each('SIGSTOP');
    timer = setTimeout(run, CYCLE_MS - CYCLE_MS / factor);
  };
  halt();
  return () => {
    clearTimeout(timer);
    each('SIGCONT');
  };
}

function descendantsOf(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const children = tasks.flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '));
    return children
      .filter(Boolean)
      .map(Number)
      .flatMap((child) => [child, ...descendantsOf(child)]);
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
