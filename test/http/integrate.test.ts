/** What docs/integrate.md says of the contract: its bodies and answers are of it, and it leaves nothing out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { JSON_TYPE, loadContract } from '../../src/http/contract/contract.ts';
import { PUBLIC_CONTRACT, readDocument } from '../../src/http/contract/documents.ts';
import { codeBlocks, integratePage } from '../support/integrate-page.ts';

const PROBLEM_TYPE = 'application/problem+json';

describe('docs/integrate.md', () => {
  const contract = loadContract(PUBLIC_CONTRACT);
  const blocks = codeBlocks().filter(({ language }) => language === 'json');

  it('shows a request and an answer of each story', () => {
    assert.ok(blocks.length >= 12);
    assert.ok(blocks.every(({ info }) => info.length === 2));
  });

  for (const { info, text } of blocks) {
    const [operation = '', what = ''] = info;
    it(`shows ${what === 'body' ? 'a body' : `a ${what}`} of ${operation} that the contract has: ${text.slice(0, 60).replaceAll(/\s+/g, ' ')}`, () => {
      const json: unknown = JSON.parse(text);
      if (what === 'body') return contract.checkBody(operation, JSON_TYPE, json);
      const type = what === '200' ? JSON_TYPE : PROBLEM_TYPE;
      assert.equal(contract.faultOfAnswer(operation, Number(what), type, json), undefined);
    });
  }

  const { components } = parse(readFileSync(PUBLIC_CONTRACT, 'utf8')) as {
    components: { schemas: Record<string, { enum?: string[]; properties?: { status?: { enum?: string[] } } }> };
  };
  const statuses = Object.entries(components.schemas)
    .filter(([name]) => name.endsWith('Step') || name === 'Authenticated' || name === 'Cancelled')
    .flatMap(([, { properties }]) => properties?.status?.enum ?? []);

  for (const [what, names] of [
    ['status', statuses],
    ['step', components.schemas.StepName?.enum ?? []],
    ['code', components.schemas.ProblemCode?.enum ?? []],
  ] as const)
    it(`names every ${what}`, () => {
      assert.ok(names.length > 5);
      assert.deepEqual(
        names.filter((name) => !integratePage.includes(`\`${name}\``)),
        [],
      );
    });

  it('shows each status again by an operation that is', () => {
    const rows = [...integratePage.matchAll(/^\| `([a-z-]+)` \| `(\/[a-z/-]+)` \|$/gm)];
    const paths = readDocument(PUBLIC_CONTRACT)
      .operations.filter(({ method }) => method === 'get')
      .map(({ path }) => path);
    assert.equal(rows.length, statuses.length - 2, 'all but the two ends');
    for (const [, status, path] of rows) assert.ok(paths.includes(`/interactions/{uid}${path}`), status);
  });
});
