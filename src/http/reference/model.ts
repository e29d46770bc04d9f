/** A document of the contract as a reader meets it: what of OpenAPI 3.1 our documents use, and no more. */
import { parse } from 'yaml';

export interface Reference {
  readonly $ref: string;
}

export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly discriminator?: { readonly propertyName: string; readonly mapping: Readonly<Record<string, string>> };
  readonly $ref?: string;
}

export interface Example {
  readonly summary?: string;
  readonly value: unknown;
}

export interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, Example | Reference>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Omit<Parameter, 'name' | 'in'> | Reference>>;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer | Reference>>;
}

interface SecurityScheme {
  readonly type: string;
  readonly in?: string;
  readonly name?: string;
  readonly scheme?: string;
  readonly description?: string;
}

interface Root {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation & readonly (Parameter | Reference)[]>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
  };
}

/** An operation with where it stands, the parameters of its path among its own. */
export interface Placed extends Operation {
  readonly method: string;
  readonly path: string;
}

export interface Model extends Root {
  readonly operations: readonly Placed[];
  /** What stands at the other end of a `$ref`; the value itself when it is none. */
  resolve<Value>(value: Value | Reference): Value;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** @param text of a document that is valid. */
export function readModel(text: string): Model {
  const root: Root = parse(text);
  const operations = Object.entries(root.paths).flatMap(([path, { parameters: shared = [], ...item }]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => {
        const parameters = [...shared, ...(operation.parameters ?? [])];
        return { ...operation, parameters, method: method.toUpperCase(), path };
      }),
  );
  return {
    ...root,
    operations,
    resolve<Value>(value: Value | Reference): Value {
      if (!isReference(value)) return value;
      // Our documents refer to themselves alone, and redocly has checked that each reference leads somewhere.
      let node: unknown = root;
      for (const key of value.$ref.slice(2).split('/')) node = (node as Readonly<Record<string, unknown>>)[key];
      return node as Value;
    },
  };
}

export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && '$ref' in value && typeof value.$ref === 'string';
}

/** The name of what a reference leads to. */
export function nameOf({ $ref }: Reference): string {
  return $ref.split('/').at(-1) ?? '';
}
