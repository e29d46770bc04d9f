import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { dumpRedis } from '../support/dump-redis.ts';
import { createPerson, INITIAL_PASSWORD, identity, PASSWORD, randomNir, randomProvisional } from '../support/people.ts';
import { createRelyingParty, openInteraction, signIn, signInToTokens } from '../support/relying-party.ts';
import { startService } from '../support/service.ts';
import { startRedis } from '../support/services.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

describe('both stores and the log, after a full run', () => {
  it('hold no NIR, provisional identifier, name, contact point, password, code, token or cookie', async () => {
    const redis = await startRedis();
    const service = await startService({ env: { REDIS_URL: redis.url, LOG_LEVEL: 'debug' } });
    try {
      const party = await createRelyingParty(service.url);
      const [nir, provisional, unknown] = [randomNir(), randomProvisional(), randomNir()];
      const contactPoints = [
        { kind: 'mobile' as const, value: '+33612349876', verified: true },
        { kind: 'email' as const, value: 'claire.lefebvre@example.test', verified: true },
      ];
      await createPerson(service, { identifier: nir, contactPoints });
      await createPerson(service, { identifier: provisional, password: INITIAL_PASSWORD, initial: true });

      const visitor = new Visitor();
      const { tokens, callback } = await signInToTokens(visitor, party, nir, PASSWORD);
      const refreshed = await client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '');
      await client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck);
      const again = await openInteraction(visitor, party, { prompt: 'login', login_hint: nir });
      await signIn(visitor, again.interaction, nir, PASSWORD, { remember: true });
      const first = await openInteraction(visitor, party, { prompt: 'login' });
      await signIn(visitor, first.interaction, provisional, INITIAL_PASSWORD, { remember: true });
      const failing = await openInteraction(new Visitor(), party);
      await signIn(visitor, failing.interaction, unknown, 'Wrong-Password-1');
      const person = new Visitor('html');
      const left = await openInteraction(person, party);
      const csrf = formTokenOf((await person.request(left.interaction)).text);
      const draft = { birthName: 'Nomtapé', givenNames: 'Prénomtapé', birthDate: '31/01/1971', city: 'Villetapée' };
      await person.submit(`${left.interaction}/provisional-identifier-recovery`, { csrf, ...draft });
      const shown = await person.request(`${left.interaction}/provisional-identifier-recovery`);
      assert.ok(shown.text.includes(draft.birthName), 'the draft waits in the store');
      const code = (await visitor.request((await party.begin()).url)).location ?? '';

      const secrets = [
        nir,
        provisional,
        provisional.slice(1),
        unknown,
        identity.birthName,
        identity.givenNames,
        'Shevchenko',
        '33612349876',
        'claire.lefebvre',
        PASSWORD,
        INITIAL_PASSWORD,
        'Wrong-Password-1',
        ...Object.values(draft),
        new URL(callback).searchParams.get('code'),
        new URL(code).searchParams.get('code'),
        tokens.access_token,
        tokens.refresh_token,
        refreshed.refresh_token,
        tokens.id_token,
        ...[again, first, failing].map(({ interaction }) => interaction.split('/').at(-1)),
        ...(await visitor.jar.getCookies(first.interaction)).map(({ value }) => value),
      ].filter((secret): secret is string => Boolean(secret));
      assert.ok(secrets.length > 20);

      const places = {
        redis: await dumpRedis(redis.url),
        postgres: await dumpPostgres(service.databaseUrl),
        log: service.logLines.join(''),
      };
      assert.ok(places.redis.length > 1000 && places.postgres.length > 1000 && places.log.length > 1000);
      for (const [place, text] of Object.entries(places))
        for (const secret of secrets)
          assert.ok(!text.toLowerCase().includes(secret.toLowerCase()), `${place} holds ${secret}`);
    } finally {
      await service.stop();
      await redis.stop();
    }
  });
});

async function dumpPostgres(url: string): Promise<string> {
  const database = openDatabase(url, 1);
  const { rows } = (await database.raw(
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  )) as {
    rows: { name: string }[];
  };
  const parts: string[] = [];
  for (const { name } of rows) parts.push(JSON.stringify(await database(name).select('*')));
  await database.destroy();
  return parts.join('\n');
}
