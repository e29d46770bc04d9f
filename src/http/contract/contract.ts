/**
 * docs/openapi.yaml is the contract: requests are validated against it, with ajv validators compiled at boot. From
 * there on input is typed and nobody parses it again. Tests also validate every answer.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { type FieldError, type FieldErrorCode, ServiceError } from '../../errors.ts';
import { projectRoot } from '../../project-root.ts';

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';
export const PROBLEM_TYPE = 'application/problem+json';

export interface Contract {
  readonly document: string;
  /** The route of an operation, in the router's spelling. */
  routeOf(operationId: string): { readonly method: string; readonly path: string };
  /** The names that a body of this operation may have, CSRF token aside. */
  fieldsOf(operationId: string): readonly string[];
  /** @throws ServiceError validation_failed, every field named. */
  checkBody(operationId: string, mediaType: string, body: unknown): void;
  /** @throws ServiceError validation_failed. */
  checkQuery(operationId: string, query: Readonly<Record<string, unknown>>): void;
  /** For tests: what is wrong with an answer; undefined when the contract allows it. */
  faultOfAnswer(operationId: string, status: number, mediaType: string, body: unknown): string | undefined;
}

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly pointer: string;
  readonly definition: OperationObject;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly unknown[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: object }>>;
}

const DOCUMENT_ID = 'openapi';
const METHODS = ['get', 'post', 'delete', 'put'];

/** Reads and compiles the contract. @throws Error when the document does not hold together. */
export function loadContract(file = path.join(projectRoot, 'docs/openapi.yaml')): Contract {
  const text = readFileSync(file, 'utf8');
  const document = parse(text) as Record<string, unknown> & { paths: Record<string, Record<string, OperationObject>> };
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  ajv.addSchema(document, DOCUMENT_ID);
  const operations = new Map(listOperations(document.paths).map((operation) => [operation.id, operation]));
  const compiled = new Map<string, ValidateFunction>();

  function get(operationId: string): Operation {
    const operation = operations.get(operationId);
    if (!operation) throw new Error(`docs/openapi.yaml has no operation ${operationId}`);
    return operation;
  }

  function compile(pointer: string): ValidateFunction {
    const known = compiled.get(pointer);
    if (known) return known;
    const validate = ajv.compile({ $ref: `${DOCUMENT_ID}#${pointer}` });
    compiled.set(pointer, validate);
    return validate;
  }

  function resolve(value: unknown): unknown {
    const reference = (value as { $ref?: string } | undefined)?.$ref;
    if (!reference) return value;
    return reference
      .slice(2)
      .split('/')
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document);
  }

  const querySchemas = new Map<string, ValidateFunction>();
  for (const operation of operations.values()) {
    const shared = document.paths[operation.path]?.parameters as unknown as unknown[] | undefined;
    const parameters = [...(shared ?? []), ...(operation.definition.parameters ?? [])].map(resolve) as {
      name: string;
      in: string;
      schema: unknown;
    }[];
    const properties = Object.fromEntries(
      parameters.filter((parameter) => parameter.in === 'query').map(({ name, schema }) => [name, resolve(schema)]),
    );
    querySchemas.set(operation.id, ajv.compile({ type: 'object', properties }));
    for (const mediaType of Object.keys(operation.definition.requestBody?.content ?? {}))
      compile(bodyPointer(operation, mediaType));
  }

  function responsePointer(operation: Operation, status: number, mediaType: string): string | undefined {
    const { responses } = operation.definition;
    const key = [String(status), `${String(status)[0]}XX`].find((candidate) => responses[candidate]);
    if (!key) return undefined;
    const reference = responses[key]?.$ref;
    const base = reference ? reference.slice(1) : `${operation.pointer}/responses/${key}`;
    const content = (resolve(responses[key]) as { content?: Record<string, { schema?: unknown }> }).content ?? {};
    return content[mediaType]?.schema ? `${base}/content/${encodePointer(mediaType)}/schema` : undefined;
  }

  return {
    document: text,

    routeOf(operationId) {
      const { method, path: template } = get(operationId);
      return { method, path: template.replace(/\{(\w+)\}/g, ':$1') };
    },

    fieldsOf(operationId) {
      const schema = get(operationId).definition.requestBody?.content[JSON_TYPE] as { schema?: unknown } | undefined;
      return Object.keys((resolve(schema?.schema) as { properties?: object } | undefined)?.properties ?? {});
    },

    checkBody(operationId, mediaType, body) {
      const operation = get(operationId);
      if (!operation.definition.requestBody?.content[mediaType]) throw new ServiceError('unsupported_media_type');
      throwFaults(compile(bodyPointer(operation, mediaType)), body);
    },

    checkQuery(operationId, query) {
      const validate = querySchemas.get(operationId);
      if (validate) throwFaults(validate, query);
    },

    faultOfAnswer(operationId, status, mediaType, body) {
      const pointer = responsePointer(get(operationId), status, mediaType);
      if (!pointer) return `${operationId}: ${status} ${mediaType} is not in the contract`;
      const validate = compile(pointer);
      return validate(body) ? undefined : `${operationId}: ${status}: ${ajv.errorsText(validate.errors)}`;
    },
  };
}

function listOperations(paths: Record<string, Record<string, OperationObject>>): Operation[] {
  return Object.entries(paths).flatMap(([template, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const definition = item[method] as OperationObject;
      const pointer = `/paths/${encodePointer(template)}/${method}`;
      return { id: definition.operationId, method, path: template, pointer, definition };
    }),
  );
}

function bodyPointer(operation: Operation, mediaType: string): string {
  return `${operation.pointer}/requestBody/content/${encodePointer(mediaType)}/schema`;
}

function encodePointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function throwFaults(validate: ValidateFunction, value: unknown): void {
  if (validate(value)) return;
  const faults = (validate.errors ?? []).map(toFieldError);
  const first = new Map(faults.map((fault) => [fault.field, fault] as const).reverse());
  throw new ServiceError('validation_failed', { fields: [...first.values()].reverse() });
}

const CODE_BY_KEYWORD: Readonly<Record<string, FieldErrorCode>> = {
  required: 'field_required',
  minLength: 'field_required',
  maxLength: 'field_too_long',
  type: 'field_wrong_type',
  additionalProperties: 'field_unknown',
};

function toFieldError(error: ErrorObject): FieldError {
  const params = error.params as { missingProperty?: string; additionalProperty?: string; limit?: number };
  const named = params.missingProperty ?? params.additionalProperty;
  const field = (named ?? error.instancePath.slice(1).split('/')[0] ?? '').slice(0, 64);
  const code = CODE_BY_KEYWORD[error.keyword] ?? 'field_invalid';
  return code === 'field_too_long' ? { field, code, values: { maximum: params.limit ?? 0 } } : { field, code };
}
