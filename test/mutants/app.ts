/** Wrong versions of the wiring: which policy, setting, key and clock is given to which, and in which order things start and stop. */
import type { WrongVersion } from './wrong-version.ts';

const wiring = (name: string) => `src/app/${name}.ts`;

const HEALTH = ['test/app/health-checks.test.ts', 'test/health/health.test.ts'];
const POLICIES = ['test/app/policies.test.ts'];
const MESSAGE_THROTTLES = ['test/app/message-throttles.test.ts'];
const PORTS = ['test/contracts/wired-ports.test.ts'];
const CODE_USE = ['test/stories/code-use.test.ts'];
const LISTENER = ['test/app/listener.test.ts'];
const FAILURES = ['test/app/start-failures.test.ts'];
const STOP = ['test/app/stop-times.test.ts'];
const START = ['test/adapters/migrations.test.ts'];
const KEYS = ['test/adapters/postgres/key-register.test.ts'];
const JOBS = ['test/jobs/wired-jobs.test.ts'];
const TRIAL = ['test/http/trial.test.ts'];
const CAPTCHA_LINE = ['test/http/own-captcha-line.test.ts'];
const REBUILD = ['test/oidc/changed-clients-and-keys.test.ts'];

const policies: readonly WrongVersion[] = [
  {
    file: wiring('create-stories'),
    from: 'firstLockAtFailure: throttles.lockFromFailure',
    to: 'firstLockAtFailure: throttles.lockAttemptsPerDay',
    says: 'An account locks after as many failures as a day allows.',
    tests: POLICIES,
  },
  {
    file: wiring('create-stories'),
    from: 'maximumLockSeconds: throttles.lockMaximumSeconds',
    to: 'maximumLockSeconds: throttles.lockForgetSeconds',
    says: 'The longest lock lasts a day.',
    tests: POLICIES,
  },
  {
    file: wiring('create-stories'),
    from: 'sharedAddressFactor: proxies.sharedFactor',
    to: 'sharedAddressFactor: 1',
    says: 'A hall of many people has the limit of one address.',
    tests: POLICIES,
  },
  {
    file: wiring('message-throttles'),
    from: 'limit: perContactPointPerDay, windowSeconds: 24 * HOUR',
    to: 'limit: perContactPointPerDay, windowSeconds: HOUR',
    says: 'What may leave in a day may leave in each hour.',
    tests: MESSAGE_THROTTLES,
  },
  {
    file: wiring('message-throttles'),
    from: 'notice: budget(perHour.notice)',
    to: 'notice: budget(perHour.recoveryCode)',
    says: 'Requests of codes starve notices.',
    tests: MESSAGE_THROTTLES,
  },
  {
    file: wiring('message-throttles'),
    from: 'limit: countries.perHour, windowSeconds: HOUR',
    to: 'limit: countries.perHour, windowSeconds: 60',
    says: 'The budget of a country is spent each minute.',
    tests: MESSAGE_THROTTLES,
  },
  {
    file: wiring('message-throttles'),
    from: 'countries: countries.capped && {',
    to: 'countries: {',
    says: 'The cap of countries cannot be turned off.',
    tests: MESSAGE_THROTTLES,
  },
  {
    file: wiring('ports'),
    from: 'limit: config.throttles.captchasPerHour, windowSeconds: 3600',
    to: 'limit: config.throttles.captchasPerHour, windowSeconds: 60',
    says: 'The captchas of an hour are made each minute.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: '=> throttle(captchas, clientAddress)',
    to: '=> Promise.resolve(clientAddress && undefined)',
    says: 'Captchas are made without end.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'createClientAddressThrottle({ rateLimiter, vault }, config.proxies.sharedFactor)',
    to: 'createClientAddressThrottle({ rateLimiter, vault }, 1)',
    says: 'A hall of many people has the captchas of one address.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'observed: config.throttles.observed',
    to: 'observed: []',
    says: 'A throttle that is to be observed refuses people.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'watchAttempts(redis ? createRedisAttempts(redis) : createMemoryAttempts(clock), watch)',
    to: '(redis ? createRedisAttempts(redis) : createMemoryAttempts(clock))',
    says: 'The lock cannot be observed.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'createAccounts(database, vault, clock)',
    to: 'createAccounts(database, vault, systemClock)',
    says: 'Sessions end by another clock than the one by which they begin.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'codes.lifeSeconds + times.interactionRestartSeconds',
    to: 'codes.lifeSeconds',
    says: 'A code that is made late can be guessed at twice as often.',
    tests: PORTS,
  },
  {
    file: wiring('code-use'),
    from: 'const from = ago(HOUR + codes.lifeSeconds);',
    to: 'const from = ago(HOUR);',
    says: 'Codes of the last minutes of an hour are not counted.',
    tests: CODE_USE,
  },
  {
    file: wiring('code-use'),
    from: "'codes-sent', from, ago(codes.lifeSeconds))",
    to: "'codes-sent', from, now)",
    says: 'A code that was sent a minute ago counts for unused.',
    tests: CODE_USE,
  },
  {
    file: wiring('code-use'),
    from: 'sent < codes.alarmFromSent',
    to: 'sent <= codes.alarmFromSent',
    says: 'The alarm begins one code late.',
    tests: CODE_USE,
  },
  {
    file: wiring('code-use'),
    from: "if (!(await ports.rateLimiter.count(policy, 'all')).allowed) return false;",
    to: '',
    says: 'Each process alarms each minute.',
    tests: CODE_USE,
  },
  {
    file: wiring('code-use'),
    from: 'if (check.subject === undefined) return check;',
    to: '',
    says: 'Wrong codes count for used ones, and no alarm is ever raised.',
    tests: [...CODE_USE, ...PORTS],
  },
  {
    file: wiring('code-use'),
    from: 'look, 60_000)',
    to: 'look, 3_600_000)',
    says: 'Hardly used codes are told of after an hour more.',
    tests: CODE_USE,
  },
];

