/**
 * The documents docs/openapi*.yaml are the contract: requests are validated against it, with ajv validators compiled at
 * boot. From there on input is typed and nobody parses it again. Tests also validate every answer.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ServiceError } from '../../errors.ts';
import { bodySchemaOf, findAlternative, hasAlternatives, NO_BODY, type StepField, stepFieldsOf } from './bodies.ts';
import { type Document, encodePointer, type Operation, PUBLIC_CONTRACT, readDocument } from './documents.ts';
import { toRefusal } from './faults.ts';
import { formSchemaOf, toJsonBody } from './forms.ts';
import { FORM_TYPE, JSON_TYPE } from './media-types.ts';

export { FORM_TYPE, JSON_TYPE, PROBLEM_TYPE } from './media-types.ts';

/** What is shown of a document. */
export type ContractDocument = Pick<Document, 'name' | 'title' | 'text'>;

/** An operation as a step: what somebody who may take it is told. */
export interface ContractStep {
  readonly name: string;
  /** In the spelling of the wire: `POST`. */
  readonly method: string;
  /** In the spelling of the router: `/interactions/:uid/sign-in`. */
  readonly path: string;
  /** Whether a GET of the same path shows what the step takes. */
  readonly isShown: boolean;
  readonly takes: readonly StepField[];
}

