/**
 * What the compiler refuses. Each file of `refusals/` holds mistakes: a comment above the line says the diagnostic that
 * it must give, by number and by words, so that a typo cannot stand for the refusal. Everything else in it compiles.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/project-root.ts';

interface Diagnostic {
  readonly file: string;
  /** 0 where the mistake of a file is refused in another. */
  readonly line: number;
  readonly code: string;
  readonly words: string;
}

const FOLDER = 'test/types/refusals';
const files = readdirSync(path.join(projectRoot, FOLDER)).map((name) => `${FOLDER}/${name}`);

describe('the compiler', () => {
  let found: readonly Diagnostic[];
  const expected = files.flatMap(expectedIn);
  before(async function () {
    this.timeout(60_000);
    found = await compile();
  });

  for (const { file, line, code, words } of expected)
    it(`refuses ${path.basename(file)}${line ? `, line ${line}` : ''}: TS${code}, ${words}`, () => {
      const there = found.filter((other) => other.file === file && (line === 0 || other.line === line));
      const said = there.map((other) => `TS${other.code}: ${other.words}`).join('\n') || 'nothing';
      assert.ok(
        there.some((other) => other.code === code && other.words.includes(words)),
        `the compiler said ${said}`,
      );
    });

  it('refuses nothing else in them: the right versions beside them compile', () => {
    const unexpected = found.filter(
      ({ file, line }) => !expected.some((other) => other.file === file && (other.line === 0 || other.line === line)),
    );
    assert.deepEqual(unexpected, []);
    assert.ok(expected.length > 25);
  });
});

function expectedIn(file: string): Diagnostic[] {
  const lines = readFileSync(path.join(projectRoot, file), 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    const match = /^\s*\/\/ refuses (?:in (\S+) )?TS(\d+): (.+)$/.exec(text);
    if (!match) return [];
    const [, elsewhere, code = '', words = ''] = match;
    return [{ file: elsewhere ?? file, line: elsewhere ? 0 : index + 2, code, words }];
  });
}

async function compile(): Promise<Diagnostic[]> {
  const compiler = path.join(projectRoot, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '--noEmit', '--pretty', 'false', '-p', 'test/types/tsconfig.json'];
  const output = await promisify(execFile)(process.execPath, args, { cwd: projectRoot }).then(
    () => '',
    (error: { stdout?: string }) => error.stdout ?? '',
  );
  // A diagnostic begins a line; what explains it is indented below.
  return output.split(/\n(?=\S)/).flatMap((text) => {
    const match = /^(\S+)\((\d+),\d+\): error TS(\d+): ([\s\S]+)$/.exec(text);
    if (!match) return [];
    const [, file = '', line, code = '', words = ''] = match;
    return [{ file, line: Number(line), code, words }];
  });
}
