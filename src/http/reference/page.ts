/**
 * A document of the contract as one page, made once; no script, no style in place, nothing from elsewhere
 * (ADR 0029). In English, like the contract.
 */
import { type Html, html } from '../../screens/html.ts';
import { type Model, readModel } from './model.ts';
import { operationId, operationSection } from './operations.ts';
import { line, prose } from './prose.ts';
import { schemaBody, schemaId } from './schemas.ts';

export interface ReferencePage {
  /** Of this document: its YAML, and what stands there. */
  readonly text: string;
  /** The addresses of all documents of the service, this one too. */
  readonly documents: readonly { readonly title: string; readonly page: string; readonly isShown: boolean }[];
  /** Where this one can be had. */
  readonly files: readonly string[];
  /** Where codes are explained. */
  readonly errorsUrl: string;
  readonly trialNotice?: string;
}

export function referencePage({ text, documents, files, errorsUrl, trialNotice }: ReferencePage): string {
  const model = readModel(text);
  const { info, components } = model;
  const groups = model.tags.map((tag) => ({
    ...tag,
    operations: model.operations.filter(({ tags }) => tags.includes(tag.name)),
  }));
  const schemes = Object.entries(components.securitySchemes ?? {});
  const schemas = Object.entries(components.schemas).sort(([one], [other]) => one.localeCompare(other, 'en'));
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title}: the contract</title>
<link rel="icon" href="/docs/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/reference.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${trialNotice && html`<p class="trial" role="note">${trialNotice}</p>`}
<header class="band"><img src="/docs/mark.svg" alt="" width="28" height="28"><p>${info.title}</p></header>
<nav class="contents" aria-label="Contents">
<ul class="documents">${documents.map(({ title, page, isShown }) => html`<li><a href="${page}"${isShown && html` aria-current="page"`}>${title}</a></li>`)}</ul>
${groups.map(
  ({ name, operations }) => html`<p><a href="#group-${name}">${titled(name)}</a></p>
<ul>${operations.map((one) => html`<li><a href="#${operationId(one.operationId)}">${one.summary}</a></li>`)}</ul>`,
)}
${schemes.length > 0 && html`<p><a href="#security">Security</a></p>`}
<p><a href="#schemas">Schemas</a></p>
</nav>
<main id="content" tabindex="-1">
<h1>${info.title}: the contract</h1>
<p>Version ${info.version}, OpenAPI 3.1: ${files.map((file, index) => html`${index > 0 && ', '}<a href="/docs/${file}">${file}</a>`)}. Codes: <a href="${errorsUrl}">every refusal</a>.</p>
${prose(info.description.replaceAll('(/docs/errors)', `(${errorsUrl})`))}
${groups.map(
  ({ name, description, operations }) => html`<section id="group-${name}"><h2>${titled(name)}</h2>
<p>${line(description)}.</p>
${operations.map((one) => operationSection(model, one, errorsUrl))}</section>`,
)}
${schemes.length > 0 && securitySection(schemes)}
<section id="schemas"><h2>Schemas</h2>
${schemas.map(
  ([name, schema]) => html`<section class="schema" id="${schemaId(name)}"><h3><code>${name}</code></h3>
<p class="name">${schema.title}</p>
${schemaBody(model, schema)}</section>`,
)}</section>
</main>
</body>
</html>
`.text;
}

function securitySection(
  schemes: readonly (readonly [string, NonNullable<Model['components']['securitySchemes']>[string]])[],
): Html {
  return html`<section id="security"><h2>Security</h2>
<dl class="fields">${schemes.map(
    ([name, { type, scheme, name: cookie, description }]) =>
      html`<div><dt id="security-${name}"><code>${name}</code></dt><dd>${cookie === undefined ? `${type}, ${scheme}` : html`cookie <code>${cookie}</code>`}${description && html`<br>${line(description)}`}</dd></div>`,
  )}</dl></section>`;
}

function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
