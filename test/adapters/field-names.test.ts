/** Each field that a body of the contract may have is named in the summary of faults, and says what it takes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../src/project-root.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { faultText } from '../../src/screens/refusal-text.ts';

interface Schema {
  readonly $ref?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** No person ever sees them: a screen sends them for itself. */
const HIDDEN = ['identifierType', 'captchaId'];

describe('the fields of forms', () => {
  const contract: {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    components: { schemas: Readonly<Record<string, Schema>> };
  } = parse(readFileSync(path.join(projectRoot, 'docs/openapi.yaml'), 'utf8'));
  const resolve = (schema: Schema): Schema =>
    schema.$ref ? (contract.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
  /** Those of a body, and of each of its alternatives. */
  const fieldsOf = (schema: Schema): [string, Schema][] => {
    const { properties = {}, oneOf = [], anyOf = [], allOf = [] } = resolve(schema);
    return [...Object.entries(properties), ...[...oneOf, ...anyOf, ...allOf].flatMap(fieldsOf)];
  };
  const fields = new Map(
    Object.entries(contract.paths)
      .filter(([at]) => at.startsWith('/interactions/'))
      .flatMap(([, operations]) => Object.values(operations))
      .flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}))
      .flatMap(({ schema }) => fieldsOf(schema))
      .map(([name, schema]) => [name, resolve(schema)] as const),
  );
  const { fr, en } = loadCatalogues();

  it('have a name in both languages', () => {
    assert.ok(fields.size > 15, `${fields.size} were read`);
    const shown = [...fields.keys()].filter((name) => !HIDDEN.includes(name));
    assert.deepEqual([...fr.under('labels')].sort(), shown.sort());
  });

  it('say what they take, where they do not take everything', () => {
    const narrow = [...fields].filter(([, schema]) => schema.enum ?? schema.pattern).map(([name]) => name);
    assert.ok(narrow.includes('birthplace') && narrow.includes('channel'));
    // Names are read by the story: they are text with a letter in it.
    for (const name of [...narrow, 'birthName', 'givenNames', 'city', 'parent1BirthName', 'parent2GivenNames'])
      for (const words of [fr, en]) {
        const said = faultText(words, { field: name, code: 'field_invalid' });
        assert.notEqual(said, words.text('fields.field_invalid'), name);
      }
  });

  it('are said by their code alone where nobody knows more of them', () => {
    for (const field of ['password', 'constructor', 'toString'])
      assert.equal(faultText(fr, { field, code: 'field_invalid' }), fr.text('fields.field_invalid'));
  });
});
