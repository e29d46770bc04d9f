/** The documents of a contract, as they are written: their operations, and what their references lead to. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../project-root.ts';

/** What the public address serves. */
export const PUBLIC_CONTRACT = path.join(projectRoot, 'docs/openapi.yaml');
/** What screens alone ask for: validated, and served to nobody. */
export const SCREENS_CONTRACT = path.join(projectRoot, 'docs/openapi-screens.yaml');
/** What the admin listener serves. */
export const ADMIN_CONTRACT = path.join(projectRoot, 'docs/openapi-admin.yaml');

export interface Document {
  /** The name of its file. */
  readonly name: string;
  /** What `info` says of it. */
  readonly title: string;
  readonly text: string;
  readonly root: object;
  readonly operations: readonly Operation[];
  /** What stands at the other end of a `$ref`; the value itself when it is none. */
  resolve<Value>(value: Value | Reference): Value;
}

/** An operation, with the place in its document. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As the document spells it: `/interactions/{uid}`. */
  readonly path: string;
  readonly pointer: string;
  readonly parameters: readonly Parameter[];
  readonly definition: OperationObject;
  readonly document: Document;
}

export interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Response | Reference>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  /** The name of the step that this operation is, for those who ask what can be done next. */
  readonly 'x-step'?: string;
}

export interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema | Reference>>;
  readonly oneOf?: readonly (Schema | Reference)[];
  readonly discriminator?: { readonly propertyName: string; readonly mapping: Readonly<Record<string, string>> };
}

interface Reference {
  readonly $ref: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema | Reference;
}

type Content = Readonly<Record<string, { readonly schema?: Schema | Reference }>>;

interface Response {
  readonly content?: Content;
}

interface PathItem {
  readonly parameters?: readonly (Parameter | Reference)[];
}

interface Root {
  readonly info: { readonly title: string };
  readonly security?: OperationObject['security'];
  readonly paths: Readonly<Record<string, PathItem & Readonly<Partial<Record<Method, OperationObject>>>>>;
}

const METHODS = ['get', 'post', 'delete', 'put'] as const;
type Method = (typeof METHODS)[number];

const documents = new Map<string, Document>();

/** Each file once a process: it is a part of this version. */
export function readDocument(file: string): Document {
  const document = documents.get(file) ?? parseDocument(file);
  documents.set(file, document);
  return document;
}

function parseDocument(file: string): Document {
  const text = readFileSync(file, 'utf8');
  const root: Root = parse(text);
  const resolve = <Value>(value: Value | Reference): Value => {
    if (!isReference(value)) return value;
    const steps = value.$ref.slice(2).split('/');
    return steps.reduce<unknown>((node, key) => (node as Readonly<Record<string, unknown>>)[key], root) as Value;
  };
  const document: Document = {
    name: path.basename(file),
    title: root.info.title,
    text,
    root,
    operations: Object.entries(root.paths).flatMap(([template, item]) =>
      METHODS.flatMap((method) => {
        const definition = item[method];
        if (!definition) return [];
        return {
          id: definition.operationId,
          method,
          path: template,
          pointer: `/paths/${encodePointer(template)}/${method}`,
          parameters: [...(item.parameters ?? []), ...(definition.parameters ?? [])].map((one) => resolve(one)),
          definition: { security: root.security, ...definition },
          get document() {
            return document;
          },
        };
      }),
    ),
    resolve,
  };
  return document;
}

/** A key as a part of a JSON pointer in a URI (RFC 6901). */
export function encodePointer(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && '$ref' in value && typeof value.$ref === 'string';
}
