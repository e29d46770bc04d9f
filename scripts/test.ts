/**
 * `npm test`: provides what the tests need (a real redis-server and Chromium, from Debian where they are absent), then
 * runs every check and every level of the tests, and says what each took. `npm run test:unit` runs what needs no server:
 * rules, stories, types, configuration, and the adapters of this process. `npm test http oidc` runs those levels alone;
 * with `--coverage`, which code each level reaches is told at the end.
 */
import { globSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { coverageOf, printCoverage } from './test-coverage.ts';
import { allLevels, type Level, unitLevels } from './test-levels.ts';
import { provideNeeds } from './test-needs.ts';
import { runTasks, type Task } from './test-tasks.ts';

const root = path.join(import.meta.dirname, '..');
const coverage = process.argv.includes('--coverage');
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);

const CHECKS: readonly Task[] = [
  { level: 'compiler', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.json'] },
  { level: 'lint', command: bin('biome'), args: ['check', '--error-on-warnings', '.'] },
  {
    level: 'contract',
    command: bin('redocly'),
    args: ['lint', ...globSync('docs/openapi*.yaml', { cwd: root }).sort()],
  },
  { level: 'generated documents', command: process.execPath, args: ['scripts/generate-docs.ts', '--check'] },
];

/** Loaded once, a module is had from there by each process after, without its types; what is covered is not told exactly then. */
const CACHE = { NODE_COMPILE_CACHE: path.join(root, 'node_modules/.cache/compiled') };

/** Levels wait for servers and browsers: two more than the cores keep these busy. */
const LANES = os.availableParallelism() + 2;

if (coverage) rmSync(coverageOf(root, ''), { recursive: true, force: true });
if (wanted[0] === 'unit') await runUnit();
else await runLevels();
if (coverage) printCoverage(root);

async function runUnit(): Promise<void> {
  const tasks = unitLevels(root).flatMap(tasksOf);
  await runTasks(tasks, { cwd: root, lanes: tasks.length });
}

async function runLevels(): Promise<void> {
  const levels = allLevels(root);
  const tasks = [...CHECKS, ...levels.flatMap(tasksOf)];
  const unknown = wanted.find((name) => !tasks.some(({ level }) => level === name));
  if (unknown !== undefined) {
    const known = [...CHECKS.map(({ level }) => level), ...levels.map(({ name }) => name)];
    console.error(`« ${unknown} » is none of these: ${known.map((name) => `« ${name} »`).join(', ')}.`);
    process.exitCode = 1;
    return;
  }
  provideNeeds();
  const { startShared, stopServices } = await import('../test/support/services.ts');
  const stop = () => stopServices().finally(() => process.exit(1));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const chosen = wanted.length === 0 ? tasks : tasks.filter(({ level }) => wanted.includes(level));
    await runTasks(chosen, { cwd: root, lanes: LANES, env: await startShared() });
  } finally {
    await stopServices();
  }
}

function tasksOf({ name, parts, alone }: Level): Task[] {
  return parts.map((files, index) => ({
    level: name,
    part: parts.length > 1 ? `${index + 1} of ${parts.length}` : undefined,
    command: bin('mocha'),
    args: files,
    alone,
    env: coverage ? { NODE_V8_COVERAGE: coverageOf(root, name) } : CACHE,
  }));
}
