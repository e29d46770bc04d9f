/** All ports in this process, on a clock that stands still until a test moves it: no server, no wait, no chance. */
import { createHash } from 'node:crypto';
import { createMemoryAttempts } from '../../../src/adapters/memory/attempts.ts';
import { createMemoryKeyValue } from '../../../src/adapters/memory/key-value.ts';
import { createMemoryKnownBrowsers } from '../../../src/adapters/memory/known-browsers.ts';
import { createMemoryRateLimiter } from '../../../src/adapters/memory/rate-limiter.ts';
import { createMemoryTallies } from '../../../src/adapters/memory/tallies.ts';
import { createPhoneNumbers } from '../../../src/adapters/phone-numbers.ts';
import { createReferenceData } from '../../../src/adapters/places/reference-data.ts';
import { createFlowStates } from '../../../src/adapters/sealed/flow-states.ts';
import { createProtocolStore } from '../../../src/adapters/sealed/protocol-store.ts';
import { createRememberedIdentifiers } from '../../../src/adapters/sealed/remembered-identifiers.ts';
import { createUpstreamReturns } from '../../../src/adapters/sealed/upstream-returns.ts';
import { type CodeSettings, createVerificationCodes } from '../../../src/adapters/sealed/verification-codes.ts';
import { createVault } from '../../../src/adapters/vault.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import type { RandomSource } from '../../../src/ports/system.ts';
import { movableClock } from '../../contracts/backends.ts';
import { createAdmit } from '../../support/captchas.ts';
import { createMemoryAccounts } from './accounts.ts';
import { createTestCaptcha } from './captcha.ts';
import { createMemoryJobs } from './jobs.ts';
import { createMemoryMessages, createTestNotifier } from './messages.ts';
import { createTestAuditLog, createTestLogger, createTestMetrics } from './monitoring.ts';
import { createTestHasher } from './passwords.ts';

export type MemoryPorts = ReturnType<typeof createMemoryPorts>;

const COMMON_WORDS = new Set(['password', 'motdepasse', 'montagne']);

/** Read once: the tables do not change. */
const referenceData = createReferenceData();

/** @param codes how many tries they have, and for how long these are counted. */
export function createMemoryPorts(codes: CodeSettings = { triesSeconds: 4200, tries: 5 }) {
  const clock = movableClock();
  const random = createSeededRandom();
  const vault = createVault({ sealingKeys: [{ id: 'k1', key: Buffer.alloc(32, 1) }], indexKey: Buffer.alloc(32, 2) });
  const keyValue = createMemoryKeyValue(clock);
  const rateLimiter = createMemoryRateLimiter(clock);
  const attempts = createMemoryAttempts(clock);
  const audit = createTestAuditLog();
  const jobs = createMemoryJobs(audit);
  const admit = createAdmit({ rateLimiter, vault });
  return {
    accounts: createMemoryAccounts({ vault, clock, jobs, audit }),
    audit,
    clients: { find: async () => undefined, list: async () => [] },
    signingKeys: { list: async () => [] },
    passwords: createTestHasher(),
    commonWords: { load: async () => (word: string) => COMMON_WORDS.has(word) },
    vault,
    protocolStore: createProtocolStore(keyValue, vault),
    flowStates: createFlowStates(keyValue, vault),
    upstreamReturns: createUpstreamReturns(keyValue, vault),
    rememberedIdentifiers: createRememberedIdentifiers(keyValue, vault),
    knownBrowsers: createMemoryKnownBrowsers(clock),
    rateLimiter,
    attempts,
    captcha: createTestCaptcha({ store: keyValue, vault, random, clock, admit }),
    verificationCodes: createVerificationCodes(keyValue, rateLimiter, attempts, vault, codes),
    jobs,
    tallies: createMemoryTallies(clock),
    phoneNumbers: createPhoneNumbers(),
    referenceData,
    clock,
    random,
    log: createTestLogger(),
    metrics: createTestMetrics(),
    health: { failing: async () => ({}) },
    messages: createMemoryMessages(jobs),
    notifier: createTestNotifier(),
  } satisfies Ports & Record<'messages' | 'notifier', unknown>;
}

/** The same values in every run, and no two alike. */
function createSeededRandom(): RandomSource {
  let drawn = 0;
  const draw = () => createHash('sha256').update(`seed ${++drawn}`).digest();
  return {
    token: () => draw().toString('base64url'),
    uuid: () =>
      draw()
        .toString('hex')
        .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5'),
    digits: (count) => Array.from(draw().subarray(0, count), (byte) => byte % 10).join(''),
  };
}
