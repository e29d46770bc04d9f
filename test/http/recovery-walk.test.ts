import assert from 'node:assert/strict';
import { createPerson, INITIAL_PASSWORD, identity, PASSWORD, randomNir } from '../support/people.ts';
import { answerOf, messagesTo } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type Answer, Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

const WALKS = 300;
const MAXIMUM_STEPS = 8;
const SEED = 20_240_917;

const NEW_PASSWORD = `${PASSWORD}-neuf`;
const BIRTH_DATE = '03/11/1962';

/** Whose code is asked for: the walker's own account, the account that it is after, nobody's. */
type Whom = 'own' | 'victim' | 'nobody';

/** One interaction, and what the walker has proved in it. */
interface Place {
  readonly visitor: Visitor;
  readonly interaction: string;
  readonly uid: string;
  asked?: Whom;
  /** Kept by the walker: the interaction forgets it when it ends. */
  codeId?: string;
  proved?: Whom;
  provedInitialPassword?: boolean;
}

interface People {
  readonly own: string;
  readonly victim: string;
  /** The walker's too, never signed in to yet. */
  readonly fresh: string;
}

describe('any walk through sign-in and recovery', () => {
  let service: Service;
  let party: RelyingParty;
  /** By the id that the interaction keeps; a walker knows those of its own account, and tries all of them. */
  const codes = new Map<string, string>();
  before(async () => {
    service = await startService({
      env: {
        THROTTLE_RECOVERY_PER_HOUR: '100000',
        THROTTLE_SIGN_IN_PER_MINUTE: '100000',
        THROTTLE_AUTHORIZATION_PER_MINUTE: '100000',
      },
    });
    const { verificationCodes, rateLimiter } = service.app.ports;
    const { create } = verificationCodes;
    const { count } = rateLimiter;
    // A code exists where its message may leave: here whoever asks again has another at once.
    rateLimiter.count = async (policy, key) =>
      policy.name.startsWith('message-') ? { allowed: true, retryAfterSeconds: 0 } : count(policy, key);
    verificationCodes.create = async (code, lifeSeconds) => {
      await create(code, lifeSeconds);
      codes.set(code.codeId, code.code);
    };
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function openPlace(visitor: Visitor): Promise<Place> {
    const { interaction } = await openInteraction(visitor, party);
    return { visitor, interaction, uid: interaction.split('/').at(-1) ?? '' };
  }

  async function createPeople(): Promise<People> {
    const [own, victim] = [await createPerson(service, contactOf()), await createPerson(service, contactOf())];
    const fresh = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    return { own: own.identifier, victim: victim.identifier, fresh: fresh.identifier };
  }

  async function passwordOf(identifier: string) {
    return (await service.app.ports.accounts.findForSignIn({ type: 'nir', value: identifier }))?.password;
  }

  async function codeAskedIn(place: Place): Promise<string> {
    if (place.asked === undefined || place.asked === 'nobody') return '271828';
    return eventually('the code', () => codes.get(place.codeId ?? ''));
  }

  /** Each step asserts what it may lead to, given what was proved in its place. */
  const steps = {
    async start(place: Place, _places: readonly Place[], people: People, random: Random) {
      const whom = pick(['own', 'own', 'victim', 'nobody'] as const, random);
      const identifier = whom === 'nobody' ? randomNir() : people[whom];
      const json = { identifierType: 'nir', identifier, birthDate: BIRTH_DATE, channel: 'sms' };
      const answer = await post(place, 'password-recovery', json);
      if (answer.json?.status !== 'code-sent') return answer;
      const codeId = (await service.app.ports.flowStates.find(place.uid))?.state.proofs?.['password-recovery']?.codeId;
      Object.assign(place, { asked: whom, proved: undefined, codeId });
      return answer;
    },
    async ownCode(place: Place) {
      const code = place.asked === 'own' ? await codeAskedIn(place) : '314159';
      const answer = await post(place, 'password-recovery/code', { code });
      if (answer.json?.status === 'new-password-required') {
        assert.equal(place.asked, 'own');
        place.proved = 'own';
      }
      return answer;
    },
    async codeOfElsewhere(place: Place, places: readonly Place[], _people: People, random: Random) {
      const elsewhere = places.filter((other) => other !== place);
      const asked = elsewhere.filter((other) => other.asked !== undefined && other.asked !== 'nobody');
      const code = await codeAskedIn(pick(asked.length > 0 ? asked : elsewhere, random));
      const answer = await post(place, 'password-recovery/code', { code });
      assert.notEqual(answer.json?.status, 'new-password-required', 'a code proves in its own interaction alone');
      return answer;
    },
    async wrongCode(place: Place, _places: readonly Place[], _people: People, random: Random) {
      const code = String(Math.floor(random() * 1e6)).padStart(6, '0');
      const answer = await post(place, 'password-recovery/code', { code });
      assert.notEqual(answer.json?.status, 'new-password-required');
      return answer;
    },
    async newPassword(place: Place) {
      const answer = await post(place, 'password-recovery/password', twice(NEW_PASSWORD));
      if (answer.json?.status === 'password-changed') {
        assert.equal(place.proved, 'own', 'a password was set without a proved code');
        Object.assign(place, { asked: undefined, proved: undefined });
      }
      return answer;
    },
    async firstPassword(place: Place) {
      const answer = await post(place, 'password', twice(NEW_PASSWORD));
      if (answer.json?.status === 'authenticated')
        assert.ok(place.provedInitialPassword, 'a first password was set without the initial one');
      return answer;
    },
    async wrongPassword(place: Place, _places: readonly Place[], people: People) {
      const answer = await signIn(place.visitor, place.interaction, people.victim, NEW_PASSWORD);
      assert.notEqual(answer.json?.status, 'authenticated');
      return answer;
    },
    async initialPassword(place: Place, _places: readonly Place[], people: People) {
      const answer = await signIn(place.visitor, place.interaction, people.fresh, INITIAL_PASSWORD);
      assert.notEqual(answer.json?.status, 'authenticated', 'an initial password signs nobody in');
      if (answer.json?.status === 'password-creation-required') place.provedInitialPassword = true;
      return answer;
    },
    rightPassword: (place: Place, _places: readonly Place[], people: People) =>
      signIn(place.visitor, place.interaction, people.own, PASSWORD),
    async identifier(place: Place) {
      const { json } = await place.visitor.request(`${place.interaction}/provisional-identifier-recovery`);
      const captchaId = String(json?.captcha?.captchaId);
      const captcha = await answerOf(service, captchaId, place.interaction);
      const form = { birthName: identity.birthName, givenNames: 'Claire', birthDate: BIRTH_DATE };
      const birthplace = { birthplace: 'france', departement: '44', commune: 'Nantes' };
      return post(place, 'provisional-identifier-recovery', { ...form, ...birthplace, captchaId, captcha });
    },
    /** Another browser posts to this interaction: nothing is to be had there, whatever was proved. */
    async otherBrowser(place: Place, places: readonly Place[]) {
      const other = places.find(({ visitor }) => visitor !== place.visitor) as Place;
      const elsewhere = { ...place, visitor: other.visitor };
      const answers = [
        await post(elsewhere, 'password-recovery/code', { code: await codeAskedIn(place) }),
        await post(elsewhere, 'password-recovery/password', twice(NEW_PASSWORD)),
        await post(elsewhere, 'password', twice(NEW_PASSWORD)),
      ];
      for (const { status, text } of answers) assert.ok(status >= 400, text);
      return answers[0] as Answer;
    },
  };

  /** What leads far is drawn more often. */
  const STEPS: readonly (keyof typeof steps)[] = [
    ...(Object.keys(steps) as (keyof typeof steps)[]),
    ...(['start', 'start', 'start', 'ownCode', 'ownCode', 'ownCode', 'newPassword', 'newPassword'] as const),
  ];

  it('sets no password and signs nobody in without a code or a password proved in that interaction', async function () {
    this.timeout(120_000);
    const random = seeded(SEED);
    const reached = new Map<string, number>();
    for (let walk = 0; walk < WALKS; walk++) {
      const people = await createPeople();
      const victimBefore = await passwordOf(people.victim);
      const [browser, otherBrowser] = [new Visitor(), new Visitor()];
      const places = [await openPlace(browser), await openPlace(browser), await openPlace(otherBrowser)];
      const path: string[] = [];
      const length = 3 + Math.floor(random() * (MAXIMUM_STEPS - 2));
      for (let step = 0; step < length; step++) {
        const name = pick(STEPS, random);
        // Two places of three belong to one browser; most steps stay in the first, so that walks get deep.
        const place = random() < 0.6 ? (places[0] as Place) : pick(places, random);
        path.push(`${name}@${places.indexOf(place)}`);
        const where = `walk ${walk} of seed ${SEED}: ${path.join(' ')}`;
        try {
          const { status, json, text } = await steps[name](place, places, people, random);
          assert.ok(status < 500, text);
          if (json?.status === 'authenticated')
            assert.ok(name === 'rightPassword' || name === 'firstPassword', 'signed in by something else');
          const outcome = `${name}:${json?.status ?? ''}`;
          reached.set(outcome, (reached.get(outcome) ?? 0) + 1);
        } catch (error) {
          throw new Error(`${(error as Error).message} (${where})`, { cause: error });
        }
      }
      assert.deepEqual(
        await passwordOf(people.victim),
        victimBefore,
        `walk ${walk} of seed ${SEED}: ${path.join(' ')}`,
      );
    }
    // The walks went far enough to mean something.
    for (const outcome of [
      'ownCode:new-password-required',
      'newPassword:password-changed',
      'firstPassword:authenticated',
      'rightPassword:authenticated',
      'identifier:message-on-its-way',
    ])
      assert.ok((reached.get(outcome) ?? 0) > 0, `no walk reached ${outcome}: ${JSON.stringify([...reached])}`);
  });

  it('sets it where the code that came by message is given', async () => {
    const points = contactOf();
    const { identifier } = await createPerson(service, points);
    const before = await passwordOf(identifier);
    const place = await openPlace(new Visitor());
    const json = { identifierType: 'nir', identifier, birthDate: BIRTH_DATE, channel: 'sms' };
    await post(place, 'password-recovery', json);
    const [message] = await messagesTo(service, points.contactPoints[0]?.value ?? '');
    await post(place, 'password-recovery/code', { code: /\d{6}/.exec(message?.text ?? '')?.[0] });
    const answer = await post(place, 'password-recovery/password', twice(NEW_PASSWORD));
    assert.equal(answer.json?.status, 'password-changed', answer.text);
    assert.notDeepEqual(await passwordOf(identifier), before);
  });
});

let contacts = 0;

function contactOf() {
  contacts += 1;
  return { contactPoints: [{ kind: 'mobile' as const, value: `+336125${10000 + contacts}`, verified: true }] };
}

function post({ visitor, interaction }: Place, path: string, json: object): Promise<Answer> {
  return visitor.request(`${interaction}/${path}`, { json });
}

function twice(password: string) {
  return { password, confirmation: password };
}

type Random = () => number;

/** Mulberry32: the same walks at each run. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[Math.floor(random() * items.length)] as Item;
}
