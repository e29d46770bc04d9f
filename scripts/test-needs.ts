/** The programs that the tests drive, and where they come from. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

interface Need {
  readonly what: string;
  readonly packageName: string;
  readonly present: () => boolean;
  /** What does as well, more slowly, where nothing can be installed. */
  readonly instead?: () => boolean;
}

const someFile = (...files: readonly (string | undefined)[]) => files.some((file) => file && existsSync(file));

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
    what: 'Apache',
    packageName: 'apache2-bin',
    present: () => existsSync('/usr/sbin/apache2'),
  },
  {
    what: 'mod_auth_openidc',
    packageName: 'libapache2-mod-auth-openidc',
    present: () => existsSync('/usr/lib/apache2/modules/mod_auth_openidc.so'),
  },
  {
    what: 'Chromium',
    packageName: 'chromium-headless-shell',
    present: () => someFile(process.env.CHROMIUM, '/usr/lib/chromium/chromium-headless-shell'),
    instead: () => someFile('/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'),
  },
];

/** Installs what is missing, when that is possible here; else says what to install, and ends the run. */
export function provideNeeds(): void {
  const missing = needs.filter(({ present }) => !present());
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) install(missing);
  const still = needs.filter(({ present, instead }) => !present() && !instead?.());
  if (still.length === 0) return;
  const names = still.map(({ what }) => what).join(' and ');
  const packages = still.map(({ packageName }) => packageName).join(' ');
  console.error(`The tests need ${names}. On Debian: apt-get install ${packages}. For another Chromium, set CHROMIUM.`);
  process.exit(1);
}

/** One after the other: a package that is not to be had keeps none of the others away. */
function install(missing: readonly Need[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit', env });
  for (const { packageName } of missing) {
    console.log(`▸ installing ${packageName} from Debian`);
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', packageName], { stdio: 'inherit', env });
  }
}
