/** What the pages of docs/relying-parties/ promise, that no client need run for. */
import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readClientsFile } from '../../src/adapters/clients-file/clients-file.ts';
import { projectRoot } from '../../src/project-root.ts';
import { readBlocks } from '../support/documented-client.ts';

const FOLDER = path.join(projectRoot, 'docs/relying-parties');

describe('the pages of relying parties', () => {
  const pages = globSync('*.md', { cwd: FOLDER }).filter((page) => page !== 'README.md');
  const read = (page: string) => readFileSync(path.join(FOLDER, page), 'utf8');

  it('give clients that stand in one clients file without a fault', () => {
    const entries = pages.map((page) => readBlocks(read(page))['clients.yaml'] ?? '');
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-clients-'));
    const file = path.join(folder, 'clients.yaml');
    writeFileSync(file, `clients:\n${entries.join('')}`);
    const { clients, faults } = readClientsFile({
      path: file,
      readSecret: (variable) => variable.padEnd(32, '-'),
      checkAddress: () => {},
      checkClients: () => [],
    });
    rmSync(folder, { recursive: true });
    assert.deepEqual(faults, []);
    assert.equal(clients.length, entries.filter((entry) => entry !== '').length);
    assert.ok(clients.length >= 11);
    const homes = clients.map(({ homeUrl }) => homeUrl);
    assert.equal(new Set(homes).size, homes.length, 'a stranger may try two pages on one machine');
  });

  it('are each named by the README', () => {
    assert.deepEqual(
      pages.filter((page) => !read('README.md').includes(`](${page})`)),
      [],
    );
  });

  for (const page of pages)
    it(`${page} says what was tried, and never to lay peers aside`, () => {
      assert.match(read(page), /[Tt]ried/);
      assert.doesNotMatch(read(page), /npm install[^\n]*--legacy-peer-deps/);
    });
});
