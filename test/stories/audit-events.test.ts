/**
 * The whole audit events of each step and outcome, held against `audit-events.yaml`: kind, outcome, and everything they name and
 * carry. `SNAPSHOTS=write` writes it anew, to be read before it is kept. That an event is left at all is what the lists say:
 * nothing else may be in the log.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { auditCatalogue } from '../../src/app/audit-catalogue.ts';
import type { RecordedEvent } from '../support/audit.ts';
import { createPerson, INITIAL_PASSWORD, identity, randomProvisional } from '../support/people.ts';
import { CAPTCHA_ANSWER } from './support/captcha.ts';
import { askForIdentifier, bornAbroad, bornInFrance, captchaOf, createRecorded } from './support/identities.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { openStories, type Stories } from './support/stories.ts';
import {
  askForCode,
  changePassword,
  choosePassword,
  codeTo,
  createReachable,
  NEW_PASSWORD,
  proveCode,
  type ReachablePerson,
  signIn,
  WRONG_PASSWORD,
} from './support/walks.ts';

const FILE = path.join(import.meta.dirname, 'audit-events.yaml');
const NOBODY = 'P00000000';

interface Scene {
  readonly stories: Stories;
  readonly place: TestPlace;
  readonly person: ReachablePerson;
}

type Act = (scene: Scene) => Promise<unknown>;

const refused = (step: Promise<unknown>) => step.catch(() => {});
const failTimes = async (count: number, step: () => Promise<unknown>) => {
  for (let times = 0; times < count; times++) await refused(step());
};
const suspend = ({ stories, person }: Scene) => stories.ports.accounts.setState(person.accountId, 'suspended');
const refuseAll = ({ stories }: Scene) => {
  stories.ports.notifier.answer = () => ({ sent: false, reason: 'kannel_400' });
};
const initial = async ({ stories, place }: Scene) => {
  const more = { identifier: randomProvisional(), password: INITIAL_PASSWORD, initial: true, civilIdentity: identity };
  const { identifier, accountId } = await createPerson(stories, more);
  await signIn(place, identifier, INITIAL_PASSWORD);
  return accountId;
};

/** What leaves events, by what is done; what comes before `then` is not looked at. */
const ACTS: Readonly<Record<string, Act | readonly [before: Act, then: Act]>> = {
  'sign-in, with the right password': ({ place, person }) => signIn(place, person.identifier),
  'sign-in, with an initial password': initial,
  'sign-in, with a wrong password': ({ place, person }) => refused(signIn(place, person.identifier, WRONG_PASSWORD)),
  'sign-in, as nobody': ({ place }) => refused(signIn(place, NOBODY)),
  'sign-in, of an identifier of no shape': ({ place }) => refused(signIn(place, 'P12')),
  'sign-in, while suspended': async (scene) => {
    suspend(scene);
    await refused(signIn(scene.place, scene.person.identifier));
  },
  'sign-in, until it locks': [
    ({ place, person }) => failTimes(10, () => signIn(place, person.identifier, WRONG_PASSWORD)),
    ({ place, person, stories }) => {
      stories.ports.clock.move(60);
      return failTimes(4, () => signIn(place, person.identifier, WRONG_PASSWORD));
    },
  ],
  'sign-in, past the limit of the client address': [
    ({ place, stories }) =>
      failTimes(stories.config.throttles.signInPerMinute, () => signIn(place, randomProvisional())),
    ({ place }) => failTimes(3, () => signIn(place, randomProvisional())),
  ],
  'sign-in, at the longest lock': [
    ({ place, person, stories }) =>
      failTimes(12, () => {
        stories.ports.clock.move(stories.config.throttles.lockMaximumSeconds);
        return signIn(place, person.identifier, WRONG_PASSWORD);
      }),
    ({ place, person }) => failTimes(3, () => signIn(place, person.identifier, WRONG_PASSWORD)),
  ],
  'first password, chosen': [initial, ({ place }) => choosePassword(place, NEW_PASSWORD)],
  'first password, that is too weak': [initial, ({ place }) => refused(choosePassword(place, 'short'))],
  'first password, without the proof': ({ place }) => refused(choosePassword(place, NEW_PASSWORD)),
  'first password, past the limit of the client address': [
    ({ place, stories }) =>
      failTimes(stories.config.throttles.signInPerMinute, () => choosePassword(place, NEW_PASSWORD)),
    ({ place }) => failTimes(3, () => choosePassword(place, NEW_PASSWORD)),
  ],
  'first password, while suspended': [
    async (scene) => scene.stories.ports.accounts.setState(await initial(scene), 'suspended'),
    ({ place }) => refused(choosePassword(place, NEW_PASSWORD)),
  ],
  'password recovery, a code that is sent': async ({ place, person, stories }) => {
    await askForCode(place, person.identifier);
    await stories.runJobs();
  },
  'password recovery, as nobody': async ({ place, stories }) => {
    await askForCode(place, NOBODY);
    await stories.runJobs();
  },
  'password recovery, while suspended': async (scene) => {
    suspend(scene);
    await askForCode(scene.place, scene.person.identifier);
    await scene.stories.runJobs();
  },
  'password recovery, with another birth date': async ({ place, person, stories }) => {
    await askForCode(place, person.identifier, { birthDate: '04/11/1962' });
    await stories.runJobs();
  },
  'password recovery, without a contact point': async ({ place, stories }) => {
    await askForCode(place, (await createReachable(stories, { contactPoints: [] })).identifier);
    await stories.runJobs();
  },
  'password recovery, twice at once': async ({ place, person, stories }) => {
    for (const from of [place, createPlace(stories, { address: place.clientAddress.address })]) {
      await askForCode(from, person.identifier);
      await stories.runJobs();
    }
  },
  'password recovery, another code too early': [
    ({ place, person }) => askForCode(place, person.identifier),
    ({ place }) => refused(place.run('resendRecoveryCode', {})),
  ],
  'password recovery, another code': [
    async ({ place, person, stories }) => {
      await askForCode(place, person.identifier);
      await stories.runJobs();
      stories.ports.clock.move(60);
    },
    async ({ place, stories }) => {
      await place.run('resendRecoveryCode', {});
      await stories.runJobs();
    },
  ],
  'password recovery, the right code': [
    async ({ place, person, stories }) => {
      await askForCode(place, person.identifier);
      await stories.runJobs();
    },
    ({ place, person, stories }) => place.run('submitRecoveryCode', { code: codeTo(stories, person.mobile) }),
  ],
  'password recovery, wrong codes until none is tried': [
    async ({ place, person, stories }) => {
      await askForCode(place, person.identifier);
      await stories.runJobs();
    },
    ({ place }) => failTimes(7, () => place.run('submitRecoveryCode', { code: '000000' })),
  ],
  'password recovery, a code before one was asked for': ({ place }) =>
    refused(place.run('submitRecoveryCode', { code: '000000' })),
  'password recovery, a password': [
    ({ place, person, stories }) => proveCode(stories, place, person),
    ({ place }) => changePassword(place),
  ],
  'password recovery, a password that is too weak': [
    ({ place, person, stories }) => proveCode(stories, place, person),
    ({ place }) => refused(changePassword(place, 'short')),
  ],
  'password recovery, a password while suspended': [
    ({ place, person, stories }) => proveCode(stories, place, person),
    (scene) => {
      suspend(scene);
      return refused(changePassword(scene.place));
    },
  ],
  'password recovery, a password of an account that is there no more': [
    ({ place, person, stories }) => proveCode(stories, place, person),
    ({ place, stories }) => {
      stories.ports.accounts.findProfile = async () => undefined;
      return refused(changePassword(place));
    },
  ],
  'password recovery, a password without the proof': ({ place }) => refused(changePassword(place)),
  'password recovery, guessed at': [
    async ({ place, person, stories }) => {
      await askForCode(place, person.identifier);
      await stories.runJobs();
    },
    async ({ person, stories }) => {
      await stories.ports.jobs.add('tell-wrong-codes', { accountId: person.accountId });
      await stories.ports.jobs.add('tell-wrong-codes', {});
      await stories.runJobs();
    },
  ],
  'password recovery, by a gateway that refuses': async (scene) => {
    refuseAll(scene);
    const { stories, place } = scene;
    const contactPoints = [{ kind: 'mobile', value: '+33612349999', verified: true }] as const;
    await askForCode(place, (await createReachable(stories, { contactPoints })).identifier);
    await stories.runJobs();
  },
  'password recovery, to a country that is not listed': async ({ stories, place }) => {
    const contactPoints = [{ kind: 'mobile', value: '+32470123456', verified: true }] as const;
    await askForCode(place, (await createReachable(stories, { contactPoints })).identifier);
    await stories.runJobs();
  },
  'provisional identifier, of one account': async ({ stories, place }) => {
    await createRecorded(stories);
    await askForIdentifier(place);
    await stories.runJobs();
  },
  'provisional identifier, of nobody': async ({ stories, place }) => {
    await askForIdentifier(place);
    await stories.runJobs();
  },
  'provisional identifier, of two accounts': async ({ stories, place }) => {
    for (const _ of [1, 2]) await createRecorded(stories);
    await askForIdentifier(place);
    await stories.runJobs();
  },
  'provisional identifier, of an account with a NIR alone': async ({ stories, place }) => {
    await askForIdentifier(place, bornInFrance);
    await stories.runJobs();
  },
  'provisional identifier, without a contact point': async ({ stories, place }) => {
    await createRecorded(stories, { contactPoints: [] });
    await askForIdentifier(place);
    await stories.runJobs();
  },
  'provisional identifier, twice at once': [
    ({ stories }) => createRecorded(stories),
    async ({ stories, place }) => {
      for (const _ of [1, 2]) {
        await askForIdentifier(place);
        await stories.runJobs();
      }
    },
  ],
  'provisional identifier, with a wrong captcha': async ({ place }) => {
    const captchaId = await captchaOf(place);
    await refused(place.run('submitProvisionalIdentifierRecovery', { ...bornAbroad, captchaId, captcha: 'WRONG' }));
  },
  'provisional identifier, with a field that is wrong': async ({ place }) => {
    const form = { ...bornAbroad, country: '99999', captchaId: await captchaOf(place), captcha: CAPTCHA_ANSWER };
    await refused(place.run('submitProvisionalIdentifierRecovery', form));
  },
  'recoveries, past the limit of the client address': [
    ({ place, stories }) => failTimes(stories.config.throttles.recoveryPerHour, () => askForCode(place, NOBODY)),
    async ({ place }) => {
      await failTimes(3, () => askForCode(place, NOBODY));
      await refused(askForIdentifier(place));
    },
  ],
  'provisional identifier, past the limit of the client address': [
    async ({ place, stories }) => {
      const form = { ...bornAbroad, captchaId: await captchaOf(place), captcha: 'WRONG' };
      await failTimes(stories.config.throttles.recoveryPerHour, () =>
        place.run('submitProvisionalIdentifierRecovery', form),
      );
    },
    async ({ place }) => {
      await refused(askForIdentifier(place));
      await refused(askForCode(place, NOBODY));
    },
  ],
};

