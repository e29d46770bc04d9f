/**
 * What a whole sign-in costs, beside the two things it cannot do without: one argon2id verification and one code flow
 * of the library. Processor time is that of the process that does the work; the load comes from this process. Rounds
 * of every measure follow one another, so that what else the machine does falls on all of them alike. Then a captcha,
 * and a person found by birth details among many accounts (captcha.ts, matching.ts).
 *
 *   npm run bench
 *   BENCH_PROFILE=folder npm run bench           also writes the CPU profile of each process
 *   NODE_OPTIONS=… MALLOC_ARENA_MAX=… npm run bench   other settings of the runtime
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PASSWORD } from '../support/people.ts';
import { CAPTCHA_TARGET_MS, captchaLines, measureCaptcha } from './captcha.ts';
import { concurrently, percentile, processorTime, REQUESTS, signInOnce, type Target } from './load.ts';
import { matchingLines, matchingVerdicts, measureMatching } from './matching.ts';
import { type Counts, type StoreWork, startStores, sum } from './stores.ts';
import { createHasher, startBare, startService } from './targets.ts';

const ACCOUNTS = 500;
const WARM_UP = 300;
const ROUNDS = 6;
const FLOWS_PER_ROUND = 60;
const HASHES_PER_ROUND = 15;
const COUNTED = 50;
const CONCURRENT = 480;
const AT_ONCE = 16;
const REST_MS = 5000;

/** The cheapest hash: with it a sign-in shows what it spends on everything else. */
const CHEAP_HASH = { ARGON2_MEMORY_KIB: '1024', ARGON2_ITERATIONS: '2' };

const TARGETS = { statements: 5, commands: 30, residentMb: 180 };

const stores = await startStores();
const started: Target[] = [];
try {
  await run();
} finally {
  await Promise.all(started.map(({ child }) => child.stop()));
  await stores.stop();
}

async function run(): Promise<void> {
  say('starting the service, with its hash and with the cheapest one, and the bare provider');
  const service = await keep(startService(stores, ACCOUNTS));
  const cheap = await keep(startService(stores, ACCOUNTS, CHEAP_HASH));
  const talkative = await keep(startService(stores, ACCOUNTS, { ...CHEAP_HASH, LOG_LEVEL: 'info' }));
  const bare = await keep(startBare());
  const colds = [service, cheap, talkative].map(({ child }) => child.coldMs);
  await delay(REST_MS);
  const fresh = await service.child.usage();

  for (const target of [bare, service, cheap, talkative]) {
    say(`warming up: ${WARM_UP} flows`);
    await processorTime(target, WARM_UP);
  }

  const [verify, verifyCheap] = [await createVerification(), await createVerification(CHEAP_HASH)];
  const rounds: Round[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const measured = {
      hash: await verify(HASHES_PER_ROUND),
      cheapHash: await verifyCheap(HASHES_PER_ROUND),
      bare: await processorTime(bare, FLOWS_PER_ROUND),
      signIn: await processorTime(service, FLOWS_PER_ROUND),
      cheap: await processorTime(cheap, FLOWS_PER_ROUND),
      talkative: await processorTime(talkative, FLOWS_PER_ROUND),
    };
    rounds.push(measured);
    say(
      `round ${round} of ${ROUNDS}: ${Object.entries(measured)
        .map(([name, value]) => `${name} ${ms(value)}`)
        .join(', ')}`,
    );
  }

  say(`counting the work of the stores: ${COUNTED} sign-ins`);
  const work = await stores.count(COUNTED, async () => {
    for (let done = 0; done < COUNTED; done++) await signInOnce(service);
  });

  say(`${AT_ONCE} at once: ${CONCURRENT} flows of each`);
  const bareCrowd = await concurrently(bare, CONCURRENT, AT_ONCE);
  const cheapCrowd = await concurrently(cheap, CONCURRENT, AT_ONCE);
  const crowd = await concurrently(service, CONCURRENT, AT_ONCE);
  const loaded = await service.child.usage();
  await delay(REST_MS);
  const rested = await service.child.usage();

  say('drawing captchas');
  const captcha = await measureCaptcha();
  const matching = await measureMatching(stores, say);

  const of = (name: keyof Round) =>
    percentile(
      rounds.map((round) => round[name]),
      0.5,
    );
  const inPairs = percentile(
    rounds.map(({ talkative, cheap }) => talkative - cheap),
    0.5,
  );
  const apart = of('cheap') - of('cheapHash');
  const share = percentile(
    rounds.map(({ signIn, hash, bare }) => signIn / (hash + 2 * bare)),
    0.5,
  );
  printWork(work);
  print('Processor time, medians of the rounds', [
    ['one argon2id verification', ms(of('hash'))],
    ['one code flow of the bare provider', ms(of('bare'))],
    ['one sign-in', ms(of('signIn'))],
    ['one sign-in, apart from the hash', `${ms(apart)}, ${ratio(apart, of('bare'))} × bare flow`],
    ['one sign-in beside its hash', `${ratio(of('signIn'), of('hash'))} × argon2id`],
    ['log level info instead of warn', `${ms(inPairs)} more a sign-in (${REQUESTS} lines)`],
  ]);
  print(`${AT_ONCE} at once, ${CONCURRENT} flows of each`, [
    ['processor time of one sign-in', ms(crowd.processorMs)],
    ['… with the cheapest hash', ms(cheapCrowd.processorMs)],
    ['… of one bare flow', ms(bareCrowd.processorMs)],
    ['p50 of a sign-in', ms(percentile(crowd.latencies, 0.5))],
    ['p99 of a sign-in', ms(percentile(crowd.latencies, 0.99))],
    ['sign-ins a second', crowd.perSecond.toFixed(1)],
  ]);
  print('The process', [
    ['from its start to its first answer', ms(percentile(colds, 0.5))],
    ['resident at rest after the start', mb(fresh.residentMb)],
    ['resident when the load ends', mb(loaded.residentMb)],
    [
      `resident ${REST_MS / 1000} s after the load`,
      `${mb(rested.residentMb)}, JavaScript objects ${mb(rested.heapMb)}`,
    ],
  ]);
  print('A captcha, processor time', captchaLines(captcha));
  print('A person found by birth details', matchingLines(matching));
  const captchaMs = percentile(captcha.together, 0.5);
  print('Targets', [
    ['sign-in ≤ argon2id + 2 × bare flow', verdict(share <= 1, `${share.toFixed(2)} of it, median of the rounds`)],
    [
      `SQL statements ≤ ${TARGETS.statements}`,
      verdict(sum(work.statements) <= TARGETS.statements, sum(work.statements).toFixed(2)),
    ],
    [
      `Redis commands sent ≤ ${TARGETS.commands}`,
      verdict(sum(work.commands) <= TARGETS.commands, sum(work.commands).toFixed(2)),
    ],
    [
      `resident at rest after the start ≤ ${TARGETS.residentMb} MB`,
      verdict(fresh.residentMb <= TARGETS.residentMb, mb(fresh.residentMb)),
    ],
    [
      `resident at rest after the load ≤ ${TARGETS.residentMb} MB`,
      verdict(rested.residentMb <= TARGETS.residentMb, mb(rested.residentMb)),
    ],
    [`captcha, picture and sound < ${CAPTCHA_TARGET_MS} ms`, verdict(captchaMs < CAPTCHA_TARGET_MS, ms(captchaMs))],
    ...matchingVerdicts(matching).map(([name, met, value]) => [name, verdict(met, value)] as const),
  ]);
}

