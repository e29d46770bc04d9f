/** Makes each wrong version of `test/mutants/` in a copy of the tree, and sees its tests fail there. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { WrongVersion } from '../../test/mutants/wrong-version.ts';

export interface Outcome {
  readonly wrong: WrongVersion;
  readonly became: 'noticed' | 'survived' | 'did not load' | 'hung';
  /** The title of the test that failed first. */
  readonly by?: string;
  readonly seconds: number;
}

interface Run {
  readonly failed: readonly string[] | undefined;
  readonly hung: boolean;
}

/** Folders of packages are shared with the tree: nothing is installed. */
const INSTALLED = ['node_modules', 'tools/node_modules', 'test/relying-parties/node_modules'];

/** Nothing that is right takes so long for one file of tests. */
const RUN_MILLISECONDS = 180_000;

/**
 * @param env what tells the tests which servers they share.
 * @returns what became of each, in order.
 * @throws Error when a test fails on the right version.
 */
export async function makeByHand(
  root: string,
  versions: readonly WrongVersion[],
  { lanes, env, told }: { lanes: number; env: Readonly<Record<string, string>>; told: (outcome: Outcome) => void },
): Promise<readonly Outcome[]> {
  const copies = Array.from({ length: lanes }, () => copyOf(root));
  const outcomes: Outcome[] = [];
  try {
    await passOnTheRightVersion(copies, versions, env);
    const queue = versions.values();
    const lane = async (copy: string) => {
      for (const wrong of queue) {
        const outcome = await make(copy, wrong, env);
        outcomes.push(outcome);
        told(outcome);
      }
    };
    await Promise.all(copies.map(lane));
  } finally {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  }
  return outcomes.sort((one, other) => versions.indexOf(one.wrong) - versions.indexOf(other.wrong));
}

/** The twin of every refusal: without its change, each file of tests passes. */
async function passOnTheRightVersion(
  copies: readonly string[],
  versions: readonly WrongVersion[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const files = [...new Set(versions.flatMap(({ tests }) => tests))].values();
  const lane = async (copy: string) => {
    for (const file of files) {
      const { failed } = await run(copy, [file], env);
      if (failed?.length !== 0)
        throw new Error(`${file} fails on the right version: ${failed?.[0] ?? 'it does not load'}`);
    }
  };
  await Promise.all(copies.map(lane));
}

async function make(copy: string, wrong: WrongVersion, env: Readonly<Record<string, string>>): Promise<Outcome> {
  const file = path.join(copy, wrong.file);
  const right = readFileSync(file, 'utf8');
  const startedAt = performance.now();
  writeFileSync(
    file,
    right.replace(wrong.from, () => wrong.to),
  );
  try {
    const { failed, hung } = await run(copy, wrong.tests, env);
    const became = hung ? 'hung' : !failed ? 'did not load' : failed.length === 0 ? 'survived' : 'noticed';
    return { wrong, became, by: failed?.[0], seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    writeFileSync(file, right);
  }
}

async function run(copy: string, tests: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const report = path.join(copy, 'report.json');
  rmSync(report, { force: true });
  const options = ['--bail', '--reporter', 'json', '--reporter-option', `output=${report}`];
  const mocha = path.join(copy, 'node_modules/.bin/mocha');
  // A group of its own: what a test left running ends with it.
  const child = spawn(mocha, [...options, ...tests], {
    cwd: copy,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    end(child.pid);
  }, RUN_MILLISECONDS);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  end(child.pid);
  return { failed: failuresOf(report), hung };
}

function end(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** @returns the titles of what failed; undefined when no test was reached. */
function failuresOf(report: string): readonly string[] | undefined {
  try {
    const { failures } = JSON.parse(readFileSync(report, 'utf8')) as { failures: readonly { fullTitle: string }[] };
    return failures.map(({ fullTitle }) => fullTitle);
  } catch {
    return undefined;
  }
}

/** What git follows, and what is new: as it stands now. */
function copyOf(root: string): string {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'wrong-version-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of listed.toString('utf8').split('\0').filter(Boolean))
    cpSync(path.join(root, file), path.join(copy, file), { recursive: true });
  for (const folder of INSTALLED) symlinkSync(path.join(root, folder), path.join(copy, folder));
  return copy;
}
