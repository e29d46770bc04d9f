/**
 * What a form may say, derived from the JSON body that it stands for: the contract that is served knows no forms. A form
 * says texts alone, a box that is ticked is `on` and an empty field is an absent one; it carries the token of its page.
 */
import type { ObjectSchema } from './bodies.ts';
import type { Schema } from './documents.ts';

export const FORM_TOKEN = 'csrf';
const TOKEN: Schema = { type: 'string', maxLength: 128 };

/** What a browser sends for a box that is ticked. */
const TICKED = 'on';
const BOX: Schema = { type: 'string', enum: [TICKED] };

/** The schema of the form: nothing but the fields of the body and the token, which is required. */
export function formSchemaOf({ properties, required }: ObjectSchema): Schema {
  const fields = Object.entries(properties).map(([name, schema]) => [name, isBox(schema) ? BOX : schema] as const);
  return {
    type: 'object',
    additionalProperties: false,
    // A box that nobody ticked is not sent.
    required: [FORM_TOKEN, ...required.filter((name) => !isBox(properties[name]))],
    properties: { [FORM_TOKEN]: TOKEN, ...Object.fromEntries(fields) },
  };
}

/** What a form says, as JSON says it: without its token and its empty fields, and a box ticked is true. */
export function toJsonBody(
  { properties }: ObjectSchema,
  form: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const own = new Map(Object.entries(properties));
  return Object.fromEntries(
    Object.entries(form)
      .filter(([name, value]) => name !== FORM_TOKEN && value !== '')
      .map(([name, value]) => [name, value === TICKED && isBox(own.get(name)) ? true : value]),
  );
}

function isBox(schema: Schema | undefined): boolean {
  return schema?.type === 'boolean';
}