describe('the audit events', () => {
  const written: Record<string, readonly object[]> = {};
  const kept: Record<string, readonly object[]> =
    process.env.SNAPSHOTS === 'write' ? written : parse(readFileSync(FILE, 'utf8'));

  for (const [what, act] of Object.entries(ACTS))
    it(`of ${what}`, async () => {
      const stories = openStories();
      const scene = { stories, place: createPlace(stories), person: await createReachable(stories) };
      const [before, then] = typeof act === 'function' ? [undefined, act] : act;
      await before?.(scene);
      const already = stories.ports.audit.events.length;
      await then(scene);
      const events = stories.ports.audit.events.slice(already).map((event) => toRead(scene, event));
      written[what] = events;
      assert.deepEqual(events, kept[what]);
    });

  it('that are written down are those of what is done here, and each outcome of the stories is among them', () => {
    assert.deepEqual(Object.keys(kept), Object.keys(ACTS));
    const seen = new Set(Object.values(kept).flatMap((events) => events.map(nameOf)));
    const ofStories = Object.entries(auditCatalogue).filter(([kind]) => !['token', 'nir-release'].includes(kind));
    const declared = ofStories.flatMap(([kind, { outcomes, refusals = [] }]) =>
      [...Object.keys(outcomes), ...refusals].map((outcome) => `${kind}: ${outcome}`),
    );
    assert.deepEqual(
      declared.filter((name) => !seen.has(name)),
      ELSEWHERE,
    );
  });

  after(() => {
    if (process.env.SNAPSHOTS === 'write') writeFileSync(FILE, stringify(written, { lineWidth: 120 }));
  });
});

/** What an operator asks for: `test/jobs/kept-messages.test.ts`. */
const ELSEWHERE: readonly string[] = ['message: resent'];

function nameOf(event: object): string {
  return 'kind' in event && 'outcome' in event ? `${event.kind}: ${event.outcome}` : '';
}

/** Ids that differ from one run to the next, by what they are. */
function toRead({ stories, place, person }: Scene, event: RecordedEvent): object {
  const { accountId, requestId, clientAddressIndex, details } = event;
  const own = stories.ports.vault.blindIndex('client-address', place.clientAddress.address);
  const read = {
    ...event,
    accountId: accountId && (accountId === person.accountId ? 'that of the person' : 'that of another'),
    requestId: requestId && (/^place-\d+-\d+$/.test(requestId) ? 'that of the request' : requestId),
    clientAddressIndex: clientAddressIndex && (clientAddressIndex === own ? 'that of the place' : clientAddressIndex),
    details: details && { ...details, ...('messageId' in details && { messageId: 'that of the message' }) },
  };
  return JSON.parse(JSON.stringify(read));
}
