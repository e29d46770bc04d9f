/** The programs that the tests drive, and where they come from. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

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
    packageName: 'chromium',
    present: () =>
      [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(
        (file) => file && existsSync(file),
      ),
  },
];

/** Installs what is missing, when that is possible here; else says what to install, and ends the run. */
export function provideNeeds(): void {
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
