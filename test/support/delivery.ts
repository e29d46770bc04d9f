/** The parts of the delivery of messages, as app.ts puts them together, around a notifier of the test's own. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createMemoryAttempts } from '../../src/adapters/memory/attempts.ts';
import { createMemoryKeyValue } from '../../src/adapters/memory/key-value.ts';
import { createMemoryRateLimiter } from '../../src/adapters/memory/rate-limiter.ts';
import { createMemoryTallies } from '../../src/adapters/memory/tallies.ts';
import { createPhoneNumbers } from '../../src/adapters/phone-numbers.ts';
import { createAuditLog } from '../../src/adapters/postgres/audit-log.ts';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { type JobWorker, startWorker, type WorkerOptions } from '../../src/adapters/postgres/job-worker.ts';
import { createJobs, type JobHandler } from '../../src/adapters/postgres/jobs.ts';
import { createMessages } from '../../src/adapters/postgres/messages.ts';
import { createVerificationCodes } from '../../src/adapters/sealed/verification-codes.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { createVault } from '../../src/adapters/vault.ts';
import type { Notifier, OutgoingMessage } from '../../src/ports/messages.ts';
import type { LogFields, Logger } from '../../src/ports/monitoring.ts';
import type { Clock } from '../../src/ports/system.ts';
import type { VerificationCodes } from '../../src/ports/verification-codes.ts';
import { createDeliverMessage, type DeliverPorts } from '../../src/stories/kit/messages/deliver-message.ts';

export const NUMBER = '+33612345678';

export const KEEP_SECONDS = 24 * 3600;
const BUDGET = { name: 'message-budget', limit: 1000, windowSeconds: 3600 };

/** The same in each process of a test. */
export const testVault = createVault({
  sealingKeys: [{ id: 'test', key: Buffer.alloc(32, 7) }],
  indexKey: Buffer.alloc(32, 8),
});

export interface Lines extends Logger {
  readonly lines: { readonly level: string; readonly fields: LogFields; readonly message: string }[];
}

export function collectLog(): Lines {
  const lines: Lines['lines'] = [];
  const at = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, fields, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

export function codeMessage(more: Partial<OutgoingMessage> = {}): OutgoingMessage & Record<string, unknown> {
  const text = 'Votre code : 123456';
  const [template, purpose] = ['password-recovery-code', 'recovery-code'] as const;
  const queuedAtMs = Date.now();
  return { messageId: randomUUID(), template, purpose, queuedAtMs, kind: 'sms', to: NUMBER, text, ...more };
}

/** The service's own codes, in this process. */
export function createTestCodes(clock: Clock = systemClock): VerificationCodes {
  const limits = { triesSeconds: 4200, tries: 5 };
  const stores = [createMemoryKeyValue(clock), createMemoryRateLimiter(clock), createMemoryAttempts(clock)] as const;
  return createVerificationCodes(...stores, testVault, limits);
}

/** What delivering asks for, over a real database; the rest in this process. */
export function deliveryPorts(
  database: Database,
  { notifier, log, clock = systemClock }: { notifier: Notifier; log: Logger; clock?: Clock },
): DeliverPorts {
  const rateLimiter = createMemoryRateLimiter(clock);
  return {
    messages: createMessages(database, testVault, KEEP_SECONDS),
    notifier,
    audit: createAuditLog(database),
    jobs: createJobs(database, testVault),
    verificationCodes: createTestCodes(clock),
    rateLimiter,
    vault: testVault,
    tallies: createMemoryTallies(clock),
    phoneNumbers: createPhoneNumbers(),
    random: systemRandom,
    clock,
    log,
    metrics: { count() {} },
    messageTexts: { write: () => assert.fail('no words are written here') },
    messageThrottles: {
      contactPoint: [{ name: 'message-hour', limit: 3, windowSeconds: 3600 }],
      paid: [],
      budgets: { 'recovery-code': BUDGET, 'change-code': BUDGET, identifier: BUDGET, notice: BUDGET },
      countries: false,
    },
  };
}

export interface Delivery extends JobWorker {
  readonly database: Database;
}

/** A worker that delivers messages through `notifier`, with a pool of its own. */
export async function startDelivery(
  databaseUrl: string,
  notifier: Notifier,
  log: Logger = collectLog(),
  options: WorkerOptions = {},
): Promise<Delivery> {
  const database = openDatabase(databaseUrl, (options.concurrency ?? 4) + 2);
  const ports = deliveryPorts(database, { notifier, log });
  const deliver = createDeliverMessage(ports) as JobHandler;
  const handlers = { 'deliver-sms': deliver, 'deliver-mail': deliver };
  const worker = await startWorker(databaseUrl, testVault, handlers, log, options);
  return {
    database,
    async stop() {
      await worker.stop();
      await database.destroy();
    },
  };
}
