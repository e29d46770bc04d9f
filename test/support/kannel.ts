/** A real Kannel on free ports of the loopback: bearerbox, smsbox, and fakesmsc in the place of the network. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../../src/embedded/postgres.ts';

const PROGRAMS = {
  bearerbox: '/usr/sbin/bearerbox',
  smsbox: '/usr/sbin/smsbox',
  fakesmsc: '/usr/lib/kannel/test/fakesmsc',
};

export interface Kannel {
  /** Of the smsbox. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** What reached the network: « sender receiver type words », one SMS each; a line break begins an entry without them. */
  received(): readonly string[];
  /** What the smsbox wrote, the lines of its requests among it. */
  log(): string;
  /** Ends the smsbox alone: nobody listens any more. */
  stopSmsbox(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKannel(): Promise<Kannel> {
  for (const [name, file] of Object.entries(PROGRAMS))
    if (!existsSync(file))
      throw new Error(`${name} is missing (${file}): install the Debian packages kannel and kannel-extras`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-kannel-'));
  const [admin, boxes, network, smsbox] = (await Promise.all(Array.from({ length: 4 }, findFreePort))) as [
    number,
    number,
    number,
    number,
  ];
  const [username, password] = ['mon-compte', 'kannel-test-password'];
  const file = path.join(folder, 'kannel.conf');
  writeFileSync(file, configuration({ admin, boxes, network, smsbox, username, password }));
  const programs: Program[] = [];
  const stop = async () => {
    for (const program of programs.reverse()) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    programs.push(start(PROGRAMS.bearerbox, [file]));
    await until('bearerbox', () => answers(`http://127.0.0.1:${admin}/status.txt?password=admin`, /Kannel/));
    const box = start(PROGRAMS.smsbox, [file]);
    programs.push(box);
    await until('smsbox', () => answers(`http://127.0.0.1:${smsbox}/cgi-bin/sendsms`, /./));
    const fakesmsc = start(PROGRAMS.fakesmsc, ['-H', '127.0.0.1', '-r', String(network)]);
    programs.push(fakesmsc);
    await until('fakesmsc', () => answers(`http://127.0.0.1:${admin}/status.txt?password=admin`, /FAKE.*online/));
    return {
      url: `http://127.0.0.1:${smsbox}`,
      username,
      password,
      received: () => [...fakesmsc.output().matchAll(/Got message \d+: <(.*)>/g)].map(([, text]) => text ?? ''),
      log: box.output,
      stopSmsbox: box.stop,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Program {
  output(): string;
  stop(): Promise<void>;
}

/** With an open standard input: fakesmsc ends when its own does. */
function start(command: string, args: readonly string[]): Program {
  const child: ChildProcess = spawn(command, args, { stdio: 'pipe' });
  const chunks: string[] = [];
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdout?.on('data', (chunk) => chunks.push(String(chunk)));
  child.stderr?.on('data', (chunk) => chunks.push(String(chunk)));
  return {
    output: () => chunks.join(''),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

async function answers(url: string, pattern: RegExp): Promise<boolean> {
  try {
    return pattern.test(await (await fetch(url)).text());
  } catch {
    return false;
  }
}

async function until(name: string, ready: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await ready()) return;
    await delay(50);
  }
  throw new Error(`${name} did not start`);
}

function configuration(values: Record<'admin' | 'boxes' | 'network' | 'smsbox', number> & Record<string, unknown>) {
  return `
group = core
admin-port = ${values.admin}
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = ${values.boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
dlr-storage = internal
log-level = 0

group = smsc
smsc = fake
smsc-id = fake
port = ${values.network}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${values.smsbox}
sendsms-interface = 127.0.0.1
log-level = 0

group = sendsms-user
username = ${values.username}
password = ${values.password}
max-messages = 1

group = sms-service
keyword = default
text = "none"
max-messages = 0
`;
}
