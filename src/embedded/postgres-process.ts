/** The process of the embedded PostgreSQL: whether it runs, whether it answers, and its end. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PATIENCE_MS } from './patience.ts';

/** One connection may take so long on a slow machine; a port where nobody listens refuses at once. */
const ANSWER_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** The server that says it runs on this folder: it may be one that was killed. */
export function findRunning(dataFolder: string): { pid: number; port: number; file: string } | undefined {
  const file = path.join(dataFolder, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), file };
}

/** Whether this process is a server of this folder; where the system does not tell what it runs, a process that lives is. */
export function isOurs(pid: number, dataFolder: string): boolean {
  if (!signal(pid, 0)) return false;
  const file = `/proc/${pid}/cmdline`;
  return !existsSync('/proc/self') || (existsSync(file) && readFileSync(file, 'utf8').includes(dataFolder));
}

/** Waits for as long as the server lives. @returns whether it answered. */
export async function untilAnswers(url: string, lives: () => boolean): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await answers(url))) {
    if (!lives() || performance.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** SIGINT: a fast shutdown, that ends open connections. */
export async function stop(pid: number): Promise<void> {
  if (!signal(pid, 'SIGINT')) return;
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (signal(pid, 0) && performance.now() < deadline) await delay(25);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
