/**
 * The rules: each is one definition, with what it says, its remedy and its weight. `mon-compte-identity config check`
 * prints what they find; the service refuses to start with the same words.
 */
import path from 'node:path';
import { signsWith } from '../adapters/signing-key.ts';
import { projectRoot } from '../project-root.ts';
import { anyOf } from '../setting.ts';
import { isOnThisMachine } from '../web-address.ts';
import { findClientFindings } from './client-findings.ts';
import { isUnknownMode, MODES } from './environment.ts';
import type { Checked, Finding } from './finding.ts';
import { findGatewayFindings } from './gateway-findings.ts';
import { findKeyFindings } from './key-findings.ts';
import { type SettingValues, settings } from './settings.ts';
import { trustsTheWorld } from './trusted-proxies.ts';

interface Rule extends Finding {
  readonly when: (checked: Checked) => boolean;
}

const rules: readonly Rule[] = [
  {
    weight: 'fault',
    variable: 'NODE_ENV',
    when: ({ env }) => isUnknownMode(env),
    says: 'no mode that the service knows: nothing that production asks for would be asked for',
    remedy: `Set ${anyOf(MODES)}, letter for letter, or leave it out.`,
  },
  {
    weight: 'trial',
    variable: 'ISSUER',
    when: ({ production, values }) => production && isOnThisMachine(values.issuer),
    says: 'the public address is on localhost',
    remedy: 'Give the https address at which browsers and relying parties reach the service.',
  },
  {
    weight: 'trial',
    variable: 'HOME_URL',
    when: ({ production, values }) => production && isOnThisMachine(values.ui.homeUrl),
    says: 'a lost person is led to localhost',
    remedy: 'Give the address of the portal.',
  },
  {
    weight: 'trial',
    variable: 'UI_URL',
    when: ({ production, values }) => production && isOnThisMachine(values.ui.url),
    says: 'the front end is on localhost',
    remedy: 'Give its https address, or nothing for the screens of the service.',
  },
  {
    weight: 'trial',
    variable: 'CLIENTS_FILE',
    when: (checked) => checked.production && hasDemoClients(checked),
    says: 'the relying parties are those of the demo, on localhost',
    remedy: 'Write a file of your own (docs/operations.md, « The clients file ») and name it.',
  },
  {
    weight: 'doubt',
    variable: 'TRUSTED_PROXIES',
    when: ({ production, values }) => production && values.proxies.trusted.length === 0,
    says: 'behind a proxy all people count as one client address, and soon reach its limits together',
    remedy: 'Give the ranges of your proxies, such as 10.0.0.0/8.',
  },
  {
    weight: 'trial',
    variable: 'TRUSTED_PROXIES',
    when: ({ values }) => trustsTheWorld(values.proxies.trusted),
    says: 'with all its ranges, strangers are believed to be proxies: they write their own client address',
    remedy:
      'Give the ranges of your proxies alone: less than a /10 of IPv4 and a /24 of IPv6 outside private networks.',
  },
  {
    weight: 'doubt',
    variable: 'LOG_LEVEL',
    when: ({ production, values }) => production && values.log.level === 'debug',
    says: 'debug writes more lines than production needs',
    remedy: 'Set info.',
  },
  {
    weight: 'doubt',
    variable: 'LOG_LEVEL',
    when: ({ production, values }) => production && values.log.level === 'silent',
    says: 'silent leaves no trace of what goes wrong',
    remedy: 'Set info.',
  },
  {
    weight: 'doubt',
    variable: 'THROTTLES_OBSERVED',
    when: ({ production, values }) => production && values.throttles.observed.length > 0,
    says: 'what it names refuses nothing: guessing and flooding are reported, and not stopped',
    remedy: 'Leave it empty once the limits are known to fit.',
  },
  {
    weight: 'doubt',
    variable: 'PASSWORD_MINIMUM_BITS',
    when: ({ production, values }) => production && values.passwords.minimumBits < 50,
    says: 'below the 50 bits that the CNIL recommends for a password with a limit of tries',
    remedy: 'Set 50 or more.',
  },
  {
    weight: 'doubt',
    variable: 'ARGON2_MEMORY_KIB',
    when: ({ production, values: { passwords } }) =>
      production && passwords.memoryKiB * passwords.iterations < 19456 * 2,
    says: 'with ARGON2_ITERATIONS, less work than 19456 KiB and 2 passes: a stolen hash is cheaper to guess',
    remedy: 'Raise one of the two; existing hashes follow at the next sign-in.',
  },
  {
    weight: 'doubt',
    variable: 'COOKIE_KEYS',
    when: ({ production, values }) => production && values.secrets.cookieKeys.length === 1,
    says: 'one key: while it is replaced, processes with the old list refuse the cookies of those with the new one',
    remedy: 'Add a second key behind it on every process; a rotation then moves it in front.',
  },
  {
    weight: 'fault',
    variable: 'SIGNING_KEYS',
    when: ({ values }) => !values.secrets.signingKeys.keys.some((key) => signsWith(key, 'ES256')),
    says: 'no ES256 key, which signs ID tokens: relying parties get none',
    remedy: 'Add one: `mon-compte-identity secrets` prints a set with both.',
  },
  {
    weight: 'fault',
    variable: 'SIGNING_KEYS',
    when: ({ values }) => !values.secrets.signingKeys.keys.some((key) => signsWith(key, 'RS256')),
    says: 'no RS256 key, which OpenID Connect Core §15.1 asks of every provider',
    remedy: 'Add one: `mon-compte-identity secrets` prints a set with both.',
  },
  {
    weight: 'fault',
    variable: 'ADMIN_PORT',
    when: ({ values }) => meet(values.listen, values.admin),
    says: 'the port of the public listener (PORT): both cannot listen there',
    remedy: 'Choose another, or 0 to keep the admin listener closed.',
  },
  {
    weight: 'doubt',
    variable: 'KANNEL_REPORT_URL',
    when: ({ values }) => asksForReports(values) && values.admin.port === 0,
    says: 'delivery reports are asked for, and the admin listener that receives them is closed',
    remedy: 'Set ADMIN_PORT, and ADMIN_HOST where Kannel is on another machine; or ask for no reports.',
  },
  {
    weight: 'doubt',
    variable: 'KANNEL_REPORT_URL',
    when: ({ values }) => asksForReports(values) && !URL.parse(values.messages.kannel.reportUrl)?.password,
    says: 'without credentials in the address no report is believed',
    remedy: 'Write it as https://kannel:<password>@<host>/messages/report.',
  },
  {
    weight: 'doubt',
    variable: 'CAPTCHA_PROVIDER',
    when: ({ production, values }) => production && values.captcha.provider.name === 'own',
    says: 'our own captcha is for trials and small agencies: scripts trained for it read its sound',
    remedy: 'Choose captchetat (CaptchEtat, the captcha of the State), with its settings and secrets.',
  },
  {
    weight: 'doubt',
    variable: 'CAF_TELEPHONE',
    when: ({ production, values: { ui } }) => production && ui.caf.telephone === '' && ui.caf.address === '',
    says: 'people are told to contact their Caf, and by no way: neither CAF_TELEPHONE nor CAF_ADDRESS is given',
    remedy: 'Give the number and the address that your people reach.',
  },
  {
    weight: 'doubt',
    variable: 'SESSION_IDLE_SECONDS',
    when: ({ values: { times } }) => times.sessionIdleSeconds > times.sessionMaximumSeconds,
    says: 'longer than SESSION_MAXIMUM_SECONDS: no session ever ends for being idle',
    remedy: 'Lower it, or raise the maximum.',
  },
  {
    weight: 'doubt',
    variable: 'INTERACTION_IDLE_SECONDS',
    when: ({ values: { times } }) => times.interactionIdleSeconds > times.interactionMaximumSeconds,
    says: 'longer than INTERACTION_MAXIMUM_SECONDS: no interaction ever ends for being idle',
    remedy: 'Lower it, or raise the maximum.',
  },
  {
    weight: 'doubt',
    variable: 'INTERACTION_RESTART_SECONDS',
    when: ({ values: { times } }) => times.interactionRestartSeconds <= times.interactionMaximumSeconds,
    says: 'not longer than INTERACTION_MAXIMUM_SECONDS: whoever took too long loses what they typed',
    remedy: 'Raise it.',
  },
];

