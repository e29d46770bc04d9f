/** The suite of the audit log: what is recorded is there, whole, and nothing more. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AuditEvent, AuditLog } from '../../src/ports/audit-log.ts';
import { changedEvent, type RecordedEvent } from '../support/audit.ts';
import { type Backend, type Opening, unavailable, unique } from './backends.ts';

/** The audit log, and the events as they stand behind the port. */
export interface ReadableAuditLog extends AuditLog {
  events(): Promise<readonly RecordedEvent[]>;
}

export function describeAuditLog(name: string, { open, away }: Opening<ReadableAuditLog>): void {
  describe(`the audit log, on ${name}`, () => {
    let backend: Backend<ReadableAuditLog>;
    before(async () => {
      backend = await open();
    });
    after(() => backend.close());

    const eventsOf = async (requestId: string | undefined) =>
      (await backend.port.events()).filter((event) => event.requestId === requestId);

    it('keeps every field of an event', async () => {
      const event: AuditEvent = {
        kind: 'sign-in',
        outcome: 'sign_in_failed',
        accountId: randomUUID(),
        clientId: unique(),
        requestId: unique(),
        clientAddressIndex: unique(),
      };
      await backend.port.record(event);
      assert.deepEqual(await eventsOf(event.requestId), [{ ...event, details: {} }]);
    });

    it('keeps its details as they are', async () => {
      const accountId = randomUUID();
      const details = { messageId: randomUUID(), template: 'a', kind: 'sms', reason: 'é « ” \\' } as const;
      const ofMessage = { kind: 'message', outcome: 'failed', accountId, details } as const;
      const ofSearch = {
        kind: 'provisional-identifier-search',
        outcome: 'sent',
        accountId,
        clientId: 'mon-compte',
        details: { matches: 4 },
      } as const;
      await backend.port.record(ofMessage);
      await backend.port.record(ofSearch);
      const found = (await backend.port.events()).filter((event) => event.accountId === accountId);
      assert.deepEqual(found, [ofMessage, ofSearch]);
    });

    it('keeps an event of nobody', async () => {
      const event = { ...changedEvent, requestId: unique() };
      await backend.port.record(event);
      assert.deepEqual(await eventsOf(event.requestId), [{ ...event, details: {} }]);
    });

    it('keeps an event of an account that is not there: an event outlives what it tells of', async () => {
      const event = { ...changedEvent, requestId: unique(), accountId: randomUUID() };
      await backend.port.record(event);
      assert.equal((await eventsOf(event.requestId)).at(0)?.accountId, event.accountId);
    });

    it('keeps events that are equal, each of them, also when they come at once', async () => {
      const event = { ...changedEvent, requestId: unique() };
      await Promise.all(Array.from({ length: 200 }, () => backend.port.record(event)));
      assert.equal((await eventsOf(event.requestId)).length, 200);
    });
  });

  if (away)
    describe(`the audit log, on ${name}, with the store away`, () => {
      let backend: Backend<ReadableAuditLog>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('says store_unavailable: a fact that was not recorded does not pass for recorded', async () => {
        await assert.rejects(backend.port.record(changedEvent), unavailable);
      });
    });
}
