/**
 * The bodies of operations as one flat schema each: its members, resolved, those of every alternative together. Forms,
 * steps and the order of faults are made of it.
 */

import type { Operation, Schema } from './documents.ts';
import { FORM_TYPE, JSON_TYPE } from './media-types.ts';

export interface ObjectSchema extends Schema {
  /** Resolved: each is the schema itself. */
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

/** A member of the body that a step takes. */
export interface StepField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** The values that are allowed; any where it is absent. */
  readonly options?: readonly string[];
  readonly maximumLength?: number;
}

export const NO_BODY: ObjectSchema = { properties: {}, required: [] };

/** The JSON body, or what a form of screens alone stands for. What one alternative does not require is not required. */
export function bodySchemaOf(operation: Operation): ObjectSchema {
  const { document } = operation;
  const schema = writtenBodyOf(operation);
  const alternatives = (schema.oneOf ?? [schema]).map((one) => document.resolve<Schema>(one));
  const entries = new Map<string, Schema>();
  for (const { properties = {} } of alternatives)
    for (const [name, property] of Object.entries(properties)) {
      const resolved = document.resolve<Schema>(property);
      const known = entries.get(name);
      entries.set(name, known ? { ...known, ...allowing(known, resolved) } : resolved);
    }
  const required = (alternatives[0]?.required ?? []).filter((name) =>
    alternatives.every((one) => one.required?.includes(name)),
  );
  const names = inOrder(alternatives.map(({ properties = {} }) => Object.keys(properties)));
  return {
    type: 'object',
    additionalProperties: false,
    required,
    properties: Object.fromEntries(names.map((name) => [name, entries.get(name) ?? {}])),
  };
}

/** The alternative that a JSON body says it is, as a pointer; undefined where there are none, or it says none of them. */
export function findAlternative(operation: Operation, body: unknown): string | undefined {
  const { discriminator } = writtenBodyOf(operation);
  if (!discriminator || typeof body !== 'object' || body === null) return undefined;
  const said = Object.entries(body).find(([name]) => name === discriminator.propertyName)?.[1];
  return Object.entries(discriminator.mapping)
    .find(([value]) => value === said)?.[1]
    .slice(1);
}

/** Whether a body has alternatives. */
export function hasAlternatives(operation: Operation): boolean {
  return writtenBodyOf(operation).oneOf !== undefined;
}

export function stepFieldsOf({ properties, required }: ObjectSchema): readonly StepField[] {
  return Object.entries(properties).map(([name, { type = 'string', enum: options, maxLength }]) => ({
    name,
    type,
    required: required.includes(name),
    ...(options && { options }),
    ...(maxLength !== undefined && { maximumLength: maxLength }),
  }));
}

function writtenBodyOf({ definition, document }: Operation): Schema {
  const content = definition.requestBody?.content ?? {};
  return document.resolve<Schema>((content[JSON_TYPE] ?? content[FORM_TYPE])?.schema ?? {});
}

/** Of a member of two alternatives: the values that either allows. */
function allowing(one: Schema, other: Schema): Pick<Schema, 'enum'> {
  return one.enum && other.enum ? { enum: [...new Set([...one.enum, ...other.enum])] } : {};
}

/** Every name once: those that one list alone has stand where they stand there, after what all share. */
function inOrder(lists: readonly (readonly string[])[]): readonly string[] {
  const all: string[] = [];
  for (const list of lists) {
    let next = 0;
    for (const name of list) {
      if (!all.includes(name)) all.splice(next, 0, name);
      next = all.indexOf(name) + 1;
    }
  }
  return all;
}
