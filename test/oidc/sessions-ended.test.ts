import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { stopDate } from '../support/clock.ts';
import { createPerson, PASSWORD, type Person } from '../support/people.ts';
import { createRelyingParty, type RelyingParty, signInToTokens } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('what began in the second in which the sessions of an account ended', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ store: 'memory' });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());
  afterEach(() => stopDate(undefined));

  async function signedInAt(person: Person, at: number) {
    stopDate(at);
    const visitor = new Visitor();
    const { tokens } = await signInToTokens(visitor, party, person.identifier, PASSWORD, { scope: 'openid' });
    return { visitor, tokens };
  }

  async function endSessionsAt({ accountId }: Person, at: number): Promise<void> {
    const database = openDatabase(service.databaseUrl, 1);
    await database('accounts')
      .where({ account_id: accountId })
      .update({ sessions_ended_at: new Date(at) });
    await database.destroy();
  }

  /** Which doors are open: session, access token, refresh token. */
  async function doors({ visitor, tokens }: Awaited<ReturnType<typeof signedInAt>>): Promise<readonly boolean[]> {
    const opens = (asked: Promise<unknown>) => asked.then(Boolean, () => false);
    const { location } = await visitor.request((await party.begin({ prompt: 'none' })).url);
    return [
      new URL(location ?? '').searchParams.has('code'),
      await opens(client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck)),
      await opens(client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '')),
    ];
  }

  const second = () => Math.ceil(Date.now() / 1000) * 1000 + 60_000;
  for (const [when, ms, holds] of [
    ['a second before', -600, false],
    ['in the same second, before', 200, false],
    ['at the same millisecond', 500, true],
    ['in the same second, after', 700, true],
    ['a second after', 1500, true],
  ] as const)
    it(`${holds ? 'holds' : 'is over'} when it began ${when}`, async () => {
      const person = await createPerson(service);
      const end = second();
      const begun = await signedInAt(person, end + ms);
      await endSessionsAt(person, end + 500);
      assert.deepEqual(await doors(begun), [holds, holds, holds]);
    });

  it('is told to relying parties in whole seconds, at sign-in and at refresh', async () => {
    const at = second() + 700;
    const { tokens } = await signedInAt(await createPerson(service), at);
    const fresh = await client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
    for (const claims of [tokens.claims(), fresh.claims()]) assert.equal(claims?.auth_time, Math.floor(at / 1000));
  });
});