type Round = Readonly<Record<'hash' | 'cheapHash' | 'bare' | 'signIn' | 'cheap' | 'talkative', number>>;

async function keep(starting: Promise<Target>): Promise<Target> {
  const target = await starting;
  started.push(target);
  return target;
}

/** @returns a measure: the median processor time of `count` verifications in this process, in milliseconds. */
async function createVerification(env?: Readonly<Record<string, string>>) {
  const hasher = await createHasher(env);
  const hash = await hasher.hash(PASSWORD);
  return async (count: number): Promise<number> => {
    const times: number[] = [];
    for (let done = 0; done < count; done++) {
      const before = process.cpuUsage();
      if (!(await hasher.verify(PASSWORD, hash))) throw new Error('the right password was refused');
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
    }
    return percentile(times, 0.5);
  };
}

function printWork({ statements, commands, insideScripts }: StoreWork): void {
  const lines = (counts: Counts) => [...counts].map(([name, count]) => [short(name), count.toFixed(2)] as const);
  print('SQL statements of one sign-in', lines(statements));
  print('Redis commands that one sign-in sends', lines(commands));
  print('Redis commands inside its scripts', lines(insideScripts));
}

/** A statement without its list of columns. */
function short(statement: string): string {
  return statement
    .replace(/^(select ).*( from )/s, '$1…$2')
    .replace(/ \(.*/s, ' …')
    .slice(0, 120);
}

function print(title: string, lines: readonly (readonly [name: string, value: string])[]): void {
  console.log(`\n${title}`);
  for (const [name, value] of lines) console.log(`  ${name.padEnd(46)} ${value}`);
}

function say(text: string): void {
  console.log(`… ${text}`);
}

function verdict(met: boolean, figures: string): string {
  return `${met ? 'pass' : 'MISS'}  ${figures}`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

function mb(value: number): string {
  return `${value.toFixed(0)} MB`;
}

function ratio(value: number, of: number): string {
  return (value / of).toFixed(2);
}
