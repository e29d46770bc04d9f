/** An operation: what it takes, what it answers, and the codes of its refusals. */
import { type Html, html } from '../../screens/html.ts';
import {
  type Answer,
  isReference,
  type Media,
  type Model,
  nameOf,
  type Parameter,
  type Placed,
  type Schema,
} from './model.ts';
import { breakable, line, NOTHING, prose } from './prose.ts';
import { field, schemaBody, schemaLink, typeOf } from './schemas.ts';

export function operationId(name: string): string {
  return `operation-${name}`;
}

/** @param errorsUrl where the codes are explained. */
export function operationSection(model: Model, operation: Placed, errorsUrl: string): Html {
  const { method, path, summary, description, security = [], parameters = [], requestBody, responses } = operation;
  const id = operationId(operation.operationId);
  const answers = Object.entries(responses).map(([status, answer]) => [status, model.resolve<Answer>(answer)] as const);
  const names = [...new Set(security.flatMap((scheme) => Object.keys(scheme)))];
  return html`<section class="operation" id="${id}">
<h3>${summary} <a class="anchor" href="#${id}" aria-label="Link to ${operation.operationId}">#</a></h3>
<p class="route"><span class="method ${method.toLowerCase()}">${method}</span> <code>${breakable(path)}</code></p>
<p class="name"><code>${operation.operationId}</code>${names.length > 0 && html` · needs ${names.map((name, index) => html`${index > 0 && ', '}<a href="#security-${name}">${name}</a>`)}`}</p>
${prose(description)}
${parameters.length > 0 && html`<h4>Parameters</h4><dl class="fields">${parameters.map((one) => parameter(model, model.resolve<Parameter>(one)))}</dl>`}
${requestBody && Object.entries(requestBody.content).map(([type, media]) => body(model, type, media))}
<h4>Answers</h4>
<dl class="answers">${answers.map(([status, answer]) => html`<div><dt>${status}</dt><dd>${answerOf(model, answer, errorsUrl)}</dd></div>`)}</dl>
</section>`;
}

function parameter(model: Model, one: Parameter): Html {
  const where = one.in === 'path' ? '' : ` (${one.in})`;
  return field(model, one.name, one.schema ?? {}, one.required === true, `${one.description ?? ''}${where}`);
}

function body(model: Model, type: string, media: Media): Html {
  const { schema = {} } = media;
  return html`<h4>Body</h4>
<p><code>${type}</code>${isReference(schema) && html`: ${schemaLink(nameOf(schema))}`}</p>
${schemaBody(model, model.resolve<Schema>(schema))}
${examples(model, media)}`;
}

function answerOf(model: Model, { description, headers = {}, content = {} }: Answer, errorsUrl: string): Html {
  return html`${line(description)}
${Object.keys(headers).map((name) => html`<br>Header <code>${name}</code>`)}
${Object.entries(content).map(([type, media]) => {
  const codes = codesOf(model, media.schema);
  return html`<br><code>${type}</code>${media.schema && html`: ${typeOf(model, media.schema)}`}
${codes.length > 0 && html`<ul class="codes">${codes.map((code) => html`<li><a href="${errorsUrl}#${code}"><code>${breakable(code)}</code></a></li>`)}</ul>`}
${examples(model, media)}`;
})}`;
}

/** The codes that a refusal may have: those that its own schema closes. */
function codesOf(model: Model, schema: Schema | undefined): readonly string[] {
  const { allOf = [] }: Schema = schema ? model.resolve<Schema>(schema) : {};
  return allOf.flatMap((part) => part.properties?.code?.enum ?? []).map(String);
}

function examples(model: Model, { example, examples: named = {} }: Media): Html {
  const all = [
    ...(example === undefined ? [] : [['', example] as const]),
    ...Object.entries(named).map(([name, one]) => {
      const { summary = name, value } = model.resolve(one);
      return [summary, value] as const;
    }),
  ];
  if (all.length === 0) return NOTHING;
  return html`${all.map(
    ([name, value]) =>
      html`<details><summary>Example${name !== '' && `: ${name}`}</summary><pre><code>${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</code></pre></details>`,
  )}`;
}
