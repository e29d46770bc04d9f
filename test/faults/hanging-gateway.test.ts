import assert from 'node:assert/strict';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import { type LocalServer, startLocalServer } from '../support/local-server.ts';
import { createPerson } from '../support/people.ts';
import { messagesTo } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type RedisServer, startRedis } from '../support/services.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

/** Far less than one call to a gateway that hangs: 10 s. */
const BOUND_SECONDS = 4;
const HELD_UP = 12;

const civilIdentity: CivilIdentity = {
  birthName: 'DUPONT',
  givenNames: 'MARIE',
  sex: 'female',
  birthDate: '1990-03-17',
  birthplace: { countryCode: '99155', city: 'KIEV' },
  parents: [],
};

describe('a gateway of SMS', () => {
  let gateway: LocalServer;
  let redis: RedisServer;
  /** Undefined: it hangs. */
  let says: { readonly status: number } | undefined;
  let service: Service;
  let party: RelyingParty;
  let database: Database;
  beforeEach(async () => {
    says = undefined;
    gateway = await startLocalServer(() => says);
    // Limits and alarms of its own.
    redis = await startRedis();
    service = await startService({
      env: {
        REDIS_URL: redis.url,
        MESSAGES_SMS: 'kannel',
        KANNEL_URL: gateway.url,
        KANNEL_USERNAME: 'u',
        KANNEL_PASSWORD: 'p',
        THROTTLE_RECOVERY_PER_HOUR: '500',
      },
    });
    party = await createRelyingParty(service.url);
    database = openDatabase(service.databaseUrl, 1);
  });
  afterEach(async () => {
    await database?.destroy();
    await gateway?.stop();
    await service?.stop();
    await redis?.stop();
  });

  async function askForCode(kind: 'mobile' | 'email', value: string): Promise<void> {
    const { identifier } = await createPerson(service, {
      civilIdentity,
      contactPoints: [{ kind, value, verified: true }],
    });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const json = { identifierType: 'nir', identifier, birthDate: '17/03/1990', channel: 'sms' };
    const answer = await visitor.request(`${interaction}/password-recovery`, { json });
    assert.equal(answer.json?.status, 'code-sent', answer.text);
  }

  const askForMany = async () => {
    for (let person = 0; person < HELD_UP; person++) await askForCode('mobile', `+336123498${10 + person}`);
  };
  const alarms = (event: string) => service.logLines.filter((line) => line.includes(`"${event}"`)).length;

  it('that hangs holds up neither a search nor a mail', async () => {
    await askForMany();
    await eventually('a call that hangs', () => gateway.requests.length > 0);
    const begun = performance.now();
    await askForCode('email', 'held-up@example.test');
    await messagesTo(service, 'held-up@example.test');
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(seconds < BOUND_SECONDS, `the mail took ${seconds.toFixed(1)} s`);
  }).timeout(30_000);

  for (const [what, status, event] of [
    ['fails', 503, 'gateway_away'],
    ['does not know us', 401, 'gateway_refuses_us'],
  ] as const)
    it(`that ${what} is left alone, raises one alarm, and loses nothing`, async () => {
      says = { status };
      await askForMany();
      await eventually('the alarm', () => alarms(event) > 0);
      await eventually('what is put off', async () => (await waiting()) === HELD_UP);
      assert.ok(gateway.requests.length < HELD_UP, `${gateway.requests.length} calls`);
      assert.equal(alarms(event), 1);
      says = { status: 202 };
      await service.clock.advance(60);
      await eventually('all of them', () => sentTo().size === HELD_UP);
      await eventually('no job left', async () => (await waiting()) === 0);
      const { rows } = await database.raw('select status, count(*)::int from messages group by 1');
      assert.deepEqual(rows, [{ status: 'sent', count: HELD_UP }]);
    }).timeout(30_000);

  const sentTo = () => new Set(gateway.requests.map(({ headers }) => headers['x-kannel-to']));
  /** Deliveries that nobody works on. */
  const waiting = async () => {
    const { rows } = await database.raw(
      "select count(*)::int from graphile_worker.jobs where task_identifier = 'deliver-sms' and locked_at is null",
    );
    return rows[0].count as number;
  };
});
