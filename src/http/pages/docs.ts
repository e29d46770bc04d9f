/** The contract, rendered for people at /docs by swagger-ui-dist: files of ours, under a policy of their own. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type Router from '@koa/router';
import type { ContractDocument } from '../contract/contract.ts';
import type { RequestState } from '../request-state.ts';
import { serve } from './serve.ts';

/** Swagger UI styles its elements in place and draws its icons as data; it fetches the contract from us. */
const POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

const swagger = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const assets = path.join(import.meta.dirname, '../../screens/assets');
const FILES: ReadonlyMap<string, { readonly type: string; readonly folder: string }> = new Map(
  Object.entries({
    'swagger-ui.css': { type: 'text/css', folder: swagger },
    'swagger-ui-bundle.js': { type: 'text/javascript', folder: swagger },
    'swagger-ui-standalone-preset.js': { type: 'text/javascript', folder: swagger },
    'mark.svg': { type: 'image/svg+xml', folder: assets },
  }),
);

/**
 * @param documents the first is shown first; the others are chosen from a list.
 * @param trialNotice stands above them.
 */
export function serveDocs(
  router: Router<RequestState>,
  documents: readonly ContractDocument[],
  trialNotice?: string,
): void {
  const texts = new Map(documents.map(({ name, text }) => [name, text]));

  /** Read once: the largest has more than a megabyte. */
  const files = new Map(
    [...FILES].map(([name, { type, folder }]) => [name, { type, body: readFileSync(path.join(folder, name)) }]),
  );

  function find(name: string): { type: string; body: string | Buffer } | undefined {
    const text = texts.get(name);
    if (text !== undefined) return { type: 'application/yaml', body: text };
    if (name === '') return { type: 'text/html', body: page(documents, trialNotice) };
    if (name === 'start.js') return { type: 'text/javascript', body: start(documents) };
    return files.get(name);
  }

  serve(router, ['/docs', '/docs/:name'], 'docs', (ctx, name) => {
    const file = find(name);
    if (!file) return false;
    ctx.set('Content-Security-Policy', POLICY);
    ctx.set('Cache-Control', 'no-cache');
    ctx.type = file.type;
    ctx.body = file.body;
    return true;
  });
}

function start(documents: readonly ContractDocument[]): string {
  const urls = documents.map(({ name, title }) => ({ url: `/docs/${name}`, name: title }));
  return `addEventListener('DOMContentLoaded', () => {
  SwaggerUIBundle({
    urls: ${JSON.stringify(urls)},
    dom_id: '#docs',
    deepLinking: true,
    layout: 'StandaloneLayout',
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    supportedSubmitMethods: [],
    validatorUrl: null,
  });
});
`;
}

function page(documents: readonly ContractDocument[], trialNotice: string | undefined): string {
  const notice = trialNotice === undefined ? '' : `<p class="trial" role="note">${trialNotice}</p>`;
  const links = documents.map(({ name }) => `<a href="/docs/${name}">/docs/${name}</a>`).join(' and ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mon Compte, identity service: the contract</title>
<link rel="icon" href="/docs/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<style>
.topbar .link { visibility: hidden }
.trial { margin: 0; padding: 0.6rem; background: #1d2733; color: #fff; font: 700 1rem/1.5 sans-serif; text-align: center }
</style>
<script src="/docs/swagger-ui-bundle.js" defer></script>
<script src="/docs/swagger-ui-standalone-preset.js" defer></script>
<script src="/docs/start.js"></script>
</head>
<body>${notice}<main id="docs"><noscript>The contract is at ${links}.</noscript></main></body>
</html>
`;
}
