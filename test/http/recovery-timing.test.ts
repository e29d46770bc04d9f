import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { OwnChallenge } from '../../src/adapters/captcha/own.ts';
import { createLogger } from '../../src/adapters/logger.ts';
import { connectRedis, type RedisConnection } from '../../src/adapters/redis/connection.ts';
import { createRedisKeyValue } from '../../src/adapters/redis/key-value.ts';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import { openChallenges, somewhere } from '../support/captchas.ts';
import { createPerson, randomNir, randomProvisional } from '../support/people.ts';
import { createRelyingParty, openInteraction } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const REQUESTS = 200;
/** What is done after one answer is over before the next request. */
const PAUSE_MS = 10;

let people = 0;

function newcomer() {
  people += 1;
  const letters = [...String(1000 + people)].map((digit) => 'ABCDEFGHIJ'[Number(digit)]).join('');
  const civilIdentity: CivilIdentity = {
    birthName: `KOVALENKO ${letters}`,
    givenNames: 'OLENA MARIA',
    sex: 'female',
    birthDate: '1990-03-17',
    birthplace: { communeCode: '31555', countryCode: '99100' },
  };
  const contactPoints = [{ kind: 'mobile' as const, value: `+336126${10000 + people}`, verified: true }];
  return { civilIdentity, contactPoints };
}

describe('how long the forms of recovery take', () => {
  let service: Service;
  let redis: RedisConnection;
  let visitor: Visitor;
  let interaction: string;
  beforeEach(async () => {
    service = await startService({
      env: {
        THROTTLE_RECOVERY_PER_HOUR: '100000',
        MESSAGES_RECOVERY_CODES_PER_HOUR: '100000',
        MESSAGES_IDENTIFIERS_PER_HOUR: '100000',
        MESSAGES_PER_CONTACT_POINT_PER_HOUR: '100000',
        MESSAGES_PER_CONTACT_POINT_PER_DAY: '100000',
      },
    });
    redis = await connectRedis(service.config.redisUrl, createLogger('silent'));
    visitor = new Visitor();
    ({ interaction } = await openInteraction(visitor, await createRelyingParty(service.url)));
  });
  afterEach(async () => {
    redis.disconnect();
    await service.stop();
  });

  it('« Identifiant provisoire oublié » tells nothing of whether nobody, one person or two were found', async function () {
    this.timeout(60_000);
    const uid = interaction.split('/').at(-1) ?? '';
    const { captcha, vault } = service.app.ports;
    const challenges = openChallenges<OwnChallenge>({ store: createRedisKeyValue(redis), vault });
    const people = { known: 1, unknown: 0, homonyms: 2 };
    const times = await measure(['known', 'unknown', 'homonyms'], async (kind) => {
      const { civilIdentity, contactPoints } = newcomer();
      for (let created = 0; created < people[kind]; created++)
        await createPerson(service, { identifier: randomProvisional(), civilIdentity, contactPoints });
      const { captchaId } = await captcha.create(uid, 'fr', somewhere());
      const form = {
        birthName: civilIdentity.birthName,
        givenNames: 'Olena',
        birthDate: '17/03/1990',
        birthplace: 'france',
        departement: '31',
        commune: 'Toulouse',
        captchaId,
        captcha: (await challenges.find(captchaId, uid))?.answer,
      };
      return async () => {
        const { json } = await visitor.request(`${interaction}/provisional-identifier-recovery`, { json: form });
        assert.equal(json.status, 'message-on-its-way');
      };
    });
    assertAlike('known', times.known, 'unknown', times.unknown);
    assertAlike('homonyms', times.homonyms, 'unknown', times.unknown);
    assertAlike('known', times.known, 'homonyms', times.homonyms);
  });

  it('« Mot de passe oublié » tells nothing of whether the person is known', async function () {
    this.timeout(60_000);
    const times = await measure(['known', 'unknown'], async (kind) => {
      const identifier = kind === 'known' ? (await createPerson(service, newcomer())).identifier : randomNir();
      const form = { identifierType: 'nir', identifier, birthDate: '17/03/1990', channel: 'sms' };
      return async () => {
        const { json } = await visitor.request(`${interaction}/password-recovery`, { json: form });
        assert.equal(json.status, 'code-sent');
      };
    });
    assertAlike('known', times.known, 'unknown', times.unknown);
  });
});

/** In rounds of one request of each kind, in an order drawn anew: whatever slows the machine down slows all. */
async function measure<Kind extends string>(
  kinds: readonly Kind[],
  prepare: (kind: Kind) => Promise<() => Promise<void>>,
): Promise<Record<Kind, number[]>> {
  const times = Object.fromEntries(kinds.map((kind) => [kind, []])) as unknown as Record<Kind, number[]>;
  for (let round = 0; round < REQUESTS; round++) {
    const left = [...kinds];
    const ready = new Map<Kind, () => Promise<void>>();
    // Before the round, so that no kind of request follows the creation of its own person.
    for (const kind of kinds) ready.set(kind, await prepare(kind));
    while (left.length > 0) {
      const [kind] = left.splice(randomInt(left.length), 1) as [Kind];
      await delay(PAUSE_MS);
      const startedAt = performance.now();
      await ready.get(kind)?.();
      times[kind].push(performance.now() - startedAt);
    }
  }
  return times;
}

function assertAlike(one: string, first: readonly number[], other: string, second: readonly number[]): void {
  const share = chanceThatFirstIsSlower(first, second);
  assert.ok(
    share > 0.35 && share < 0.65,
    `${one} is slower than ${other} in ${(share * 100).toFixed(0)} % of the pairs`,
  );
}

/** The Mann-Whitney statistic, as a share: 0.5 when the two cannot be told apart. */
function chanceThatFirstIsSlower(first: readonly number[], second: readonly number[]): number {
  let wins = 0;
  for (const one of first) for (const other of second) wins += one > other ? 1 : one === other ? 0.5 : 0;
  return wins / (first.length * second.length);
}
