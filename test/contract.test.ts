/** What the contract promises of itself: that people and generators of clients can build from it alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { errorStatus, fieldErrorCodes } from '../src/errors.ts';
import { ADMIN_CONTRACT, PUBLIC_CONTRACT, readDocument } from '../src/http/contract/documents.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is read as it is, and what is missing fails a test
type Node = any;

/** What OAuth 2.0 says itself: its endpoints take forms, and send browsers on. */
const isProtocol = ({ tags }: Node) => tags.includes('protocol');

for (const file of [PUBLIC_CONTRACT, ADMIN_CONTRACT])
  describe(`the contract ${file.split('/').at(-1)}`, () => {
    const root: Node = parse(readFileSync(file, 'utf8'), { maxAliasCount: -1 });
    const { operations, resolve } = readDocument(file);
    const definitions: readonly Node[] = operations.map(({ definition }) => definition);
    const own = definitions.filter((definition) => !isProtocol(definition));
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema(root, 'contract');

    const answersOf = ({ responses }: Node): [status: string, response: Node][] =>
      Object.entries(responses).map(([status, response]) => [status, resolve(response)]);
    const mediaOf = (definition: Node): [where: string, type: string, media: Node][] => [
      ...Object.entries(definition.requestBody?.content ?? {}).map(
        ([type, media]) => [`${definition.operationId} body`, type, media] as [string, string, Node],
      ),
      ...answersOf(definition).flatMap(([status, { content = {} }]) =>
        Object.entries(content).map(
          ([type, media]) => [`${definition.operationId} ${status}`, type, media] as [string, string, Node],
        ),
      ),
    ];
    const examplesOf = ({ example, examples = {} }: Node): unknown[] => [
      ...(example === undefined ? [] : [example]),
      ...Object.values(examples).map((one: Node) => resolve(one).value),
    ];
    const codesOf = (schema: Node): string[] => {
      const { allOf = [], properties = {} } = resolve(schema);
      const closed = [properties, ...allOf.map((part: Node) => resolve(part).properties)].map(({ code }) => code);
      return resolve(closed.find((code) => code?.enum) ?? closed[0]).enum;
    };

    it('knows no form, no page and no redirect of a browser, but where OAuth itself has one', () => {
      const types = own.flatMap(mediaOf).map(([, type]) => type);
      assert.deepEqual(
        types.filter((type) => /form|html/.test(type)),
        [],
      );
      for (const { operationId, responses } of own)
        assert.deepEqual(
          Object.keys(responses).filter((status) => /^3|XX$/.test(status)),
          [],
          operationId,
        );
    });

    it('says of each operation what it does, and of each answer that it foresees or not', () => {
      for (const { operationId, summary, description, responses, tags } of definitions) {
        assert.ok(summary && description && tags.length === 1, operationId);
        assert.ok(responses.default, `${operationId} has no default`);
      }
    });

    it('shows an example of every body and of every answer, and each is valid', () => {
      for (const [where, type, media] of definitions.flatMap(mediaOf)) {
        assert.ok(media.schema, where);
        if (!/json|form/.test(type)) continue;
        const examples = examplesOf(media);
        assert.ok(examples.length > 0, `${where} has no example`);
        const validate = ajv.compile(rooted(media.schema));
        for (const example of examples) assert.ok(validate(example), `${where}: ${ajv.errorsText(validate.errors)}`);
      }
    });

    it('closes the list of codes of each operation, each under the status that carries it', () => {
      for (const definition of own)
        for (const [status, { content = {} }] of answersOf(definition)) {
          const problem = content['application/problem+json'];
          if (!problem || status === 'default') continue;
          const codes = codesOf(problem.schema);
          assert.ok(codes.length > 0 && codes.length < 6, `${definition.operationId} ${status} ${codes}`);
          for (const code of codes)
            assert.equal(errorStatus[code as keyof typeof errorStatus], Number(status), `${status} ${code}`);
        }
    });

    it('closes the list of codes of each operation that OAuth defines, by status or in words', () => {
      for (const definition of definitions.filter(isProtocol)) {
        const answers = answersOf(definition);
        const told = answers.filter(
          ([, { content }]) => content?.['application/json']?.schema && content !== undefined,
        );
        for (const [status, { content }] of told) {
          if (status.startsWith('2')) continue;
          const { enum: codes = [] } = resolve(content['application/json'].schema).properties.error;
          assert.ok(codes.length > 0, `${definition.operationId} ${status} has no closed list of codes`);
        }
        if (told.length > 0) continue;
        const pages = answers.filter(([status]) => status === '303' || status === 'default');
        assert.ok(
          pages.some(([, { content, description }]) => content || /`[a-z]+(_[a-z]+)+`/.test(description)),
          `${definition.operationId} names no code`,
        );
      }
    });

    it('gives every schema a name, a title and, where it is an object, its required members', () => {
      for (const [name, schema] of Object.entries<Node>(root.components.schemas)) {
        assert.ok(schema.title, `${name} has no title`);
        for (const [property, { type }] of Object.entries<Node>(schema.properties ?? {}))
          assert.ok(type !== 'object' || name === 'Health', `${name}.${property} has no name of its own`);
      }
      for (const [where, , { schema }] of definitions.flatMap(mediaOf))
        assert.ok(schema.$ref || schema.type === 'string', `${where} has a schema without a name`);
    });

    it('tells alternatives apart by their status alone', () => {
      for (const [name, { oneOf, discriminator }] of Object.entries<Node>(root.components.schemas)) {
        if (!oneOf) continue;
        assert.deepEqual(Object.values(discriminator.mapping).sort(), oneOf.map(({ $ref }: Node) => $ref).sort(), name);
        for (const [value, $ref] of Object.entries(discriminator.mapping))
          assert.deepEqual(resolve({ $ref } as Node).properties[discriminator.propertyName].enum, [value]);
      }
    });

    function rooted(schema: Node): Node {
      const text = JSON.stringify(schema).replaceAll('"#/', '"contract#/');
      return JSON.parse(text);
    }
  });

describe('the codes of the contract', () => {
  const { components }: Node = parse(readFileSync(PUBLIC_CONTRACT, 'utf8'), { maxAliasCount: -1 });

  it('are those of the service, but for those of forms and of the admin listener', () => {
    const others = ['form_token_invalid', 'report_unreadable', 'credentials_required'];
    assert.deepEqual([...components.schemas.ProblemCode.enum, ...others].sort(), Object.keys(errorStatus).sort());
  });

  it('of a field are those of the service', () => {
    assert.deepEqual([...components.schemas.FieldCode.enum].sort(), [...fieldErrorCodes].sort());
  });
});
