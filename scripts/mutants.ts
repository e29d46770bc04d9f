/**
 * `npm run test:mutants`: makes wrong versions of the code and runs the fast tests on each; a wrong version that no test notices
 * is a promise that no test keeps. `-- domain kit` takes those folders alone, `-- --file=src/domain/nir.ts` one file, `-- --changed`
 * what differs from the main branch.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FOLDERS, type Folder } from './mutants/folders.ts';

const root = path.join(import.meta.dirname, '..');
const out = path.join(root, '.mutants');
const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const file = args.find((arg) => arg.startsWith('--file='))?.slice('--file='.length);
const touched = args.includes('--changed') ? changedFiles() : file === undefined ? undefined : [file];

interface Mutant {
  readonly status: string;
}

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

mkdirSync(out, { recursive: true });
const summary: string[] = [];
for (const folder of FOLDERS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const files = filesOf(folder).filter((source) => !touched || touched.includes(source));
  if (files.length === 0) continue;
  console.log(`▸ ${folder.name}: ${files.length} files`);
  const startedAt = performance.now();
  const report = mutate(folder, files);
  const mutants = Object.values(report.files).flatMap((source) => source.mutants);
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [noticed, all] = [count('Killed', 'Timeout'), count('Killed', 'Timeout', 'Survived', 'NoCoverage')];
  const share = all === 0 ? 100 : (100 * noticed) / all;
  const short = share < folder.reach;
  if (short) process.exitCode = 1;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  summary.push(
    `${folder.name.padEnd(12)} ${share.toFixed(1)} % of ${all} noticed in ${seconds} s, at least ${folder.reach} %${short ? '  TOO FEW' : ''}`,
  );
}
console.log(`\n${summary.join('\n')}`);

function filesOf({ mutate }: Folder): string[] {
  const not = mutate.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  return globSync([...mutate.filter((glob) => !glob.startsWith('!'))], { cwd: root })
    .filter((source) => !not.some((glob) => path.matchesGlob(source, glob)))
    .sort();
}

function mutate(folder: Folder, files: readonly string[]): Report {
  const report = path.join(out, `${folder.name}.json`);
  const settings = path.join(out, `${folder.name}.settings.json`);
  writeFileSync(
    settings,
    JSON.stringify({
      plugins: [path.join(root, 'scripts/mutants/mocha-runner.ts')],
      testRunner: 'mocha-in-process',
      mochaRunner: { files: folder.tests, only: folder.only ?? '' },
      coverageAnalysis: 'perTest',
      mutate: files,
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

/** What differs from the main branch of the remote, or from the last commit but one. */
function changedFiles(): string[] {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  const bases = ['origin/main', 'HEAD~1'].filter(
    (ref) => spawnSync('git', ['rev-parse', ref], { cwd: root }).status === 0,
  );
  const base = bases
    .map((ref) => git('merge-base', 'HEAD', ref))
    .find((commit) => git('diff', '--name-only', commit) !== '');
  return base ? git('diff', '--name-only', base).split('\n') : [];
}