const starts: readonly WrongVersion[] = [
  {
    file: wiring('create-app'),
    from: 'await checkSchema(database, config.databaseUrl);',
    to: '',
    says: 'The service starts on a schema that is behind.',
    tests: START,
  },
  {
    file: wiring('create-app'),
    from: 'await explainingPostgres(config.databaseUrl, () => checkKeys(database, config));',
    to: '',
    says: 'The service starts with keys that its database was not filled with.',
    tests: KEYS,
  },
  {
    file: wiring('create-app'),
    from: '    await close(database, redis);\n    throw error;',
    to: '    throw error;',
    says: 'A start that failed keeps its connections.',
    tests: START,
  },
  {
    file: wiring('create-app'),
    from: "if (config.production && config.captcha.provider.name === 'own')",
    to: "if (config.captcha.provider.name === 'own')",
    says: 'A trial is told that its captcha is for trials.',
    tests: CAPTCHA_LINE,
  },
  {
    file: wiring('create-app'),
    from: 'if (config.trial)',
    to: 'if (!config.trial)',
    says: 'A trial says nothing of what it permits.',
    tests: TRIAL,
  },
  {
    file: wiring('check-keys'),
    from: 'used: at === 0',
    to: 'used: at >= 0',
    says: 'A key that only stands behind another is asked for at each start.',
    tests: KEYS,
  },
  {
    file: wiring('check-keys'),
    from: "    ...listed('pepper', secrets.passwordPeppers),\n",
    to: '',
    says: 'No password is right after a start with another pepper.',
    tests: KEYS,
  },
  {
    file: wiring('check-keys'),
    from: 'if (faults.length > 0) throw',
    to: 'if (faults.length > 1) throw',
    says: 'One wrong key is none.',
    tests: KEYS,
  },
  {
    file: wiring('provider'),
    from: '    checkSigningKeys(signingKeys);\n',
    to: '',
    says: 'Tokens are signed by a key that does not verify them.',
    tests: REBUILD,
  },
  {
    file: wiring('provider'),
    from: '    checkAlgorithms(clients, signingKeys);\n',
    to: '',
    says: 'A client whose tokens nobody can sign is served, until somebody signs in there.',
    tests: ['test/oidc/id-token-algorithm.test.ts'],
  },
  {
    file: wiring('admin'),
    from: 'if (admin.port === 0) return undefined;',
    to: '',
    says: 'The admin listener listens where none was asked for.',
    tests: ['test/app/admin.test.ts'],
  },
  {
    file: wiring('admin'),
    from: 'reportCredentials: username ?',
    to: 'reportCredentials: parts ?',
    says: 'Where reports have no credentials, those of everybody are believed.',
    tests: ['test/app/admin.test.ts'],
  },
  {
    file: wiring('admin'),
    from: "status === 'delivered' ? 'messages_delivered' : 'messages_undelivered'",
    to: "'messages_delivered'",
    says: 'What was not delivered counts for delivered.',
    tests: ['test/app/admin.test.ts'],
  },
  {
    file: wiring('admin'),
    from: 'if (!noted) return;',
    to: '',
    says: 'A gateway that reports twice is answered by a failure, and reports for ever.',
    tests: ['test/app/admin.test.ts'],
  },
  {
    file: wiring('start-failures'),
    from: 'throw isOfPostgres ? explainPostgres(url, cause) : error;',
    to: 'throw explainPostgres(url, cause);',
    says: 'Whatever fails at a start is put down to PostgreSQL.',
    tests: FAILURES,
  },
  {
    file: wiring('start-failures'),
    from: 'const { host } = URL.parse(store.url)',
    to: 'const { href: host } = URL.parse(store.url)',
    says: 'The sentence of a start that fails quotes the password of the store.',
    tests: FAILURES,
  },
];

