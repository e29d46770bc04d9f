import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import { dumpRedis } from '../support/dump-redis.ts';
import { createPerson, PASSWORD, randomNir, randomProvisional } from '../support/people.ts';
import { answerOf, messagesTo, passMessageInterval } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type RedisServer, startRedis } from '../support/services.ts';
import { type Answer, type RequestOptions, Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

const MOBILE = '+33612349871';
const OTHER_MOBILE = '+33612349872';
const DAY_SECONDS = 86_400;
const NEW_PASSWORD = `${PASSWORD}-neuf`;
const civilIdentity: CivilIdentity = {
  birthName: 'WIERZBOWSKA',
  givenNames: 'KASANDRA JADWIGA',
  sex: 'female',
  birthDate: '1990-03-17',
  birthplace: { countryCode: '99155', city: 'ZAPORIJJIA' },
  parents: [
    { birthName: 'WIERZBOWSKI', givenNames: 'BOLESLAW' },
    { birthName: 'MAZURKIEWICZ', givenNames: 'LUDMILA' },
  ],
};

/** Keeps every answer. */
class RecordingVisitor extends Visitor {
  readonly heard: string[] = [];

  override async request(url: string, options: RequestOptions = {}): Promise<Answer> {
    const answer = await super.request(url, options);
    this.heard.push(...[...answer.headers].map(([name, value]) => `${name}: ${value}`), answer.text);
    return answer;
  }
}

describe('both stores, the log and the answers, after a recovery of identifier and of password', () => {
  let redis: RedisServer;
  let service: Service;
  let party: RelyingParty;
  let visitor: RecordingVisitor;
  before(async () => {
    redis = await startRedis();
    service = await startService({
      env: {
        REDIS_URL: redis.url,
        LOG_LEVEL: 'debug',
        THROTTLE_RECOVERY_PER_HOUR: '500',
      },
    });
    party = await createRelyingParty(service.url);
    visitor = new RecordingVisitor();
  });
  after(async () => {
    await service.stop();
    await redis.stop();
  });

  /** @returns the answer to its captcha. */
  async function recoverIdentifier(): Promise<string> {
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await visitor.request(`${interaction}/provisional-identifier-recovery`);
    const { captchaId } = json.captcha;
    const captcha = await answerOf(service, captchaId, interaction);
    const form = {
      birthName: 'Wierzbowska',
      givenNames: 'Kasandra',
      birthDate: '17/03/1990',
      birthplace: 'abroad',
      country: '99155',
      city: 'Zaporijjia',
      parent1BirthName: 'Mazurkiewicz',
      parent1GivenNames: 'Ludmila',
      parent2BirthName: 'Wierzbowski',
      parent2GivenNames: 'Boleslaw',
      captchaId,
      captcha,
    };
    const answer = await visitor.request(`${interaction}/provisional-identifier-recovery`, { json: form });
    assert.equal(answer.json?.status, 'message-on-its-way', answer.text);
    return captcha;
  }

  async function askForCode(identifier: string): Promise<string> {
    const { interaction } = await openInteraction(visitor, party);
    const json = { identifierType: 'nir', identifier, birthDate: '17/03/1990', channel: 'sms' };
    const answer = await visitor.request(`${interaction}/password-recovery`, { json });
    assert.equal(answer.json?.status, 'code-sent', answer.text);
    return interaction;
  }

  it('hold no code, identifier, telephone number, name or captcha answer, also while a message waits', async () => {
    const [nir, provisional, unknown] = [randomNir(), randomProvisional(), randomNir()];
    const point = (value: string) => ({ contactPoints: [{ kind: 'mobile' as const, value, verified: true }] });
    await createPerson(service, { identifier: provisional, civilIdentity, ...point(MOBILE) });
    await createPerson(service, {
      identifier: nir,
      civilIdentity: { ...civilIdentity, birthName: 'ZABLOCKA' },
      ...point(OTHER_MOBILE),
    });

    const captcha = await recoverIdentifier();
    assert.ok((await messagesTo(service, MOBILE))[0]?.text.includes(provisional));
    await askForCode(unknown);
    const interaction = await askForCode(nir);
    const code = /\d{6}/.exec((await messagesTo(service, OTHER_MOBILE))[0]?.text ?? '')?.[0] ?? '';
    assert.equal(code.length, 6);

    const secrets = {
      code,
      nir,
      provisional,
      provisionalDigits: provisional.slice(1),
      unknown,
      mobile: MOBILE.slice(3),
      otherMobile: OTHER_MOBILE.slice(3),
      captcha,
      password: NEW_PASSWORD,
      ...Object.fromEntries(
        ['wierzbowsk', 'zablocka', 'kasandra', 'jadwiga', 'boleslaw', 'mazurkiewicz', 'ludmila', 'zaporijjia'].map(
          (name) => [name, name],
        ),
      ),
      birthDate: '1990-03-17',
      typedBirthDate: '17/03/1990',
    };
    assert.ok((await dumpRedis(redis.url)).length > 1000);
    await assertNothingHeld(secrets, 'while the code is valid');

    await visitor.request(`${interaction}/password-recovery/code`, { json: { code } });
    const json = { password: NEW_PASSWORD, confirmation: NEW_PASSWORD };
    const changed = await visitor.request(`${interaction}/password-recovery/password`, { json });
    assert.equal(changed.json?.status, 'password-changed', changed.text);
    await assertNothingHeld(secrets, 'after the change');

    // Messages cannot leave any more: they wait in their jobs, and one that is given up is kept in its row.
    rmSync(service.spoolFolder, { recursive: true });
    writeFileSync(service.spoolFolder, '');
    await passMessageInterval(service);
    const secondCaptcha = await recoverIdentifier();
    await eventually('a message that waits', () => service.logLines.some((line) => line.includes('"message_put_off"')));
    await assertNothingHeld({ ...secrets, secondCaptcha }, 'while a message waits');
    const database = openDatabase(service.databaseUrl, 1);
    try {
      await service.clock.advance(DAY_SECONDS);
      const { sealed } = await eventually('a message that is kept', () =>
        database('messages').whereNotNull('sealed').first<{ sealed: string } | undefined>('sealed'),
      );
      assert.ok(sealed.length > 100);
      await assertNothingHeld({ ...secrets, secondCaptcha }, 'while a message that failed is kept');
    } finally {
      await database.destroy();
    }
    const heard = visitor.heard.join('\n');
    assert.ok(heard.length > 1000);
    assertWithout('an answer', heard, secrets);
  }).timeout(60_000);

  async function assertNothingHeld(secrets: Readonly<Record<string, string>>, when: string): Promise<void> {
    const places = {
      redis: await dumpRedis(redis.url),
      postgres: await dumpPostgres(service.databaseUrl),
      log: service.logLines.join(''),
    };
    assert.ok(places.postgres.length > 1000 && places.log.length > 1000);
    assert.match(places.postgres, /password-recovery-search/);
    for (const [place, text] of Object.entries(places)) assertWithout(`${place}, ${when},`, text, secrets);
  }
});

/** A few digits or letters alone may stand inside an identifier, a time or a sealed text by chance: whole words count. */
function assertWithout(place: string, text: string, secrets: Readonly<Record<string, string>>): void {
  for (const [name, secret] of Object.entries(secrets)) {
    const escaped = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const pattern = secret.length > 6 ? escaped : `(?<![\\w+/=-])${escaped}(?![\\w+/=-])`;
    assert.doesNotMatch(text, new RegExp(pattern, 'i'), `${place} holds ${name}`);
  }
}

/** Every table of ours and of the job library. */
async function dumpPostgres(url: string): Promise<string> {
  const database = openDatabase(url, 1);
  const { rows } = (await database.raw(
    `select table_schema as schema, table_name as name from information_schema.tables
      where table_schema in ('public', 'graphile_worker')`,
  )) as { rows: { schema: string; name: string }[] };
  assert.ok(rows.some(({ schema }) => schema === 'graphile_worker'));
  const parts: string[] = [];
  for (const { schema, name } of rows)
    parts.push(name, JSON.stringify(await database(name).withSchema(schema).select('*')));
  await database.destroy();
  return parts.join('\n');
}
