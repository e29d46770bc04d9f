/** The list of wrong versions follows the code: each can be made, and names tests that exist. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { WRONG_VERSIONS } from './mutants/all.ts';

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
