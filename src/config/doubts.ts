/**
 * What is valid and probably wrong, most of it in production. A doubt never keeps the service from starting:
 * `mon-compte-identity config check` tells it, with its remedy.
 */
import type { Checked, Doubt } from './doubt.ts';
import { findEnvironmentDoubts } from './environment-doubts.ts';
import { type SettingValues, settings } from './settings.ts';

interface Rule extends Doubt {
  readonly when: (checked: Checked) => boolean;
}

const rules: readonly Rule[] = [
  {
    variable: 'ISSUER',
    when: ({ production, values }) => production && isLocal(values.issuer),
    says: 'the public address is on localhost',
    remedy: 'Give the https address at which browsers and relying parties reach the service.',
  },
  {
    variable: 'HOME_URL',
    when: ({ production, values }) => production && isLocal(values.ui.homeUrl),
    says: 'a lost person is led to localhost',
    remedy: 'Give the address of the portal.',
  },
  {
    variable: 'UI_URL',
    when: ({ production, values }) => production && isLocal(values.ui.url),
    says: 'the front end is on localhost',
    remedy: 'Give its https address, or nothing for the screens of the service.',
  },
  {
    variable: 'CLIENTS_FILE',
    when: ({ production, values }) => production && values.clients.file === settings.clients.file.default,
    says: 'the relying parties are those of the demo, on localhost',
    remedy: 'Write a file of your own (docs/operations.md, « The clients file ») and name it.',
  },
  {
    variable: 'TRUSTED_PROXIES',
    when: ({ production, values }) => production && values.proxies.trusted.length === 0,
    says: 'behind a proxy all people count as one client address, and soon reach its limits together',
    remedy: 'Give the ranges of your proxies, such as 10.0.0.0/8.',
  },
  {
    variable: 'TRUSTED_PROXIES',
    when: ({ values }) => values.proxies.trusted.some((range) => range.endsWith('/0')),
    says: 'every address is believed to be a proxy: anybody writes their own client address',
    remedy: 'Give the ranges of your proxies alone.',
  },
  {
    variable: 'LOG_LEVEL',
    when: ({ production, values }) => production && values.log.level === 'debug',
    says: 'debug writes more lines than production needs',
    remedy: 'Set info.',
  },
  {
    variable: 'LOG_LEVEL',
    when: ({ production, values }) => production && values.log.level === 'silent',
    says: 'silent leaves no trace of what goes wrong',
    remedy: 'Set info.',
  },
  {
    variable: 'PASSWORD_MINIMUM_BITS',
    when: ({ production, values }) => production && values.passwords.minimumBits < 50,
    says: 'below the 50 bits that the CNIL recommends for a password with a limit of tries',
    remedy: 'Set 50 or more.',
  },
  {
    variable: 'ARGON2_MEMORY_KIB',
    when: ({ production, values: { passwords } }) =>
      production && passwords.memoryKiB * passwords.iterations < 19456 * 2,
    says: 'with ARGON2_ITERATIONS, less work than 19456 KiB and 2 passes: a stolen hash is cheaper to guess',
    remedy: 'Raise one of the two; existing hashes follow at the next sign-in.',
  },
  {
    variable: 'COOKIE_KEYS',
    when: ({ production, values }) => production && values.secrets.cookieKeys.length === 1,
    says: 'one key: while it is replaced, processes with the old list refuse the cookies of those with the new one',
    remedy: 'Add a second key behind it on every process; a rotation then moves it in front.',
  },
  {
    variable: 'SIGNING_KEYS',
    when: ({ values }) => !signsWith(values, 'ES256'),
    says: 'no ES256 key, which signs ID tokens: relying parties get none',
    remedy: 'Add one: `mon-compte-identity secrets` prints a set with both.',
  },
  {
    variable: 'SIGNING_KEYS',
    when: ({ production, values }) => production && !signsWith(values, 'RS256'),
    says: 'no RS256 key, which OpenID Connect Core §15.1 asks of every provider',
    remedy: 'Add one: `mon-compte-identity secrets` prints a set with both.',
  },
  {
    variable: 'KANNEL_REPORT_URL',
    when: ({ values }) => asksForReports(values) && values.admin.port === 0,
    says: 'delivery reports are asked for, and the admin listener that receives them is closed',
    remedy: 'Set ADMIN_PORT, and ADMIN_HOST where Kannel is on another machine; or ask for no reports.',
  },
  {
    variable: 'KANNEL_REPORT_URL',
    when: ({ values }) => asksForReports(values) && !URL.parse(values.messages.kannel.reportUrl)?.password,
    says: 'without credentials in the address no report is believed',
    remedy: 'Write it as https://kannel:<password>@<host>/messages/report.',
  },
  {
    variable: 'SESSION_IDLE_SECONDS',
    when: ({ values: { times } }) => times.sessionIdleSeconds > times.sessionMaximumSeconds,
    says: 'longer than SESSION_MAXIMUM_SECONDS: no session ever ends for being idle',
    remedy: 'Lower it, or raise the maximum.',
  },
  {
    variable: 'INTERACTION_IDLE_SECONDS',
    when: ({ values: { times } }) => times.interactionIdleSeconds > times.interactionMaximumSeconds,
    says: 'longer than INTERACTION_MAXIMUM_SECONDS: no interaction ever ends for being idle',
    remedy: 'Lower it, or raise the maximum.',
  },
];