const runs: readonly WrongVersion[] = [
  {
    file: wiring('health-checks'),
    from: 'found?.id === id && used && counted.allowed && begun.allowed',
    to: 'found?.id === id && used && counted.allowed',
    says: 'A service in which nobody can try a password says that it is ready.',
    tests: HEALTH,
  },
  {
    file: wiring('health-checks'),
    from: 'keys.length > 0 && keys.every(',
    to: 'keys.length > 0 && keys.some(',
    says: 'A service of which one key signs nothing says that it is ready.',
    tests: HEALTH,
  },
  {
    file: wiring('health-checks'),
    from: '&& opens(vault)',
    to: '',
    says: 'A service that opens nothing it has sealed says that it is ready.',
    tests: HEALTH,
  },
  {
    file: wiring('health-checks'),
    from: 'const KEYS_EVERY_MS = 60_000',
    to: 'const KEYS_EVERY_MS = 600',
    says: 'Keys are tried by each look at the health of the service.',
    tests: HEALTH,
  },
  {
    file: wiring('health-checks'),
    from: 'const APART_MS = 2000',
    to: 'const APART_MS = 2_000_000',
    says: 'A clock that is half an hour apart counts for right.',
    tests: ['test/health/ready.test.ts'],
  },
  {
    file: wiring('health'),
    from: 'if (before?.reason === failure?.reason) return;',
    to: '',
    says: 'The log tells of one failure each second.',
    tests: HEALTH,
  },
  {
    file: wiring('health'),
    from: 'asking ??= ask();',
    to: 'asking = ask();',
    says: 'Each look at the health of the service asks its stores.',
    tests: HEALTH,
  },
  {
    file: wiring('health'),
    from: 'const FRESH_MS = 1000',
    to: 'const FRESH_MS = 100_000',
    says: 'A service whose store has gone says for minutes that it is ready.',
    tests: HEALTH,
  },
  {
    file: wiring('listener'),
    from: 'const HEADERS_MS = 10_000',
    to: 'const HEADERS_MS = 10',
    says: 'A request whose headers come slowly is cut off.',
    tests: LISTENER,
  },
  {
    file: wiring('listener'),
    from: 'const KEEP_ALIVE_MS = 65_000',
    to: 'const KEEP_ALIVE_MS = 5_000',
    says: 'A proxy sends a request into a connection that has just ended.',
    tests: LISTENER,
  },
  {
    file: wiring('listener'),
    from: '  server.closeIdleConnections();\n',
    to: '  server.closeAllConnections();\n',
    says: 'A stop cuts off what was asked for.',
    tests: LISTENER,
  },
  {
    file: wiring('stop-times'),
    from: 'drainSeconds * 1000 +',
    to: 'drainSeconds +',
    says: 'The process is killed while it drains.',
    tests: STOP,
  },
  {
    file: wiring('stop-times'),
    from: '    clearTimeout(timer);\n',
    to: '',
    says: 'A stop that has ended keeps the process for as long as it might have lasted.',
    tests: STOP,
  },
  {
    file: wiring('jobs'),
    from: 'config.messages.keepFailedSeconds',
    to: 'config.messages.keepFailedSeconds * 1000',
    says: 'Messages that failed are kept for years.',
    tests: JOBS,
  },
  {
    file: wiring('jobs'),
    from: '{ sms: sms.create(tools), mail: mail.create(tools) }',
    to: '{ sms: mail.create(tools), mail: sms.create(tools) }',
    says: 'SMS are given to the gateway of mail.',
    tests: JOBS,
  },
  {
    file: wiring('jobs'),
    from: '      await database.destroy();\n',
    to: '',
    says: 'A stop leaves the connections of deliveries open.',
    tests: JOBS,
  },
  {
    file: wiring('jobs'),
    from: '    ownSlots: DELIVERIES,\n',
    to: '',
    says: 'A gateway of SMS that hangs holds up mails.',
    tests: JOBS,
  },
  {
    file: wiring('jobs'),
    from: '      codeUse.stop();\n',
    to: '',
    says: 'A process that has stopped looks at its stores.',
    tests: JOBS,
  },
];

