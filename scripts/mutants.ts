/**
 * `npm run test:mutants`: makes wrong versions of the code and runs tests on each; one that no test notices is a promise that no test
 * keeps. Stryker makes them in the folders of `mutants/folders.ts`; those of `test/mutants/` were made by hand.
 *
 *   npm run test:mutants -- domain kit               those folders alone; `by-hand` for those made by hand
 *   npm run test:mutants -- --file=src/domain/nir.ts  one file; several, by commas
 *   npm run test:mutants -- --changed                 what differs from the main branch
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { WRONG_VERSIONS } from '../test/mutants/all.ts';
import { SURVIVORS, type Survivor } from '../test/mutants/survivors.ts';
import { makeByHand, type Outcome } from './mutants/by-hand.ts';
import { FOLDERS, type Folder } from './mutants/folders.ts';
import { account, type Report } from './mutants/survivors.ts';
import { provideNeeds } from './test-needs.ts';

const BY_HAND = 'by-hand';

const root = path.join(import.meta.dirname, '..');
const out = path.join(root, '.mutants');
const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const files = args.find((arg) => arg.startsWith('--file='))?.slice('--file='.length);
const touched = args.includes('--changed') ? changedFiles() : files?.split(',');
const isWanted = (name: string) => names.length === 0 || names.includes(name);
const isTouched = (file: string) => touched?.includes(file) ?? true;

const unexplained: Survivor[] = [];

const known = [...FOLDERS.map(({ name }) => name), BY_HAND];
const unknown = names.find((name) => !known.includes(name));
if (unknown === undefined) await makeAll();
else {
  console.error(`« ${unknown} » is none of these: ${known.join(', ')}.`);
  process.exitCode = 1;
}

async function makeAll(): Promise<void> {
  mkdirSync(out, { recursive: true });
  const summary = FOLDERS.filter(({ name }) => isWanted(name)).map(inFolder);
  if (isWanted(BY_HAND)) summary.push(await byHand());
  const lines = summary.filter((line) => line !== undefined);
  console.log(`\n${lines.length === 0 ? 'No wrong version is known for that.' : lines.join('\n')}`);
}

/** @returns what is told of it; undefined when nothing of it is wanted. Sets the exit code below its reach. */
function inFolder(folder: Folder): string | undefined {
  const sources = sourcesOf(folder).filter(isTouched);
  if (sources.length === 0) return undefined;
  console.log(`▸ ${folder.name}: ${sources.length} files`);
  const startedAt = performance.now();
  const report = mutate(folder, sources);
  const mutants = Object.values(report.files).flatMap((source) => source.mutants);
  const reasons = folder.eachHasReason ? tellUnexplained(report) : 0;
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [noticed, all] = [count('Killed', 'Timeout'), count('Killed', 'Timeout', 'Survived', 'NoCoverage')];
  const share = all === 0 ? 100 : (100 * noticed) / all;
  const isShort = share < folder.reach;
  if (isShort || reasons > 0) process.exitCode = 1;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const lacking = reasons > 0 ? `, ${reasons} REASONS ARE NOT RIGHT` : '';
  const reach = `at least ${folder.reach} %${isShort ? '  TOO FEW' : ''}${lacking}`;
  return `${folder.name.padEnd(12)} ${share.toFixed(1)} % of ${all} noticed in ${seconds} s, ${reach}`;
}

/** @returns how many survived without a reason, or have one and were noticed. */
function tellUnexplained(report: Report): number {
  const { unexplained: without, noticed } = account(report, SURVIVORS);
  unexplained.push(...without);
  writeFileSync(path.join(out, 'unexplained.json'), JSON.stringify(unexplained, undefined, 2));
  for (const { file, line, from, to } of without)
    console.log(`  without a reason: ${file}: ${line}\n    ${from} → ${to}`);
  for (const { file, from, to } of noticed) console.log(`  noticed, for all its reason: ${file}: ${from} → ${to}`);
  return without.length + noticed.length;
}

function sourcesOf({ mutate }: Folder): string[] {
  const not = mutate.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  return globSync([...mutate.filter((glob) => !glob.startsWith('!'))], { cwd: root })
    .filter((source) => !not.some((glob) => path.matchesGlob(source, glob)))
    .sort();
}

function mutate(folder: Folder, sources: readonly string[]): Report {
  const report = path.join(out, `${folder.name}.json`);
  const settings = path.join(out, `${folder.name}.settings.json`);
  writeFileSync(
    settings,
    JSON.stringify({
      plugins: [path.join(root, 'scripts/mutants/mocha-runner.ts')],
      testRunner: 'mocha-in-process',
      mochaRunner: { files: folder.tests, only: folder.only ?? '' },
      coverageAnalysis: 'perTest',
      mutate: sources,
      // Node runs the sources as they are: no project of the compiler is read.
      tsconfigFile: 'none.json',
      ignorePatterns: ['dist', '.mutants'],
      tempDirName: path.join(os.tmpdir(), 'mutants'),
      reporters: ['clear-text', 'json', 'html', 'progress-append-only'],
      clearTextReporter: { logTests: false, allowColor: false, reportTests: false },
      jsonReporter: { fileName: report },
      htmlReporter: { fileName: report.replace('.json', '.html') },
      warnings: { unknownOptions: false },
      concurrency: Math.min(2, os.availableParallelism()),
    }),
  );
  const stryker = path.join(root, 'node_modules/.bin/stryker');
  const { status } = spawnSync(stryker, ['run', settings], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`the run over ${folder.name} ended with ${status}`);
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

/** @returns what is told of them; undefined when none is wanted. Sets the exit code when one was not noticed. */
async function byHand(): Promise<string | undefined> {
  const versions = WRONG_VERSIONS.filter(({ file }) => isTouched(file));
  if (versions.length === 0) return undefined;
  console.log(`▸ ${BY_HAND}: ${versions.length} wrong versions`);
  provideNeeds();
  const { startShared, stopServices } = await import('../test/support/services.ts');
  try {
    const startedAt = performance.now();
    const outcomes = await makeByHand(root, versions, { lanes: 2, env: await startShared(), told: tell });
    const noticed = outcomes.filter(({ became }) => became === 'noticed').length;
    if (noticed < versions.length) process.exitCode = 1;
    writeFileSync(path.join(out, `${BY_HAND}.json`), JSON.stringify(outcomes, undefined, 2));
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const rest = noticed < versions.length ? '  TOO FEW' : '';
    return `${BY_HAND.padEnd(12)} ${noticed} of ${versions.length} noticed in ${seconds} s, all must be${rest}`;
  } finally {
    await stopServices();
  }
}

function tell({ wrong, became, by, seconds }: Outcome): void {
  const how = became === 'noticed' ? `noticed by « ${by} »` : became.toUpperCase();
  console.log(`  ${wrong.file}: ${wrong.says}\n    ${how} in ${seconds.toFixed(1)} s`);
}

/** What differs from the main branch of the remote, or from the last commit but one. */
function changedFiles(): string[] {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  const isThere = (ref: string) => spawnSync('git', ['rev-parse', ref], { cwd: root }).status === 0;
  const bases = ['origin/main', 'HEAD~1'].filter(isThere).map((ref) => git('merge-base', 'HEAD', ref));
  const base = bases.find((commit) => git('diff', '--name-only', commit) !== '');
  return base ? git('diff', '--name-only', base).split('\n') : [];
}
