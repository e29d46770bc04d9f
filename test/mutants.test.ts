/** The list of wrong versions follows the code: each can be made, and names tests that exist. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { account, type Report } from '../scripts/mutants/survivors.ts';
import { WRONG_VERSIONS } from './mutants/all.ts';
import { SURVIVORS } from './mutants/survivors.ts';

const root = path.join(import.meta.dirname, '..');

describe('the wrong versions made by hand', () => {
  it('each change a piece that stands once in its file, and are told apart by what they say', () => {
    for (const { file, from, to, says } of WRONG_VERSIONS) {
      const times = readFileSync(path.join(root, file), 'utf8').split(from).length - 1;
      assert.equal(times, 1, `« ${says} »: « ${from} » stands ${times} times in ${file}`);
      assert.notEqual(from, to, says);
    }
    assert.equal(new Set(WRONG_VERSIONS.map(({ says }) => says)).size, WRONG_VERSIONS.length);
  });

  it('each name tests that exist', () => {
    for (const { tests, says } of WRONG_VERSIONS) {
      assert.ok(tests.length > 0, says);
      for (const file of tests) assert.ok(existsSync(path.join(root, file)), `« ${says} »: ${file}`);
    }
  });
});

describe('the reasons of wrong versions that stay', () => {
  const source = 'const a = 1;\nif (\n  a < 2\n) go();\n';
  const location = { start: { line: 2, column: 5 }, end: { line: 4, column: 2 } };
  const reportOf = (status: string): Report => ({
    files: { 'src/a.ts': { source, mutants: [{ status, replacement: 'true', location }] } },
  });
  const known = { file: 'src/a.ts', line: 'if (', from: 'a < 2 )', to: 'true', reason: 'It is.' };

  it('are asked for of each that survived, and of none that was noticed', () => {
    for (const status of ['Survived', 'NoCoverage'])
      assert.deepEqual(account(reportOf(status), []).unexplained, [{ ...known, reason: '' }]);
    for (const status of ['Killed', 'Timeout']) assert.deepEqual(account(reportOf(status), []).unexplained, []);
  });

  it('answer for one change of one line, and for no other', () => {
    assert.deepEqual(account(reportOf('Survived'), [known]), { unexplained: [], noticed: [] });
    for (const other of [{ line: 'go (' }, { from: 'a < 3 )' }, { to: 'false' }])
      assert.equal(account(reportOf('Survived'), [{ ...known, ...other }]).unexplained.length, 1);
  });

  it('fall when a test notices what they excuse; those of files that were not looked at stay', () => {
    assert.deepEqual(account(reportOf('Killed'), [known]).noticed, [known]);
    assert.deepEqual(account(reportOf('Killed'), [{ ...known, file: 'src/b.ts' }]).noticed, []);
  });

  it('are given, each for a line that stands in its file', () => {
    for (const { file, line, reason } of SURVIVORS) {
      const lines = readFileSync(path.join(root, file), 'utf8').replace(/[ \t]+/g, ' ');
      assert.ok(lines.includes(line), `${file}: ${line}`);
      assert.ok(reason.length > 10, `${file}: ${line}`);
    }
  });
});