const commands: readonly WrongVersion[] = [
  {
    file: 'src/cli/messages-resend.ts',
    from: "{ ...filter, status: 'failed', isKept: true }",
    to: "{ since: filter.since, status: 'failed', isKept: true }",
    says: 'SMS are sent again by who asked for mails alone.',
    tests: ['test/cli/messages.test.ts'],
  },
  {
    file: 'src/cli/messages-list.ts',
    from: 'if (found.length === MAXIMUM_LISTED)',
    to: 'if (found.length > MAXIMUM_LISTED)',
    says: 'A list that was cut says nothing of it.',
    tests: ['test/cli/messages.test.ts'],
  },
  {
    file: 'src/cli/message-options.ts',
    from: 'm: 60, h: 3600',
    to: 'm: 1, h: 3600',
    says: 'Thirty minutes ago is thirty seconds ago.',
    tests: ['test/cli/message-options.test.ts'],
  },
  {
    file: 'src/cli/keys-forget.ts',
    from: "return result === 'forgotten' ? 0 : 1;",
    to: 'return 0;',
    says: 'A key that is needed still counts for forgotten.',
    tests: ['test/cli/keys.test.ts'],
  },
  {
    file: 'src/embedded/demo-accounts.ts',
    from: 'if (!first || (await accounts.findForSignIn(first))) return;',
    to: 'if (!first) return;',
    says: 'Each start hashes the passwords of all demo accounts again.',
    tests: ['test/app/embedded.test.ts'],
  },
  {
    file: 'src/embedded/single-start.ts',
    from: "lock.exec('BEGIN EXCLUSIVE');",
    to: "lock.exec('BEGIN');",
    says: 'Two starts run on one folder.',
    tests: ['test/app/embedded.test.ts'],
  },
];

const SIGNALS = ['test/app/signals.test.ts'];

const ends: readonly WrongVersion[] = [
  {
    file: wiring('signals'),
    from: "  ending.on('SIGINT', onSignal);\n",
    to: '',
    says: 'Ctrl+C cuts off what was asked for.',
    tests: SIGNALS,
  },
  {
    file: wiring('signals'),
    from: 'if (stopping) return ending.exit(1);',
    to: 'if (stopping) return;',
    says: 'Nothing ends a stop that hangs but a kill.',
    tests: SIGNALS,
  },
  {
    file: wiring('signals'),
    from: '() => ending.exit(1), longestMs + GRACE_MS',
    to: '() => {}, longestMs + GRACE_MS',
    says: 'A stop that hangs lasts until it is killed.',
    tests: SIGNALS,
  },
  {
    file: wiring('signals'),
    from: 'return () => stopping || onSignal();',
    to: 'return () => onSignal();',
    says: 'Who is left while it stops ends before the stop has.',
    tests: SIGNALS,
  },
  {
    file: wiring('listener'),
    from: '() => server.closeAllConnections(), STOP_MS.requests',
    to: '() => {}, STOP_MS.requests',
    says: 'One request that is never answered keeps a process from its end.',
    tests: LISTENER,
  },
  {
    file: wiring('health-checks'),
    from: 'const RECORD_SECONDS = 10',
    to: 'const RECORD_SECONDS = 100_000_000',
    says: 'What a look at Redis leaves behind stays there for years.',
    tests: HEALTH,
  },
  {
    file: wiring('jobs'),
    from: 'createMessageThrottles(config)',
    to: '{ ...createMessageThrottles(config), countries: false as const }',
    says: 'SMS go to every country, whatever the setting.',
    tests: JOBS,
  },
  {
    file: wiring('jobs'),
    from: 'const tools = { clock: ports.clock, smsSender };',
    to: "const tools = { clock: ports.clock, smsSender: 'MonCompte' };",
    says: 'SMS come from another sender than that of the setting.',
    tests: JOBS,
  },
  {
    file: wiring('jobs'),
    from: '      notifier.close();\n',
    to: '',
    says: 'A stop leaves the connections to gateways open.',
    tests: JOBS,
  },
  {
    file: wiring('ports'),
    from: 'createMemoryKnownBrowsers(clock)',
    to: 'createMemoryKnownBrowsers(systemClock)',
    says: 'Browsers are forgotten by another clock than the rest.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'createMemoryAttempts(clock), watch',
    to: 'createMemoryAttempts(systemClock), watch',
    says: 'Locks end by another clock than the rest.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'redis ? createRedisTallies(redis, clock) : createMemoryTallies(clock)',
    to: 'createMemoryTallies(clock)',
    says: 'Each process counts the use of codes alone, and alarms for nothing.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'redis ? createRedisKnownBrowsers(redis, vault) : createMemoryKnownBrowsers(clock)',
    to: 'createMemoryKnownBrowsers(clock)',
    says: 'A browser is known to one process alone.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'redis ? createRedisRateLimiter(redis) : createMemoryRateLimiter(clock)',
    to: 'createMemoryRateLimiter(clock)',
    says: 'Each process has limits of its own: two let twice as many pass.',
    tests: PORTS,
  },
  {
    file: wiring('ports'),
    from: 'redis ? createRedisAttempts(redis) : createMemoryAttempts(clock)',
    to: 'createMemoryAttempts(clock)',
    says: 'Each process locks alone: two let twice as many passwords be tried.',
    tests: PORTS,
  },
];

export const app: readonly WrongVersion[] = [...policies, ...starts, ...runs, ...commands, ...ends];
