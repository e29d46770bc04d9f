/**
 * `npm run docs`: docs/errors.md, docs/configuration.md, docs/audit-events.md and config/default.yaml from the code that they describe, and
 * the types of the contract from its documents. With `--check` nothing is written: stale files are named and the exit code is 1.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorStatus, fieldErrorCodes } from '../src/errors.ts';
import { projectRoot } from '../src/project-root.ts';
import { type Catalogue, loadCatalogues } from '../src/screens/catalogue.ts';
import { auditEventsPage } from './audit-events-page.ts';
import { configurationPage } from './configuration-page.ts';
import { generateContractTypes } from './contract-types.ts';
import { defaultYaml } from './default-yaml.ts';
import { page, table } from './markdown.ts';
import { withSurvivors } from './survivors-table.ts';

/** @returns path from the root of the project → content. */
export function generateDocs(): Record<string, string> {
  return {
    'config/default.yaml': defaultYaml(),
    'docs/audit-events.md': auditEventsPage(),
    'docs/configuration.md': configurationPage(),
    'docs/errors.md': errorsPage(),
    'docs/testing.md': withSurvivors(read('docs/testing.md')),
    ...generateContractTypes(),
  };
}

/** The generated files that are not what they should be. */
export function findStaleDocs(): readonly string[] {
  return Object.entries(generateDocs())
    .filter(([file, content]) => !existsSync(path.join(projectRoot, file)) || read(file) !== content)
    .map(([file]) => file);
}

function errorsPage(): string {
  const { en, fr } = loadCatalogues();
  const errors = Object.entries(errorStatus).map(([code, status]) => [
    anchored(code),
    status,
    both(`errors.${code}.title`, en, fr),
    both(`errors.${code}.detail`, en, fr),
  ]);
  const fields = fieldErrorCodes.map((code) => [anchored(code), both(`fields.${code}`, en, fr)]);
  return page([
    '# Error codes',
    `In JSON, every refusal of ours is a problem document (RFC 9457, \`application/problem+json\`) with a stable \`code\`; a screen
shows the same words. The list is closed: \`src/errors.ts\` holds it, and the words stand in \`config/en.yaml\` and
\`config/fr.yaml\`. The service shows the same codes at \`/docs/errors\`, and the \`type\` of each problem leads there. Errors of the protocol endpoints
(\`/token\`, \`/userinfo\`…) have the codes of OAuth 2.0 and OpenID Connect instead, such as \`invalid_grant\`.`,
    '`{delay}` is the time to wait; it is also in `retryAfterSeconds` and in the header `Retry-After`.',
    '## Codes',
    table(['code', 'HTTP', 'title', 'detail'], errors),
    '## Codes of a field',
    'In the member `errors` of a `validation_failed`: `field`, `code` and `detail`, one object for each fault.',
    table(['code', 'detail'], fields),
  ]);
}

/** The anchor is what `type` of a problem names. */
function anchored(code: string): string {
  return `<a id="${code}"></a>\`${code}\``;
}

function both(key: string, en: Catalogue, fr: Catalogue): string {
  return `${en.text(key)}<br>${fr.text(key)}`;
}

function read(file: string): string {
  return readFileSync(path.join(projectRoot, file), 'utf8');
}

function run(): void {
  if (process.argv.includes('--check')) {
    const stale = findStaleDocs();
    for (const file of stale) console.error(`${file} is stale: run npm run docs`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  for (const [file, content] of Object.entries(generateDocs())) writeFileSync(path.join(projectRoot, file), content);
}

if (import.meta.main) run();
