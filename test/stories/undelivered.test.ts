import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import type { OutgoingMessage } from '../../src/ports/messages.ts';
import { createPlace, type TestPlace } from './support/place.ts';
import { resultOf } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import { askForCode, codeTo, createReachable, type ReachablePerson } from './support/walks.ts';

const REFUSED = { sent: false, reason: 'kannel_400' } as const;

describe('messages that do not arrive', () => {
  let stories: Stories;
  let person: ReachablePerson;
  let place: TestPlace;
  beforeEach(async () => {
    stories = openStories();
    person = await createReachable(stories);
    place = createPlace(stories);
  });

  const ports = () => stories.ports;
  /** The gateway of SMS says this; mail works. */
  const smsAnswers = (answer: () => { readonly sent: true } | typeof REFUSED) => {
    ports().notifier.answer = (message) => (message.kind === 'sms' ? answer() : { sent: true });
  };
  const ask = async (more: Parameters<typeof askForCode>[2] = {}) => {
    await askForCode(place, person.identifier, more);
    await stories.runJobs();
  };
  function lastSms(): Pick<OutgoingMessage, 'messageId' | 'code'> {
    const sms = ports().jobs.added.findLast(({ payload }) => 'text' in payload && payload.kind === 'sms');
    assert.ok(sms && 'text' in sms.payload);
    return sms.payload;
  }
  const sentTo = (to: string) => ports().notifier.textsTo(to).length;
  const prove = (code: string) => resultOf(place.run('submitRecoveryCode', { code }));
  const searches = () => ports().audit.outcomes('password-recovery-search');
  const counted = (name: string) => ports().metrics.counted.filter((other) => other === name).length;

  it('are followed by the same code to the other contact point, and the event of the failure stays', async () => {
    smsAnswers(() => REFUSED);
    await ask();
    assert.deepEqual([sentTo(person.mobile), sentTo(person.email)], [0, 1]);
    assert.equal(await prove(codeTo(stories, person.email)), 'new-password-required');
    assert.deepEqual(ports().audit.outcomes('message', 'password-recovery-search'), [
      'password-recovery-search: sent',
      'message: failed',
    ]);
    const labelsOf = (wanted: string) => ports().metrics.labelled.filter(({ name }) => name === wanted);
    const purpose = 'recovery-code';
    assert.deepEqual(
      [...labelsOf('messages_passed_on'), ...labelsOf('messages_given_back')].map(({ labels }) => labels),
      [
        { channel: 'mail', purpose },
        { channel: 'sms', purpose },
      ],
    );
    assert.equal(counted('codes_sent'), 1, 'the one that left, and not the one that did not');
  });

  it('are given back in the window that they were counted in, and wait anew on their way elsewhere', async () => {
    const agos: number[] = [];
    stories = openStories({
      ports: ({ rateLimiter }) => ({
        rateLimiter: {
          ...rateLimiter,
          async giveBack(policy, key, countedAgoMs) {
            agos.push(countedAgoMs);
            await rateLimiter.giveBack(policy, key, countedAgoMs);
          },
        },
      }),
    });
    [person, place] = [await createReachable(stories), createPlace(stories)];
    smsAnswers(() => {
      throw new ServiceError('store_unavailable');
    });
    await ask();
    assert.deepEqual(agos, []);
    ports().clock.move(30);
    smsAnswers(() => REFUSED);
    await stories.runJobs();
    assert.deepEqual([...new Set(agos)], [30_000]);
    const mail = ports().jobs.added.findLast(({ name }) => name === 'deliver-mail')?.payload;
    assert.ok(mail && 'queuedAtMs' in mail);
    assert.equal(mail.queuedAtMs, ports().clock.now().getTime());
  });

  it('answer the person as those that arrive do: nobody learns what contact points there are', async () => {
    const ask = async () => {
      const { json, ...answer } = await askForCode(createPlace(stories), person.identifier);
      const { resendableAt, ...rest } = json;
      assert.equal(Date.parse(String(resendableAt)), ports().clock.now().getTime() + 60_000);
      return { ...answer, json: rest };
    };
    const arrived = await ask();
    smsAnswers(() => REFUSED);
    ports().clock.move(60);
    assert.deepEqual(await ask(), arrived);
  });

  it('do not count against the contact point: whoever asks again at once is sent another', async () => {
    smsAnswers(() => REFUSED);
    person = await createReachable(stories, {
      contactPoints: [{ kind: 'mobile', value: '+33612398765', verified: true }],
    });
    await ask();
    smsAnswers(() => ({ sent: true }));
    await ask();
    assert.deepEqual(searches(), ['password-recovery-search: sent', 'password-recovery-search: sent']);
    assert.equal(sentTo('+33612398765'), 1);
    await ask();
    assert.equal(searches().at(-1), 'password-recovery-search: throttled', 'what arrived counts');
  });

  it('leave six times an hour in all: a number that fails for ever is not paid for without end', async () => {
    smsAnswers(() => REFUSED);
    person = await createReachable(stories, {
      contactPoints: [{ kind: 'mobile', value: '+33612398766', verified: true }],
    });
    const results = [];
    for (let times = 0; times < 8; times++) {
      await ask();
      results.push(searches().at(-1)?.replace('password-recovery-search: ', ''));
    }
    assert.deepEqual(results, [...Array(6).fill('sent'), ...Array(2).fill('throttled')]);
  });

  it('spend the own limits of the other contact point, and where it had its share the code dies', async () => {
    await ask({ channel: 'mail' });
    smsAnswers(() => REFUSED);
    await ask({ channel: 'sms' });
    assert.deepEqual([sentTo(person.mobile), sentTo(person.email)], [0, 1]);
    assert.equal(await prove(lastSms().code?.code ?? 'none'), 'code_wrong');
  });

  describe('as the network reports later', () => {
    const report = async (status: 'delivered' | 'failed' = 'failed') => {
      await ports().messages.report(lastSms().messageId, status);
      await stories.runJobs();
    };

    it('are passed on while their code lives, and given back', async () => {
      await ask();
      const code = codeTo(stories, person.mobile);
      ports().clock.move(30);
      await report();
      assert.equal(codeTo(stories, person.email), code);
      assert.equal(await prove(code), 'new-password-required');
      assert.deepEqual([counted('messages_passed_on'), counted('messages_given_back')], [1, 1]);
      const failure = ports().audit.events.find(({ kind }) => kind === 'message');
      assert.deepEqual([failure?.outcome, failure?.details?.reason], ['failed', 'not_delivered']);
      await ask({ channel: 'sms' });
      assert.equal(searches().at(-1), 'password-recovery-search: sent');
    });

    it('and are sent again meanwhile, are left alone: their code lives, and goes nowhere else', async () => {
      await ask();
      const messages = ports().messages;
      messages.find = async () => ({ status: 'queued' });
      await report();
      assert.deepEqual([sentTo(person.email), counted('messages_given_back')], [0, 0]);
      assert.equal(await prove(codeTo(stories, person.mobile)), 'new-password-required');
    });

    it('leave an event also where nothing is known of them any more, and nothing is sent', async () => {
      const record = { messageId: 'long ago', accountId: person.accountId, kind: 'sms', template: 't' } as const;
      await ports().jobs.add('message-undelivered', record);
      await stories.runJobs();
      const { accountId, ...details } = record;
      const [event, ...more] = ports().audit.events;
      assert.deepEqual([event?.kind, event?.outcome, event?.accountId, more], ['message', 'failed', accountId, []]);
      assert.deepEqual(event?.details, { ...details, reason: 'not_delivered' });
      assert.deepEqual(ports().notifier.sent, []);
    });

    it('are not passed on once their code has ended', async () => {
      await ask();
      ports().clock.move(600);
      await report();
      assert.deepEqual([sentTo(person.email), counted('messages_passed_on')], [0, 0]);
    });

    it('of those that arrived nothing is given back, and nothing sent', async () => {
      await ask();
      await report('delivered');
      await report('failed');
      assert.deepEqual([sentTo(person.email), counted('messages_given_back')], [0, 0]);
    });
  });

  describe('since a gateway is away', () => {
    const isAway = () => {
      throw new ServiceError('store_unavailable', { details: { gateway: 'kannel' } });
    };

    it('wait for it a minute, and then take the other way: somebody waits for the code', async () => {
      smsAnswers(isAway);
      await ask();
      ports().clock.move(59);
      await stories.runJobs();
      assert.deepEqual([sentTo(person.mobile), sentTo(person.email)], [0, 0]);
      ports().clock.move(1);
      await stories.runJobs();
      assert.equal(sentTo(person.email), 1);
      assert.deepEqual([counted('messages_passed_on'), counted('messages_refused_by_contact_point')], [1, 0]);
      assert.equal(await prove(codeTo(stories, person.email)), 'new-password-required');
      smsAnswers(() => ({ sent: true }));
      await stories.runJobs();
      assert.deepEqual([sentTo(person.mobile), sentTo(person.email)], [0, 1], 'once');
    });

    it('take it too while the gateway is left alone', async () => {
      ports().notifier.restSeconds = (kind) => (kind === 'sms' ? 30 : 0);
      await ask();
      assert.equal(sentTo(person.email), 0);
      ports().clock.move(60);
      await stories.runJobs();
      assert.deepEqual([sentTo(person.mobile), sentTo(person.email)], [0, 1]);
    });

    it('go on waiting where the other contact point had its share', async () => {
      stories = openStories({ env: { MESSAGES_SECONDS_BETWEEN: '120' } });
      person = await createReachable(stories);
      place = createPlace(stories);
      await ask({ channel: 'mail' });
      smsAnswers(isAway);
      await ask();
      ports().clock.move(61);
      await stories.runJobs();
      assert.deepEqual(ports().audit.outcomes('message'), []);
      smsAnswers(() => ({ sent: true }));
      await stories.runJobs();
      assert.equal(await prove(codeTo(stories, person.mobile)), 'new-password-required');
      assert.equal(sentTo(person.email), 1);
    });
  });
});