/** @param faults what is at fault is not doubted as well: it was not read. */
export function findDoubts(checked: Checked, faults: readonly string[]): readonly Doubt[] {
  const isAtFault = (variable: string) => faults.some((fault) => new RegExp(`\\b${variable}(_FILE)?\\b`).test(fault));
  return [
    ...rules.filter(({ variable, when }) => !isAtFault(variable) && when(checked)),
    ...findGatewayDoubts(checked),
    ...findEnvironmentDoubts(checked),
  ].map(({ variable, says, remedy }) => ({ variable, says, remedy }));
}

/** Of the chosen gateways, whichever they are. */
function findGatewayDoubts({ production, values }: Checked): readonly Doubt[] {
  if (!production) return [];
  const chosen = [
    { choice: settings.messages.sms, ...values.messages.sms },
    { choice: settings.messages.mail, ...values.messages.mail },
    { choice: settings.captcha.provider, ...values.captcha.provider },
  ];
  return chosen.flatMap(({ choice, name, settings: own }) => {
    const gateway = choice.gateways[name];
    const others = Object.keys(choice.gateways).filter((other) => !choice.gateways[other]?.forTrials);
    const trial = {
      variable: choice.variable,
      says: `${name} is for trials: nothing reaches anybody`,
      remedy: `Choose ${others.join(' or ')}, with its settings and secrets (docs/configuration.md).`,
    };
    const inClear = Object.entries(gateway?.settings ?? {})
      .filter(([key, { kind }]) => kind === 'address' && isInClear(String(own[key])))
      .map(([, { variable }]) => ({
        variable,
        says: 'neither https nor on this machine: credentials and what is sent cross the network in clear',
        remedy: 'Give an https address, or keep that network closed to everybody else.',
      }));
    return [...(gateway?.forTrials ? [trial] : []), ...inClear];
  });
}

function isLocal(address: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(URL.parse(address)?.hostname ?? '');
}

function isInClear(address: string): boolean {
  return address.startsWith('http:') && !isLocal(address);
}

/** A key without `alg` signs with what its type gives: an elliptic curve ES256, RSA RS256. */
function signsWith({ secrets }: SettingValues, algorithm: 'ES256' | 'RS256'): boolean {
  const type = algorithm === 'ES256' ? 'EC' : 'RSA';
  return secrets.signingKeys.keys.some(({ kty, alg = algorithm }) => kty === type && alg === algorithm);
}

function asksForReports({ messages }: SettingValues): boolean {
  return messages.sms.name === 'kannel' && messages.kannel.reportUrl !== '';
}
