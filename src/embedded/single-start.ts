/**
 * One start at a time on one folder. The lock is one of SQLite on a file: the system holds it for the process, and lets it
 * go with the process, however that ends. Nothing that is left behind blocks, and of any number at once one gets it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How a process ends that found another one running: EX_TEMPFAIL of sysexits.h. */
export const EXIT_ALREADY_RUNNING = 75;

/** Another process runs on this folder. Its message is all that a person needs. */
export class AlreadyRunning extends Error {
  readonly exitCode = EXIT_ALREADY_RUNNING;
  constructor({ pid, address }: Running) {
    const where = address === undefined ? 'It is still starting' : `It answers at ${address}`;
    const who = pid === undefined ? '' : ` (process ${pid})`;
    const how = pid === undefined ? 'with Ctrl-C where it runs' : `with Ctrl-C where it runs, or: kill ${pid}`;
    super(`Mon Compte runs already from this folder${who}. ${where}, and it was left alone. Stop it ${how}`);
    this.name = 'AlreadyRunning';
  }
}

interface Running {
  readonly pid?: number;
  /** Unknown until it listens. */
  readonly address?: string;
}

export interface SingleStart {
  /** For whoever comes second. */
  tellAddress(address: string): void;
  /** Another start may follow. */
  release(): void;
}

/** @param folder is made where it is absent. @throws AlreadyRunning. */
export function claimFolder(folder: string): SingleStart {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const note = path.join(folder, 'running.json');
  const lock = new DatabaseSync(path.join(folder, 'running.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isLocked(error)) throw new AlreadyRunning(readNote(note));
    throw error;
  }
  const tell = (running: Running) => writeFileSync(note, JSON.stringify(running), { mode: 0o600 });
  tell({ pid: process.pid });
  return {
    tellAddress: (address) => tell({ pid: process.pid, address }),
    release: () => lock.close(),
  };
}

const SQLITE_BUSY = 5;

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

/** What it says is for a person to read: where it says nothing, the lock is true all the same. */
function readNote(file: string): Running {
  try {
    const { pid, address }: Partial<Record<keyof Running, unknown>> = JSON.parse(readFileSync(file, 'utf8'));
    return {
      ...(typeof pid === 'number' && { pid }),
      ...(typeof address === 'string' && { address }),
    };
  } catch {
    return {};
  }
}
