/** Schemas, as a reader needs them: what a value is, and the members of an object with what each may be. */
import { type Html, html } from '../../screens/html.ts';
import { isReference, type Model, nameOf, type Schema } from './model.ts';
import { line, NOTHING, prose } from './prose.ts';

export function schemaId(name: string): string {
  return `schema-${name}`;
}

export function schemaLink(name: string): Html {
  return html`<a href="#${schemaId(name)}">${name}</a>`;
}

/** What a value is, on a line: « text of 1 to 40 characters », « one of … », a link to a schema that has members. */
export function typeOf(model: Model, schema: Schema): Html {
  if (isReference(schema)) {
    const resolved: Schema = model.resolve(schema);
    const isPlain = !membersOf(model, resolved) && !resolved.oneOf && resolved.type !== 'array';
    return isPlain ? html`${typeOf(model, resolved)} (${schemaLink(nameOf(schema))})` : schemaLink(nameOf(schema));
  }
  if (schema.oneOf) return html`one of ${separated(schema.oneOf.map((one) => typeOf(model, one)))}`;
  if (schema.enum) return html`${schema.enum.length > 1 && 'one of '}${separated(schema.enum.map(value))}`;
  if (schema.const !== undefined) return value(schema.const);
  if (schema.items) return html`list of ${typeOf(model, schema.items)}`;
  const { additionalProperties: others } = schema;
  if (typeof others === 'object') return html`object of ${typeOf(model, others)}`;
  return html`${wordsOf(schema).join(', ')}${schema.pattern !== undefined && html`, matching <code>${schema.pattern}</code>`}`;
}

/** The members of an object, those of `allOf` together; undefined where there are none. */
function membersOf(model: Model, schema: Schema): Pick<Schema, 'properties' | 'required'> | undefined {
  const parts = [schema, ...(schema.allOf ?? []).map((part) => model.resolve<Schema>(part))];
  const all = parts.filter(({ properties }) => properties);
  if (all.length === 0) return undefined;
  return {
    properties: Object.assign({}, ...all.map(({ properties }) => properties)),
    required: all.flatMap(({ required = [] }) => required),
  };
}

/** A schema by its members, its alternatives or its values. */
export function schemaBody(model: Model, schema: Schema): Html {
  const members = membersOf(model, schema);
  return html`${prose(schema.description)}
${schema.discriminator && alternatives(schema.discriminator)}
${members ? fields(model, members) : !schema.discriminator && html`<p>${typeOf(model, schema)}${examplesOf(schema)}</p>`}`;
}

function alternatives({ propertyName, mapping }: NonNullable<Schema['discriminator']>): Html {
  return html`<p>Told apart by <code>${propertyName}</code>:</p>
<dl class="fields">${Object.entries(mapping).map(
    ([told, $ref]) => html`<div><dt><code>${told}</code></dt><dd>${schemaLink(nameOf({ $ref }))}</dd></div>`,
  )}</dl>`;
}

function fields(model: Model, { properties = {}, required = [] }: Pick<Schema, 'properties' | 'required'>): Html {
  const entries = Object.entries(properties);
  if (entries.length === 0) return html`<p>No members: <code>{}</code>.</p>`;
  return html`<dl class="fields">${entries.map(([name, schema]) =>
    field(model, name, schema, required.includes(name), schema.description ?? descriptionOf(model, schema)),
  )}</dl>`;
}

/** A member, a parameter or a header. */
export function field(model: Model, name: string, schema: Schema, isRequired: boolean, description?: string): Html {
  return html`<div><dt><code>${name}</code> <span class="need">${isRequired ? 'required' : 'optional'}</span></dt>
<dd><span class="type">${typeOf(model, schema)}${examplesOf(isReference(schema) ? model.resolve<Schema>(schema) : schema)}</span>${description && html`<br>${line(description)}`}</dd></div>`;
}

function descriptionOf(model: Model, schema: Schema): string | undefined {
  if (!isReference(schema)) return undefined;
  const { description, title }: Schema = model.resolve(schema);
  return description ?? title;
}

function examplesOf({ examples = [] }: Schema): Html {
  return examples.length === 0 ? NOTHING : html`, such as ${separated(examples.map(value))}`;
}

const KINDS: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number', boolean: 'true or false' };

function wordsOf({ type, format, minLength, maxLength, minimum, maximum }: Schema): readonly string[] {
  const kinds = (Array.isArray(type) ? type : [type ?? 'anything']).map((kind) => KINDS[kind] ?? kind).join(' or ');
  return [
    kinds + (format === undefined ? '' : ` (${format})`),
    bounds(minLength, maxLength, ' characters'),
    bounds(minimum, maximum, ''),
  ].filter((words) => words !== undefined);
}

function bounds(from: number | undefined, to: number | undefined, unit: string): string | undefined {
  if (from === undefined) return to === undefined ? undefined : `at most ${to}${unit}`;
  return to === undefined ? `at least ${from}${unit}` : `${from} to ${to}${unit}`;
}

function value(one: unknown): Html {
  return html`<code>${typeof one === 'string' ? one : JSON.stringify(one)}</code>`;
}

function separated(parts: readonly Html[]): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`, ${part}`))}`;
}
