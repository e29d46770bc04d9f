/** The table of communes as a whole, each of its 41 000 names: a second of work, so that it stands apart from the fast tests. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildTable } from '../../scripts/build-reference-data.ts';
import { createReferenceData } from '../../src/adapters/places/reference-data.ts';
import { projectRoot } from '../../src/project-root.ts';

const data = createReferenceData();

describe('the table of communes', () => {
  it('is what the script makes of its sources, byte for byte', () => {
    const file = path.join(projectRoot, 'config/reference/communes.tsv');
    assert.ok(readFileSync(file, 'utf8') === buildTable(), 'run node scripts/build-reference-data.ts');
  });

  it('has each commune of today alone with its name in its département', () => {
    let communes = 0;
    for (const { code } of data.departements().filter((departement) => !departement.former))
      for (const { name, former } of data.searchCommunes(code, '', Infinity))
        if (!former) {
          communes++;
          assert.equal(data.findCommunes(code, name).length, 1, `${code} ${name}`);
        }
    assert.ok(communes > 34_000, `${communes} communes`);
  }).timeout(120_000);
});
