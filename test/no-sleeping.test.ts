/** Time is injected: the service reads it in one place, and no test sleeps to see something expire. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../src/project-root.ts';
import { moveDate } from './support/clock.ts';

const LONGEST_MS = 100;

/** What waits longer, or for a time that cannot be read here; each with its reason. */
const waits: readonly { file: string; call: string; reason: string }[] = [
  {
    file: 'test/support/delivering-process.ts',
    call: 'setInterval(() => {}, 1000)',
    reason: 'keeps a process alive that is made to be killed: nobody waits for it',
  },
  {
    file: 'test/support/tcp-proxy.ts',
    call: 'setTimeout(() => to.write(chunk), late)',
    reason: 'is the fault itself: a store that is slow, and alive',
  },
  {
    file: 'test/process/embedded-start.test.ts',
    call: 'setInterval(() => {}, 1000)',
    reason: 'keeps a process alive that is made to be killed: nobody waits for it',
  },
  ...['setTimeout(halt, CYCLE_MS / factor)', 'setTimeout(run, CYCLE_MS - CYCLE_MS / factor)'].map((call) => ({
    file: 'test/support/slow-machine.ts',
    call,
    reason: 'is the fault itself: a machine that is slow',
  })),
  {
    file: 'test/oidc/single-use.test.ts',
    call: 'delay(Math.random() * 5)',
    reason: '5 ms at most, so that the sign-ins of different people interleave in another way each time',
  },
];

/** What may read the time of the machine; each with its reason. */
const clocks: readonly { file: string; reason: string }[] = [
  { file: 'src/adapters/system.ts', reason: 'the clock itself' },
  { file: 'src/embedded/postgres.ts', reason: 'how long a program takes to start, before there is a service' },
];

const read = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
const filesOf = (pattern: string, exclude: string[] = []) => globSync(pattern, { cwd: projectRoot, exclude }).sort();

/** From the name of a function to the bracket that ends its call. */
function callAt(source: string, start: number): string {
  let depth = 0;
  for (let end = source.indexOf('(', start); end < source.length; end++) {
    if (source[end] === '(') depth++;
    if (source[end] === ')' && --depth === 0) return source.slice(start, end + 1);
  }
  return source.slice(start);
}

/** The calls of a file that wait for longer than they may, or for nobody knows how long. */
function longWaitsOf(source: string): string[] {
  return [...source.matchAll(/(?<![.\w])(?:delay|setTimeout|setInterval)\(|\.waitForTimeout\(/g)]
    .map(({ index }) => callAt(source, index))
    .filter((call) => {
      const time = /(?:^|[(,])\s*(\w+)\s*\)$/.exec(call)?.[1] ?? '';
      const constant = new RegExp(`const ${time} = ([\\d_]+);`).exec(source)?.[1];
      const milliseconds = Number((/^\d/.test(time) ? time : (constant ?? 'unknown')).replaceAll('_', ''));
      return !(milliseconds <= LONGEST_MS);
    });
}

describe('time', () => {
  it(`is not slept away: no test waits for more than ${LONGEST_MS} ms, a listed few aside`, () => {
    const found = filesOf('test/**/*.ts', ['test/bench/**', 'test/no-sleeping.test.ts']).flatMap((file) =>
      longWaitsOf(read(file)).map((call) => ({ file, call })),
    );
    const listed = waits.map(({ file, call }) => ({ file, call }));
    const names = (list: readonly { file: string; call: string }[]) => list.map(({ file, call }) => `${file}: ${call}`);
    assert.deepEqual(names(found).sort(), names(listed).sort());
  });

  it('is waited for under one name, and never in the database or by another program', () => {
    for (const file of filesOf('test/**/*.ts', ['test/bench/**', 'test/no-sleeping.test.ts'])) {
      const source = read(file);
      for (const [statement] of source.matchAll(/import [^;]*node:timers[^;]*;/g))
        assert.equal(statement, "import { setTimeout as delay } from 'node:timers/promises';", file);
      assert.doesNotMatch(source, /pg_sleep|Atomics\.wait|'sleep'|scheduler\.wait/, file);
    }
  });

  it('finds a wait that is too long, however it is written', () => {
    for (const source of [
      'await delay(101);',
      'const LONG_MS = 1_100;\nawait delay(LONG_MS);',
      'await new Promise((resolve) => setTimeout(resolve, 2600));',
      'await delay(seconds * 1000);',
      'await page.waitForTimeout(500);',
    ])
      assert.equal(longWaitsOf(source).length, 1, source);
    for (const source of ['await delay(100);', 'const SHORT_MS = 10;\nawait delay(SHORT_MS);', 'fr.delay(3600)'])
      assert.equal(longWaitsOf(source).length, 0, source);
  });

  it('passes on demand for all that reads Date, and is given back', () => {
    const [before, born] = [Date.now(), new Date(0)];
    moveDate(3600);
    try {
      assert.ok(Date.now() >= before + 3_600_000 && new Date() >= new Date(before + 3_600_000));
      assert.equal(new Date('1962-11-03T00:00:00Z').toISOString(), '1962-11-03T00:00:00.000Z');
      assert.equal(Date.UTC(1970, 0), 0);
      assert.ok(born instanceof Date && new Date() instanceof Date && Date() === new Date().toString());
    } finally {
      moveDate(-3600);
    }
    assert.ok(Date.now() < before + 60_000);
  });

  it('is read from the injected clock alone', () => {
    const readers = filesOf('src/**/*.ts').filter((file) => /Date\.now\(|new Date\(\)/.test(read(file)));
    assert.deepEqual(
      readers.filter((file) => !clocks.some((clock) => clock.file === file)),
      [],
    );
    assert.deepEqual(
      clocks.map(({ file }) => file).filter((file) => !readers.includes(file)),
      [],
      'listed without a need',
    );
  });
});
