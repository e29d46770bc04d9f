/** The levels of the tests: which files each holds, and which of them are run by several processes. */
import { globSync } from 'node:fs';
import path from 'node:path';

export interface Level {
  readonly name: string;
  /** The files that each of its processes runs. */
  readonly parts: readonly (readonly string[])[];
  /** What measures time, or says how long something may hang, has the machine for itself. */
  readonly alone: boolean;
}

/**
 * What needs no server and is done in seconds, in two processes, one for each core of a small machine. Of the adapters, all
 * but those that ask a server, measure time, or draw, listen and count for seconds.
 */
const UNIT: Readonly<Record<string, readonly string[]>> = {
  'rules, stories, the code itself': ['test/*.test.ts', 'test/{app,domain,stories,types}/**/*.test.ts'],
  'configuration, middleware, adapters': [
    'test/{config,middleware}/**/*.test.ts',
    'test/adapters/!(*timing|captcha|captcha-drawing|captcha-sound*|captchetat|communes-table|migrations).test.ts',
  ],
};

/** A folder of tests is a level; these have one of their own, whatever their folder. */
const OWN: Readonly<Record<string, string>> = {
  timing: 'test/**/*timing.test.ts',
  jobs: 'test/{jobs,adapters/postgres}/**',
  'relying parties': 'test/relying-parties/**',
};

const ALONE = new Set(['timing', 'faults']);

/** The longest first, so that none begins when the others are done. */
const LONGEST = ['browser', 'http', 'oidc', 'process', 'cli', 'adapters', 'relying parties', 'jobs', 'health'];

/** How many processes share a level that one of them would be busy with when all else is done. */
const PARTS: Readonly<Record<string, number>> = { browser: 3, http: 2, oidc: 2, faults: 2 };

/** Every test file, in one level and no more. */
export function allLevels(root: string): readonly Level[] {
  const byLevel = new Map<string, string[]>(LONGEST.map((name) => [name, []]));
  for (const file of filesOf(root, ['test/**/*.test.ts'])) {
    const own = Object.entries(OWN).find(([, pattern]) => path.matchesGlob(file, pattern))?.[0];
    const folder = path.dirname(path.relative('test', file)).split(path.sep)[0] ?? '.';
    const level = own ?? (folder === '.' ? 'the code itself' : folder);
    byLevel.set(level, [...(byLevel.get(level) ?? []), file]);
  }
  return [...byLevel]
    .filter(([, files]) => files.length > 0)
    .map(([name, files]) => ({ name, parts: dealt(files, PARTS[name] ?? 1), alone: ALONE.has(name) }));
}

/** The fast ones, for the daily loop. */
export function unitLevels(root: string): readonly Level[] {
  return Object.entries(UNIT).map(([name, globs]) => ({ name, parts: [filesOf(root, globs)], alone: false }));
}

function dealt(files: readonly string[], parts: number): string[][] {
  return Array.from({ length: parts }, (_, part) => files.filter((_, index) => index % parts === part));
}

function filesOf(root: string, globs: readonly string[]): string[] {
  return globSync([...globs], { cwd: root })
    .filter((file) => !file.includes('node_modules'))
    .sort();
}
