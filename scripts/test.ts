/**
 * `npm test`: provides what the tests need (a real redis-server and Chromium, from Debian where they are absent), then
 * runs every check in turn, each with its time. `npm run test:unit` runs the rules and the adapters without a server.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const bin = (name: string) => path.join(root, 'node_modules/.bin', name);

interface Need {
  readonly what: string;
  readonly packageName: string;
  readonly present: () => boolean;
}

const needs: readonly Need[] = [
  {
    what: 'redis-server',
    packageName: 'redis-server',
    present: () => spawnSync('redis-server', ['--version']).status === 0,
  },
  {
    what: 'Kannel',
    packageName: 'kannel',
    present: () => existsSync('/usr/sbin/bearerbox'),
  },
  {
    what: "Kannel's test network",
    packageName: 'kannel-extras',
    present: () => existsSync('/usr/lib/kannel/test/fakesmsc'),
  },
  { what: 'openssl', packageName: 'openssl', present: () => spawnSync('openssl', ['version']).status === 0 },
  {
    what: 'Chromium',
    packageName: 'chromium',
    present: () =>
      [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(
        (file) => file && existsSync(file),
      ),
  },
];

/** What needs no server: the rules, the import rule, and the adapters that live in this process. */
const UNIT = [
  'test/domain/**/*.test.ts',
  'test/architecture.test.ts',
  'test/adapters/{argon2,catalogue,config,logger,vault}.test.ts',
];

const unit = process.argv[2] === 'unit';
if (!unit) provide();
const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = unit
  ? [['unit tests', bin('mocha'), ...filesOf(UNIT)]]
  : [
      ['types', bin('tsc'), '--noEmit', '-p', 'tsconfig.json'],
      ['lint', bin('biome'), 'check', '--error-on-warnings', '.'],
      ['contract', bin('redocly'), 'lint', ...filesOf(['docs/openapi*.yaml'])],
      ['generated documents', process.execPath, 'scripts/generate-docs.ts', '--check'],
      ['tests', bin('mocha'), ...filesOf(['test/**/*.test.ts'])],
    ];
for (const [name, command, ...args] of steps) await run(name, command, args);

/** Installs what is missing, when that is possible here; else says what to install. */
function provide(): void {
  const missing = needs.filter(({ present }) => !present());
  if (missing.length === 0) return;
  const packages = missing.map(({ packageName }) => packageName);
  const names = missing.map(({ what }) => what).join(' and ');
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    console.log(`▸ installing ${packages.join(', ')} from Debian`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit', env });
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { stdio: 'inherit', env });
  }
  const still = needs.filter(({ present }) => !present());
  if (still.length === 0) return;
  console.error(
    `The tests need ${names}. On Debian: apt-get install ${packages.join(' ')}. For another Chromium, set CHROMIUM.`,
  );
  process.exit(1);
}

async function run(name: string, command: string, args: readonly string[]): Promise<void> {
  console.log(`\n▸ ${name}`);
  const startedAt = Date.now();
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
  console.log(`  ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  if (code !== 0) process.exit(code);
}

function filesOf(patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
}
