/** Which lines of the code each level of the tests runs: for whoever looks where a test is missing. No number is to be reached. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Lines {
  readonly total: number;
  readonly covered: number;
}

type Summary = Readonly<Record<string, { readonly lines: Lines }>>;

/** Where the processes of a level write what they ran; '' for all levels. */
export function coverageOf(root: string, level: string): string {
  return path.join(root, 'coverage', level && 'levels', level);
}

/** A table: a line for each folder of `src`, a column for each level, in percent of the lines. */
export function printCoverage(root: string): void {
  const folder = path.join(coverageOf(root, ''), 'levels');
  const levels = existsSync(folder) ? readdirSync(folder) : [];
  if (levels.length === 0) return;
  const summaries = levels.map((level) => sharesOf(root, level));
  const folders = [...new Set(summaries.flatMap((shares) => [...shares.keys()]))].sort();
  const width = Math.max(...folders.map((name) => name.length));
  const cell = (text: string, level: string) => text.padStart(level.length);
  console.log(`\n▸ lines that a level runs, in percent; more of each: coverage/levels/<level>/report`);
  console.log(`  ${''.padEnd(width)}  ${levels.map((level) => cell(level, level)).join('  ')}`);
  for (const name of folders) {
    const shares = levels.map((level, index) => cell(String(summaries[index]?.get(name) ?? 0), level));
    console.log(`  ${name.padEnd(width)}  ${shares.join('  ')}`);
  }
}

/** @returns folder of `src` → percent of its lines. */
function sharesOf(root: string, level: string): Map<string, number> {
  const from = coverageOf(root, level);
  const report = path.join(from, 'report');
  const c8 = path.join(root, 'node_modules/.bin/c8');
  const what = ['--all', '--src=src', '--include=src/**/*.ts', '--exclude=**/*.generated.ts'];
  const how = [`--temp-directory=${from}`, `--reports-dir=${report}`, '--reporter=json-summary', '--reporter=html'];
  const { status } = spawnSync(c8, ['report', ...what, ...how], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`c8 made no report of ${level}`);
  const summary: Summary = JSON.parse(readFileSync(path.join(report, 'coverage-summary.json'), 'utf8'));
  const lines = new Map<string, Lines>();
  for (const [file, counted] of Object.entries(summary)) {
    if (file === 'total') continue;
    const folder = path.dirname(path.relative(root, file)).split(path.sep).slice(0, 2).join('/');
    const sum = lines.get(folder) ?? { total: 0, covered: 0 };
    const { total, covered } = counted.lines;
    lines.set(folder, { total: sum.total + total, covered: sum.covered + covered });
  }
  return new Map([...lines].map(([folder, sum]) => [folder, Math.round((100 * sum.covered) / Math.max(sum.total, 1))]));
}
