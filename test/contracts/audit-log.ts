/** The suite of the audit log: what is recorded is there, whole, and nothing more. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AuditEvent, AuditLog } from '../../src/ports/audit-log.ts';
import { type Backend, type Opening, unavailable, unique } from './backends.ts';

/** The audit log, and the events as they stand behind the port. */
export interface ReadableAuditLog extends AuditLog {
  events(): Promise<readonly AuditEvent[]>;
}

export function describeAuditLog(name: string, { open, away }: Opening<ReadableAuditLog>): void {
  describe(`the audit log, on ${name}`, () => {
    let backend: Backend<ReadableAuditLog>;
    before(async () => {
      backend = await open();
    });
    after(() => backend.close());

    const eventsOf = async (kind: string) => (await backend.port.events()).filter((event) => event.kind === kind);

    it('keeps every field of an event', async () => {
      const event: AuditEvent = {
        kind: `kind-${unique()}`,
        outcome: 'sign_in_failed',
        accountId: randomUUID(),
        clientId: 'mon-compte',
        requestId: unique(),
        clientAddressIndex: unique(),
        details: { attempts: 4, shared: true, reason: 'é « ” \\' },
      };
      await backend.port.record(event);
      assert.deepEqual(await eventsOf(event.kind), [event]);
    });

    it('keeps an event of nobody', async () => {
      const event: AuditEvent = { kind: `kind-${unique()}`, outcome: 'too_many_requests' };
      await backend.port.record(event);
      assert.deepEqual(await eventsOf(event.kind), [{ ...event, details: {} }]);
    });

    it('keeps an event of an account that is not there: an event outlives what it tells of', async () => {
      const event: AuditEvent = { kind: `kind-${unique()}`, outcome: 'closed', accountId: randomUUID() };
      await backend.port.record(event);
      assert.equal((await eventsOf(event.kind)).at(0)?.accountId, event.accountId);
    });

    it('keeps events that are equal, each of them, also when they come at once', async () => {
      const event: AuditEvent = { kind: `kind-${unique()}`, outcome: 'authenticated' };
      await Promise.all(Array.from({ length: 200 }, () => backend.port.record(event)));
      assert.equal((await eventsOf(event.kind)).length, 200);
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
        await assert.rejects(backend.port.record({ kind: 'sign-in', outcome: 'authenticated' }), unavailable);
      });
    });
}
