/** Each port that keeps something has a suite, which asks for every operation of it, and every backend runs it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../src/project-root.ts';

const readText = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');

/** By what `Ports` calls them, and those that ports are made of: the interface, its file, its suites. */
const KEEPING: Readonly<Record<string, readonly [name: string, file: string, ...suites: string[]]>> = {
  accounts: ['Accounts', 'accounts', 'accounts', 'password-changes', 'recoverable-accounts'],
  audit: ['AuditLog', 'audit-log', 'audit-log'],
  clients: ['Clients', 'clients', 'clients'],
  protocolStore: ['ProtocolStore', 'protocol-store', 'protocol-store'],
  flowStates: ['FlowStates', 'flow-states', 'flow-states'],
  upstreamReturns: ['UpstreamReturns', 'upstream-returns', 'upstream-returns'],
  rememberedIdentifiers: ['RememberedIdentifiers', 'remembered-identifiers', 'remembered-identifiers'],
  knownBrowsers: ['KnownBrowsers', 'known-browsers', 'known-browsers'],
  rateLimiter: ['RateLimiter', 'throttles', 'rate-limiter'],
  attempts: ['AttemptCounter', 'throttles', 'attempts'],
  captcha: ['Captcha', 'captcha', 'captcha'],
  'the challenges of captchas': ['CaptchaChallenges', 'captcha-challenges', 'captcha-challenges'],
  verificationCodes: ['VerificationCodes', 'verification-codes', 'verification-codes'],
  tallies: ['Tallies', 'tallies', 'tallies'],
  'the key-value port': ['KeyValueStore', 'key-value-store', 'key-value'],
};

/** They keep nothing between two calls, or one backend alone keeps it: where their tests stand. */
const OTHERS: Readonly<Record<string, string>> = {
  signingKeys: 'test/adapters/signing-key.test.ts',
  passwords: 'test/adapters/argon2.test.ts',
  commonWords: 'test/adapters/argon2.test.ts',
  vault: 'test/adapters/vault.test.ts',
  jobs: 'test/adapters/postgres/jobs.test.ts',
  phoneNumbers: 'test/adapters/phone-numbers.test.ts',
  referenceData: 'test/adapters/reference-data.test.ts',
  clock: 'test/adapters/system.test.ts',
  random: 'test/adapters/system.test.ts',
  log: 'test/adapters/logger.test.ts',
  metrics: 'test/health',
  health: 'test/health',
};

/** Of no port: what adapters of a folder share. */
const SHARED = new Set(['bounded-map', 'connection', 'faults', 'sealed-records']);

const adaptersOf = (folder: string) =>
  readdirSync(path.join(projectRoot, 'src/adapters', folder))
    .map((file) => path.basename(file, '.ts'))
    .filter((name) => !SHARED.has(name));

/** The operations of an interface, as its file writes them. */
function operationsOf(name: string, file: string): readonly string[] {
  const text = readText(`src/ports/${file}.ts`);
  const body = new RegExp(`export interface ${name}(?:<\\w+>)? \\{\\n([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(\w+)(?:<[^(]*>)?\(/gm)].map(([, operation = '']) => operation);
}

describe('the ports', () => {
  it('each have a suite, or their tests elsewhere', () => {
    const ports = [...readText('src/ports/ports.ts').matchAll(/^ {2}readonly (\w+):/gm)].map(([, port]) => port);
    assert.ok(ports.length > 20);
    const known = [...Object.keys(KEEPING).filter((port) => !port.includes(' ')), ...Object.keys(OTHERS)];
    assert.deepEqual(known.toSorted(), ports.toSorted());
    for (const place of Object.values(OTHERS)) assert.ok(existsSync(path.join(projectRoot, place)), place);
  });

  for (const [port, [name, file, ...suites]] of Object.entries(KEEPING))
    it(`of which ${port} keeps something are asked by their suite for every operation, also of a store that is away`, () => {
      const operations = operationsOf(name, file);
      assert.ok(operations.length > 0, `${name} of src/ports/${file}.ts`);
      const texts = suites.map((suite) => readText(`test/contracts/${suite}.ts`));
      const [there, away] = [texts.map(whereThere).join('\n'), texts.map(whereAway).join('\n')];
      const isAsked = (text: string, operation: string) => new RegExp(`\\.${operation}\\(`).test(text);
      assert.deepEqual(
        operations.filter((operation) => !isAsked(there, operation)),
        [],
      );
      if (port !== 'captcha')
        assert.deepEqual(
          operations.filter((operation) => !isAsked(away, operation)),
          [],
        );
    });

  for (const folder of ['memory', 'redis', 'sealed'])
    it(`have every backend of adapters/${folder} run its suite`, () => {
      const adapters = adaptersOf(folder);
      assert.ok(adapters.length >= 5);
      for (const adapter of adapters) {
        const run = readText(`test/contracts/${adapter}.test.ts`);
        assert.match(run, new RegExp(`from './${adapter}\\.ts'`), `${adapter} has a suite`);
        const isOpened = run.includes(`src/adapters/${folder}/${adapter}.ts`) || adapter === 'captcha-challenges';
        assert.ok(isOpened, `${folder}/${adapter} runs it`);
        if (folder === 'sealed')
          for (const on of ['onMemory(', 'onRedisKeyValue(']) assert.ok(run.includes(on), adapter);
      }
    });
});

/** A suite ends with what it asks of a store that is away. */
const AWAY = /\n {2}if \(away\)|say store_unavailable when the register is away/;

function whereThere(suite: string): string {
  return suite.split(AWAY)[0] ?? '';
}

function whereAway(suite: string): string {
  return suite.split(AWAY).slice(1).join('\n');
}
