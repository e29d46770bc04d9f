/** `npm start` on a bare machine: one at a time, whatever was left behind, and however slow the machine is. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartError } from '../../src/app/start-failures.ts';
import { ConfigurationError } from '../../src/config/fault.ts';
import { untilInTime } from '../../src/embedded/patience.ts';
import { EXIT_ALREADY_RUNNING } from '../../src/embedded/single-start.ts';
import { storeUnavailable } from '../../src/errors.ts';
import { projectRoot } from '../../src/project-root.ts';
import { copyOfTree, type EmbeddedCopy, postmasterFile } from '../support/embedded-copy.ts';
import { slowDown } from '../support/slow-machine.ts';
import { eventually } from '../support/wait.ts';

const AT_ONCE = 6;
const ROUNDS = 3;

describe('an embedded start', () => {
  let copy: EmbeddedCopy;
  before(() => {
    copy = copyOfTree();
  });
  after(() => copy.remove());

  it('is the only one of its folder: a second says which one runs, and leaves it and its database alone', async () => {
    const first = await copy.start();
    await first.untilReady();
    const postgres = copy.postgresPid();
    const second = await copy.start();
    assert.equal(await second.ended, EXIT_ALREADY_RUNNING);
    assert.ok(second.output().includes(`process ${first.child.pid}`), second.output());
    assert.ok(second.output().includes(first.url), second.output());
    assert.equal(copy.postgresPid(), postgres);
    await first.untilReady(1);
    first.child.kill('SIGTERM');
    assert.equal(await first.ended, 0);
  }).timeout(120_000);

  it('leaves nothing behind where npm alone gets SIGTERM, which ends its shell and tells us nothing', async () => {
    const { child, ended, untilReady } = await copy.start(['npm', 'start']);
    await untilReady();
    const postgres = copy.postgresPid();
    const note = path.join(copy.root, '.data/running.json');
    const { pid } = JSON.parse(readFileSync(note, 'utf8')) as { pid: number };
    assert.notEqual(pid, child.pid);
    try {
      child.kill('SIGTERM');
      await ended;
      await eventually('its end', () => ![pid, postgres].some(lives), 20);
    } finally {
      if (lives(pid)) process.kill(pid, 'SIGTERM');
    }
  }).timeout(120_000);

  it('follows one that was killed, whose database still runs', async () => {
    const first = await copy.start();
    await first.untilReady();
    const postgres = copy.postgresPid();
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await copy.start();
    await second.untilReady();
    assert.equal(copy.postgresPid(), postgres, 'it was joined');
    second.child.kill('SIGTERM');
    assert.equal(await second.ended, 0);
  }).timeout(120_000);

  it('follows one that was killed with its database, also where another process has got the number since', async () => {
    const first = await copy.start();
    await first.untilReady();
    const left = readFileSync(postmasterFile(copy.root), 'utf8');
    process.kill(copy.postgresPid(), 'SIGKILL');
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await copy.start();
    await second.untilReady();
    second.child.kill('SIGTERM');
    assert.equal(await second.ended, 0);
    writeFileSync(postmasterFile(copy.root), left.replace(/^\d+/, String(process.pid)));
    const third = await copy.start();
    await third.untilReady();
    third.child.kill('SIGTERM');
    assert.equal(await third.ended, 0);
  }).timeout(180_000);

  it('waits for a machine that is ten times slower, and says so meanwhile', async () => {
    const fresh = copyOfTree();
    try {
      const start = await fresh.start();
      const giveBack = slowDown(start.child.pid ?? assert.fail(), 10);
      try {
        await start.untilReady(400);
      } finally {
        giveBack();
      }
      assert.match(start.output(), /The embedded PostgreSQL starts… \d+ s/);
      assert.doesNotMatch(start.output(), /timeout|time-out|did not start/i);
    } finally {
      await fresh.remove();
    }
  }).timeout(420_000);
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the patience of an embedded start', () => {
  const failing = (errors: readonly Error[]) => {
    const left = [...errors];
    let tries = 0;
    const work = async () => {
      tries += 1;
      const error = left.shift();
      if (error) throw error;
      return tries;
    };
    return { work, tries: () => tries };
  };
  const caused = (cause: unknown) => new Error('what it says', { cause });

  it('tries again what failed for want of time, by whoever says so', async () => {
    const timeout = Object.assign(new Error('no'), { code: 'ETIMEDOUT' });
    const late = [
      storeUnavailable(),
      caused(new Error('timeout expired')),
      new StartError('slow', caused(timeout)),
      caused(Object.assign(new Error('canceled'), { code: '57014' })),
    ];
    assert.equal(await untilInTime(failing(late).work), late.length + 1);
  });

  it('gives up at once what no time would mend', async () => {
    const taken = new StartError('taken', Object.assign(new Error('listen'), { code: 'EADDRINUSE' }));
    for (const error of [
      taken,
      new Error('a fault of ours'),
      new ConfigurationError([{ text: 'PORT: must be a number' }]),
    ]) {
      const { work, tries } = failing([error]);
      await assert.rejects(untilInTime(work), error);
      assert.equal(tries(), 1);
    }
  });
});

describe('the claim of a folder', () => {
  let copy: EmbeddedCopy;
  before(() => {
    copy = copyOfTree();
  });
  after(() => copy.remove());

  const source = pathToFileURL(path.join(projectRoot, 'src/embedded/single-start.ts')).href;

  /** Claims, says what came of it, and stays until it is killed. */
  function claim(folder: string) {
    const script = `import { claimFolder } from '${source}';
      globalThis.claim = await Promise.resolve().then(() => claimFolder(process.argv[1])).catch((error) => error.name);
      console.log(typeof claim === 'string' ? claim : 'claimed');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], { stdio: 'pipe' });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    return {
      said: () => said.trim(),
      kill: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  it(`has one winner of ${AT_ONCE} at the same instant, ${ROUNDS} times, each after the one before was killed`, async () => {
    const folder = path.join(copy.root, 'claimed');
    for (let round = 0; round < ROUNDS; round++) {
      const all = Array.from({ length: AT_ONCE }, () => claim(folder));
      try {
        await eventually('what each says', () => all.every(({ said }) => said() !== ''), 60);
        const results = all.map(({ said }) => said()).sort();
        assert.deepEqual(results, [...Array.from({ length: AT_ONCE - 1 }, () => 'AlreadyRunning'), 'claimed']);
      } finally {
        for (const { kill } of all) await kill();
      }
    }
  }).timeout(120_000);

  it('stands where the note of who runs is gone, or is nonsense', async () => {
    const folder = path.join(copy.root, 'noted');
    const first = claim(folder);
    try {
      await eventually('the claim', () => first.said() === 'claimed', 30);
      writeFileSync(path.join(folder, 'running.json'), 'nonsense');
      const second = claim(folder);
      await eventually('its refusal', () => second.said() === 'AlreadyRunning', 30);
      await second.kill();
    } finally {
      await first.kill();
    }
  }).timeout(60_000);
});