/** @param faults what is at fault was not read: nothing more is said of it. */
export function findFindings(checked: Checked, faults: readonly string[]): readonly Finding[] {
  const isAtFault = (variable: string) => faults.some((fault) => new RegExp(`\\b${variable}(_FILE)?\\b`).test(fault));
  return [
    ...rules
      .filter(({ variable, when }) => !isAtFault(variable) && when(checked))
      .map(({ when: _, ...found }) => found),
    ...findPagesOnLocalhost(checked),
    ...findGatewayFindings(checked),
    ...findKeyFindings(checked),
    ...findClientFindings(checked.clients, checked.production),
  ];
}

/** Of the pages that replace ours. */
function findPagesOnLocalhost({ production, values }: Checked): readonly Finding[] {
  const addresses = new Map(Object.entries(values.ui.pages));
  return Object.entries(settings.ui.pages)
    .filter(([name]) => production && isOnThisMachine(addresses.get(name) ?? ''))
    .map(([, { variable }]) => ({
      variable,
      says: 'the page is on localhost',
      remedy: 'Give its https address, or nothing for the page of the service.',
      weight: 'trial',
    }));
}

type Place = Pick<SettingValues['listen'], 'host' | 'port'>;

/** Port 0 is another each time. An address of all addresses is that of the other, too. */
function meet(one: Place, other: Place): boolean {
  const isAll = ({ host }: Place) => host === '0.0.0.0' || host === '::';
  return one.port !== 0 && one.port === other.port && (one.host === other.host || isAll(one) || isAll(other));
}

/** The committed file; one of the operator's own may stand in its place, and then leads nobody to localhost. */
function hasDemoClients({ values, clients }: Checked): boolean {
  const isItsPlace =
    path.resolve(projectRoot, values.clients.file) === path.resolve(projectRoot, settings.clients.file.default);
  return isItsPlace && clients.some(({ homeUrl }) => isOnThisMachine(homeUrl));
}

function asksForReports({ messages }: SettingValues): boolean {
  return messages.sms.name === 'kannel' && messages.kannel.reportUrl !== '';
}
