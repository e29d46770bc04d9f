import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { storeUnavailable } from '../../src/errors.ts';
import type { AuditEvent } from '../../src/ports/audit-log.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const PARALLEL = 10;

describe('the second use of a code or of a refresh token', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function eventsOf(accountId: string): Promise<readonly Record<string, unknown>[]> {
    const database = openDatabase(service.databaseUrl, 1);
    const rows = await database('audit_events').where({ kind: 'token', account_id: accountId }).orderBy('occurred_at');
    await database.destroy();
    return rows;
  }

  /** A whole sign-in, up to the callback. */
  async function callbackOf(identifier: string) {
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party);
    const { json } = await signIn(visitor, interaction, identifier, PASSWORD);
    return { callback: (await visitor.request(json.redirectTo)).location ?? '', checks };
  }

  it('of a code, later, is an event with its account and its client, once', async () => {
    const { accountId, identifier } = await createPerson(service);
    const { callback, checks } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
    assert.deepEqual(await eventsOf(accountId), []);
    await service.clock.advance(2.1);
    for (let sent = 0; sent < 3; sent++)
      await assert.rejects(party.redeem(callback, checks), { error: 'invalid_grant' });
    const events = await eventsOf(accountId);
    assert.deepEqual(
      events.map(({ outcome, client_id }) => [outcome, client_id]),
      [['code-replayed', 'mon-compte']],
    );
    assert.ok(events[0]?.request_id && events[0].client_address_index);
    const code = new URL(callback).searchParams.get('code') ?? '';
    assert.ok(!JSON.stringify(events).includes(code.slice(0, 12)));
  });

  it('of a refresh token, later, is an event too', async () => {
    const { accountId, identifier } = await createPerson(service);
    const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
    const token = tokens.refresh_token ?? '';
    await client.refreshTokenGrant(party.configuration, token);
    await service.clock.advance(10.1);
    await assert.rejects(client.refreshTokenGrant(party.configuration, token), { error: 'invalid_grant' });
    assert.deepEqual(
      (await eventsOf(accountId)).map(({ outcome }) => outcome),
      ['refresh-token-replayed'],
    );
  });

  it(`of a code, ${PARALLEL} times at once, is one event of a collision`, async () => {
    const { accountId, identifier } = await createPerson(service);
    const { callback, checks } = await callbackOf(identifier);
    const results = await Promise.allSettled(Array.from({ length: PARALLEL }, () => party.redeem(callback, checks)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const events = await eventsOf(accountId);
    assert.deepEqual(
      events.map(({ outcome, client_id }) => [outcome, client_id]),
      [['code-collision', 'mon-compte']],
    );
  });

  it('of a refresh token, twice at once, is an event of its own: both have the same successor', async () => {
    const { accountId, identifier } = await createPerson(service);
    const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
    const twice = Array.from({ length: 2 }, () =>
      client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? ''),
    );
    assert.equal(new Set((await Promise.all(twice)).map(({ refresh_token }) => refresh_token)).size, 1);
    assert.deepEqual(
      (await eventsOf(accountId)).map(({ outcome }) => outcome),
      ['refresh-token-shared'],
    );
  });

  it('is no event when a client revokes its own token', async () => {
    const { accountId, identifier } = await createPerson(service);
    const { tokens } = await signInToTokens(new Visitor(), party, identifier, PASSWORD);
    await client.tokenRevocation(party.configuration, tokens.refresh_token ?? '');
    assert.deepEqual(await eventsOf(accountId), []);
  });

  it('is refused, and ends the grant, while the audit log is away; the log says what was not recorded', async () => {
    const { audit } = service.app.ports;
    const away = async (event: AuditEvent) => {
      if (event.kind === 'token') throw storeUnavailable();
      await audit.record(event);
    };
    const other = await startService({ ports: { audit: { ...audit, record: away } } });
    try {
      const otherParty = await createRelyingParty(other.url);
      const { identifier } = await createPerson(other);
      const { tokens, callback, checks } = await signInToTokens(new Visitor(), otherParty, identifier, PASSWORD);
      await other.clock.advance(2.1);
      await assert.rejects(otherParty.redeem(callback, checks), { error: 'invalid_grant' });
      await assert.rejects(client.refreshTokenGrant(otherParty.configuration, tokens.refresh_token ?? ''), {
        error: 'invalid_grant',
      });
      const lost = other.logLines.filter((line) => line.includes('audit_lost'));
      assert.equal(lost.length, 1);
      assert.match(lost[0] ?? '', /code-replayed/);
    } finally {
      await other.stop();
    }
  });
});
