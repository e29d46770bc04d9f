/** The contract, rendered for people at /docs by swagger-ui-dist: files of ours, under a policy of their own. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Contract } from '../contract/contract.ts';
import type { Context } from '../request-state.ts';

const FILES = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' } as const;

/** Swagger UI styles its elements in place and draws its icons as data; it fetches the contract from us. */
const POLICY =
  "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

const START = `addEventListener('DOMContentLoaded', () => {
  SwaggerUIBundle({ url: '/docs/openapi.yaml', dom_id: '#docs', deepLinking: true, supportedSubmitMethods: [], validatorUrl: null });
});
`;

const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mon Compte, identity service: the contract</title>
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<script src="/docs/swagger-ui-bundle.js" defer></script>
<script src="/docs/start.js"></script>
</head>
<body><main id="docs"><noscript>The contract is at <a href="/docs/openapi.yaml">/docs/openapi.yaml</a>.</noscript></main></body>
</html>
`;

export function createDocs(contract: Contract) {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve('swagger-ui-dist/package.json'));

  /** @param name what follows /docs/, empty for the page. @returns false when there is no such file. */
  return function sendDocs(ctx: Context, name: string): boolean {
    const file = bodyOf(name);
    if (!file) return false;
    ctx.set('Content-Security-Policy', POLICY);
    ctx.set('Cache-Control', 'no-cache');
    ctx.type = file.type;
    ctx.body = file.body;
    return true;
  };

  function bodyOf(name: string): { type: string; body: string | Buffer } | undefined {
    switch (name) {
      case '':
        return { type: 'text/html', body: PAGE };
      case 'openapi.yaml':
        return { type: 'application/yaml', body: contract.documents[0]?.text ?? '' };
      case 'start.js':
        return { type: 'text/javascript', body: START };
      case 'swagger-ui.css':
      case 'swagger-ui-bundle.js':
        return { type: FILES[name], body: readFileSync(path.join(folder, name)) };
      default:
        return undefined;
    }
  }
}