export interface Contract {
  readonly documents: readonly ContractDocument[];
  readonly operationIds: readonly string[];
  has(operationId: string): boolean;
  /** Every path that has an operation, in the router's spelling. */
  readonly paths: readonly string[];
  /** The route of an operation, in the router's spelling. */
  routeOf(operationId: string): { readonly method: string; readonly path: string };
  /** @throws Error for an operation that `x-step` gives no name. */
  stepOf(operationId: string): ContractStep;
  /** The alternatives, of which one must be met: all its schemes. None when the operation is open. */
  securityOf(operationId: string): readonly (readonly string[])[];
  /** The names that a body of this operation may have, the token of a form aside, in the order of its screen. */
  fieldsOf(operationId: string): readonly string[];
  /** What a form says, as JSON says it: without its token and its empty fields, and a box ticked is true. */
  toJsonBody(operationId: string, form: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /**
   * A form is held against what is derived from the JSON body (forms.ts).
   * @throws ServiceError validation_failed, every field named; unsupported_media_type.
   */
  checkBody(operationId: string, mediaType: string, body: unknown): void;
  /** @throws ServiceError validation_failed. */
  checkQuery(operationId: string, query: Readonly<Record<string, unknown>>): void;
  /**
   * For tests: what is wrong with an answer; undefined when the contract allows it by its own status: `default` is for
   * what no operation foresees.
   * @param body undefined when it is not JSON: its media type alone is looked at.
   */
  faultOfAnswer(operationId: string, status: number, mediaType: string, body: unknown): string | undefined;
}

/** Reads and compiles a contract of one or several documents. @throws Error when it does not hold together. */
export function loadContract(...files: readonly string[]): Contract {
  const documents = (files.length > 0 ? files : [PUBLIC_CONTRACT]).map(readDocument);
  // Formats are for readers and generators: what a field may hold is said by its rule, with a code of its own.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, validateFormats: false });
  for (const { name, root } of documents) ajv.addSchema(root, name);
  const all = documents.flatMap(({ operations }) => operations);
  const operations = new Map(all.map((operation) => [operation.id, operation]));
  const compiled = new Map<string, ValidateFunction>();

  function get(operationId: string): Operation {
    const operation = operations.get(operationId);
    if (!operation) throw new Error(`${documents.map(({ name }) => name).join(', ')}: no operation ${operationId}`);
    return operation;
  }

  function compile({ document }: Operation, pointer: string): ValidateFunction {
    const $ref = `${document.name}#${pointer}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    return validate;
  }

  /**
   * What a body is held against: nothing where the operation takes none of this type. Alternatives are held against all
   * together, so that faults are those of a field and not of a choice, then against the one that the body says it is.
   */
  function findBody(operation: Operation, mediaType: string, body: unknown): readonly (ValidateFunction | undefined)[] {
    const { id, definition } = operation;
    if (mediaType === FORM_TYPE) return [forms.get(id)];
    if (mediaType === JSON_TYPE && hasAlternatives(operation)) {
      const pointer = findAlternative(operation, body);
      return [together.get(id), pointer === undefined ? undefined : compile(operation, pointer)];
    }
    return [definition.requestBody?.content[mediaType] && compile(operation, bodyPointer(operation, mediaType))];
  }

  /** The answer that an operation may have, with the place of its schemas. */
  function findResponse({ definition, document, pointer }: Operation, status: number) {
    const response = definition.responses[status];
    if (!response) return undefined;
    const base = '$ref' in response ? response.$ref.slice(1) : `${pointer}/responses/${status}`;
    return { content: document.resolve(response).content, contentPointer: `${base}/content` };
  }

  if (operations.size < all.length) throw new Error('two operations of the contract have the same name');
  const querySchemas = new Map<string, ValidateFunction>();
  const bodies = new Map(all.map((operation) => [operation.id, bodySchemaOf(operation)] as const));
  const forms = new Map<string, ValidateFunction>();
  const together = new Map<string, ValidateFunction>();
  for (const operation of all) {
    const queries = operation.parameters.filter((parameter) => parameter.in === 'query');
    const properties = queries.map(({ name, schema }) => [name, operation.document.resolve(schema)] as const);
    const required = queries.filter((query) => query.required).map(({ name }) => name);
    querySchemas.set(
      operation.id,
      ajv.compile({ type: 'object', required, properties: Object.fromEntries(properties) }),
    );
    for (const mediaType of Object.keys(operation.definition.requestBody?.content ?? {}))
      compile(operation, bodyPointer(operation, mediaType));
    const body = bodies.get(operation.id) ?? NO_BODY;
    if (operation.definition.requestBody) forms.set(operation.id, ajv.compile(formSchemaOf(body)));
    if (hasAlternatives(operation)) together.set(operation.id, ajv.compile(body));
  }

  const contract: Contract = {
    documents,

    operationIds: [...operations.keys()],
    paths: [...new Set(all.map(({ path: template }) => toRouterPath(template)))],
    has: (operationId) => operations.has(operationId),

    routeOf(operationId) {
      const { method, path: template } = get(operationId);
      return { method, path: toRouterPath(template) };
    },

    stepOf(operationId) {
      const name = get(operationId).definition['x-step'];
      if (!name) throw new Error(`the operation ${operationId} has no x-step`);
      const { method, path } = contract.routeOf(operationId);
      const isShown = all.some((other) => other.method === 'get' && toRouterPath(other.path) === path);
      const takes = stepFieldsOf(bodies.get(operationId) ?? NO_BODY);
      return { name, method: method.toUpperCase(), path, isShown: isShown && method !== 'delete', takes };
    },

    securityOf: (operationId) => get(operationId).definition.security?.map((schemes) => Object.keys(schemes)) ?? [],

    fieldsOf: (operationId) => Object.keys((bodies.get(operationId) ?? NO_BODY).properties),

    toJsonBody: (operationId, form) => toJsonBody(bodies.get(operationId) ?? NO_BODY, form),

    checkBody(operationId, mediaType, body) {
      const validators = findBody(get(operationId), mediaType, body).filter((one) => one !== undefined);
      if (validators.length === 0) throw new ServiceError('unsupported_media_type');
      throwFaults(validators, body);
    },

    checkQuery(operationId, query) {
      const validate = querySchemas.get(operationId);
      if (validate) throwFaults([validate], query);
    },

    faultOfAnswer(operationId, status, mediaType, body) {
      const operation = get(operationId);
      const response = findResponse(operation, status);
      if (!response || (response.content && !response.content[mediaType]))
        return `${operationId}: ${status} ${mediaType} is not in the contract`;
      if (body === undefined || !response.content?.[mediaType]?.schema) return undefined;
      const validate = compile(operation, `${response.contentPointer}/${encodePointer(mediaType)}/schema`);
      return validate(body) ? undefined : `${operationId}: ${status}: ${ajv.errorsText(validate.errors)}`;
    },
  };
  return contract;
}

function toRouterPath(template: string): string {
  return template.replace(/\{(\w+)\}/g, ':$1');
}

function bodyPointer(operation: Operation, mediaType: string): string {
  return `${operation.pointer}/requestBody/content/${encodePointer(mediaType)}/schema`;
}

function throwFaults(validators: readonly ValidateFunction[], value: unknown): void {
  const errors = validators.flatMap((validate) => (validate(value) ? [] : (validate.errors ?? [])));
  if (errors.length > 0) throw toRefusal(errors);
}
