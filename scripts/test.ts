/**
 * `npm test`: provides what the tests need (a real redis-server and Chromium, from Debian where they are absent), then
 * runs every check and every level of the tests, and says what each took. `npm run test:unit` runs what needs no server:
 * rules, stories, types, configuration, and the adapters of this process. `npm test http oidc` runs those levels alone.
 */
import { globSync } from 'node:fs';
import path from 'node:path';
import { provideNeeds } from './test-needs.ts';
import { runTasks, type Task } from './test-tasks.ts';

const root = path.join(import.meta.dirname, '..');
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);
const filesOf = (patterns: readonly string[]) => globSync([...patterns], { cwd: root }).sort();

/**
 * What needs no server and is done in seconds, in two processes, one for each core of a small machine. Of the adapters, all
 * but those that ask a server, measure time, or draw, listen and count for seconds.
 */
const UNIT: Readonly<Record<string, readonly string[]>> = {
  'rules and stories': ['test/{domain,stories,types}/**/*.test.ts', 'test/architecture.test.ts'],
  'configuration, adapters, the code itself': [
    'test/!(architecture).test.ts',
    'test/{app,config,middleware}/**/*.test.ts',
    'test/adapters/!(*timing|captcha|captcha-drawing|captcha-sound*|captchetat|communes-table|migrations).test.ts',
  ],
};

/** A folder of tests is a level; these have one of their own, whatever their folder. */
const LEVELS: Readonly<Record<string, string>> = {
  timing: 'test/**/*timing.test.ts',
  jobs: 'test/adapters/postgres/**',
  'relying parties': 'test/relying-parties/**',
};

/** What measures time, or says how long something may hang, has the machine for itself. */
const ALONE = new Set(['timing', 'faults']);

/** The longest first, so that none begins when the others are done. */
const LONGEST = ['browser', 'http', 'oidc', 'process', 'relying parties', 'jobs', 'health', 'cli', 'adapters'];

const CHECKS: readonly Task[] = [
  { name: 'compiler', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.json'] },
  { name: 'lint', command: bin('biome'), args: ['check', '--error-on-warnings', '.'] },
  { name: 'contract', command: bin('redocly'), args: ['lint', ...filesOf(['docs/openapi*.yaml'])] },
  { name: 'generated documents', command: process.execPath, args: ['scripts/generate-docs.ts', '--check'] },
];

const wanted = process.argv.slice(2);
const tests = levels().map(([name, files]) => ({ name, command: bin('mocha'), args: files, alone: ALONE.has(name) }));
const tasks: readonly Task[] = [...CHECKS, ...tests];
const unknown = wanted.filter((name) => !tasks.some((task) => task.name === name));

if (wanted[0] === 'unit') {
  const lanes = Object.entries(UNIT).map(([name, globs]) => ({ name, command: bin('mocha'), args: filesOf(globs) }));
  await runTasks(lanes, { cwd: root, lanes: lanes.length });
} else if (unknown.length > 0) {
  console.error(`« ${unknown[0]} » is none of these: ${tasks.map(({ name }) => `« ${name} »`).join(', ')}.`);
  process.exitCode = 1;
} else {
  provideNeeds();
  const { startShared, stopServices } = await import('../test/support/services.ts');
  const stop = () => stopServices().finally(() => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const chosen = wanted.length === 0 ? tasks : tasks.filter(({ name }) => wanted.includes(name));
    await runTasks(chosen, { cwd: root, lanes: 2, env: await startShared() });
  } finally {
    await stopServices();
  }
}

/** Every test file, in one level and no more. */
function levels(): [name: string, files: string[]][] {
  const byLevel = new Map<string, string[]>(LONGEST.map((name) => [name, []]));
  for (const file of filesOf(['test/**/*.test.ts'])) {
    const own = Object.entries(LEVELS).find(([, pattern]) => path.matchesGlob(file, pattern))?.[0];
    const folder = path.dirname(path.relative('test', file)).split(path.sep)[0] ?? '.';
    const level = own ?? (folder === '.' ? 'the code itself' : folder);
    byLevel.set(level, [...(byLevel.get(level) ?? []), file]);
  }
  return [...byLevel].filter(([, files]) => files.length > 0);
}
