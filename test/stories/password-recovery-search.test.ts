import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import { readDevice } from '../../src/stories/kit/browser.ts';
import { createPerson, identity, randomNir } from '../support/people.ts';
import { createBrowser, createPlace } from './support/place.ts';
import { resultOf } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import { askForCode, codeTo, createReachable, createWithBoth, signIn } from './support/walks.ts';

/** What is done after the answer of « Mot de passe oublié ». */
describe('the search of password recovery', () => {
  let stories: Stories;
  beforeEach(() => {
    stories = openStories();
  });

  /** Asks for a code in a place of its own, and lets what follows be done. */
  async function search(identifier: string, more: Parameters<typeof askForCode>[2] = {}) {
    const place = createPlace(stories, { clientId: 'mon-compte-droits' });
    await askForCode(place, identifier, more);
    await stories.runJobs();
    const { kind, outcome, accountId, clientId } = stories.ports.audit.events.at(-1) ?? assert.fail();
    assert.deepEqual([kind, clientId], ['password-recovery-search', 'mon-compte-droits']);
    return { place, outcome, accountId };
  }
  const sentTo = (to: string) => stories.ports.notifier.textsTo(to).length;
  const passInterval = () => stories.ports.clock.move(stories.config.messages.secondsBetween);

  it('sends a code to whoever gives identifier and birth date, and leaves an event of it', async () => {
    const { accountId, identifier, mobile, email } = await createReachable(stories);
    const found = await search(identifier);
    assert.deepEqual([found.outcome, found.accountId], ['sent', accountId]);
    assert.deepEqual([sentTo(mobile), sentTo(email)], [1, 0]);
    const [message] = stories.ports.notifier.sent;
    assert.match(message?.text ?? '', /votre code est \d{6}\. Il est valable 10 minutes/);
    const written = JSON.stringify(stories.ports.audit.events);
    for (const secret of [codeTo(stories, mobile), mobile, identifier]) assert.ok(!written.includes(secret));
  });

  it('leaves its event too where no SMS may go to the country of the mobile, and the code goes by mail', async () => {
    const { identifier } = await createReachable(stories, {
      contactPoints: [
        { kind: 'mobile', value: '+32470123456', verified: true },
        { kind: 'email', value: 'elsewhere@example.be', verified: true },
      ],
    });
    assert.equal((await search(identifier)).outcome, 'sent');
    assert.equal(sentTo('elsewhere@example.be'), 1);
  });

  it('sends nothing when the event of it cannot be written: done again, it sends one code', async () => {
    const { identifier, mobile } = await createReachable(stories);
    await askForCode(createPlace(stories), identifier);
    stories.ports.audit.away = true;
    await assert.rejects(stories.runJobs(), { code: 'store_unavailable' });
    stories.ports.audit.away = false;
    passInterval();
    await stories.runJobs();
    assert.equal(sentTo(mobile), 1);
  });

  it('hands on exactly what its message is: to whom, until when, with which code, counted as whose', async () => {
    const person = await createReachable(stories);
    const browser = createBrowser(stories.ports.clock);
    await signIn(createPlace(stories, { browser }), person.identifier);
    const { deviceId } = readDevice(stories.ports.vault, browser.tokens().device);
    const own = `account:${person.accountId}`;
    for (const [by, countedAs, share] of [
      [undefined, `codes:${own}`, undefined],
      [browser, `codes:${own}:device:${deviceId}`, 'known-browser'],
    ] as const) {
      const place = createPlace(stories, { browser: by });
      await askForCode(place, person.identifier, { channel: 'mail' });
      await stories.runJobs();
      const sent = stories.ports.jobs.added.at(-1);
      assert.ok(sent?.name === 'deliver-mail' && 'code' in sent.payload);
      const { code, otherwise, ...message } = sent.payload;
      const { codeId } = place.proofs()['password-recovery'] ?? assert.fail();
      const subject = { kind: 'account', accountId: person.accountId };
      const expected = {
        codeId,
        purpose: 'password-recovery',
        code: codeTo(stories, person.email),
        subject,
        countedAs,
      };
      assert.deepEqual(code, expected);
      assert.deepEqual(
        [message.to, message.template, message.purpose],
        [person.email, 'password-recovery-code', 'recovery-code'],
      );
      assert.deepEqual([message.share, otherwise?.share, otherwise?.to], [share, share, person.mobile]);
      assert.deepEqual([otherwise?.code, otherwise?.expiresAtMs], [expected, message.expiresAtMs]);
    }
  });

  it('leaves one event of each search', async () => {
    const { accountId, identifier } = await createReachable(stories);
    const unreachable = await createPerson(stories);
    const expected: object[] = [];
    for (const [typed, birthDate, outcome, whose] of [
      [identifier, undefined, 'sent', accountId],
      [identifier, undefined, 'throttled', accountId],
      [identifier, '04/11/1962', 'birth-date-differs', accountId],
      [unreachable.identifier, undefined, 'no-contact-point', unreachable.accountId],
      [randomNir(), undefined, 'no-account', undefined],
    ] as const) {
      await search(typed, { birthDate });
      expected.push({ kind: 'password-recovery-search', outcome, accountId: whose, clientId: 'mon-compte-droits' });
    }
    const events = stories.ports.audit.events.filter(({ kind }) => kind === 'password-recovery-search');
    assert.deepEqual(events, expected);
  });

  it('sends nothing to the wrong birth date, a suspended, a closed or an unknown account', async () => {
    const { accountId, identifier } = await createReachable(stories);
    const suspended = await createReachable(stories, { state: 'suspended' });
    const closed = await createReachable(stories, { state: 'closed' });
    const unrecorded = await createReachable(stories, { civilIdentity: undefined });
    for (const [typed, birthDate, outcome, whose] of [
      [identifier, '04/11/1962', 'birth-date-differs', accountId],
      [unrecorded.identifier, undefined, 'birth-date-differs', unrecorded.accountId],
      [suspended.identifier, undefined, 'no-account', suspended.accountId],
      [closed.identifier, undefined, 'no-account', closed.accountId],
      [randomNir(), undefined, 'no-account', undefined],
    ] as const) {
      const found = await search(typed, { birthDate });
      assert.deepEqual([found.outcome, found.accountId], [outcome, whose]);
      assert.equal(await resultOf(found.place.run('submitRecoveryCode', { code: '123456' })), 'code_wrong');
    }
    assert.deepEqual(stories.ports.notifier.sent, []);
  });

  it('takes any day for one that the register does not know', async () => {
    const civilIdentity = { ...identity, birthDate: '1962-00-00' };
    const { identifier } = await createReachable(stories, { civilIdentity });
    assert.equal((await search(identifier, { birthDate: '1962-05-17' })).outcome, 'sent');
    assert.equal((await search(identifier, { birthDate: '1963-05-17' })).outcome, 'birth-date-differs');
  });

  it('uses the channel that was chosen, and the other where the account lacks it', async () => {
    const both = await createReachable(stories);
    await search(both.identifier, { channel: 'mail' });
    assert.deepEqual([sentTo(both.mobile), sentTo(both.email)], [0, 1]);
    assert.equal(stories.ports.notifier.sent[0]?.subject, 'Mon Compte\u00a0: votre code');
    for (const [channel, kind, value] of [
      ['sms', 'email', 'alone@example.test'],
      ['mail', 'mobile', '+33612000001'],
    ] as const) {
      const { identifier } = await createPerson(stories, { contactPoints: [{ kind, value, verified: true }] });
      assert.equal((await search(identifier, { channel })).outcome, 'sent');
      assert.equal(sentTo(value), 1);
    }
  });

  it('never uses a contact point that nobody has proved, and says so where there is no other', async () => {
    const contactPoints = [{ kind: 'mobile' as const, value: '+33612000002', verified: false }];
    const { accountId, identifier } = await createPerson(stories, { contactPoints });
    const found = await search(identifier);
    assert.deepEqual([found.outcome, found.accountId], ['no-contact-point', accountId]);
    assert.deepEqual(stories.ports.notifier.sent, []);
  });

  it('writes in the language of the account, not of the page', async () => {
    const { identifier, mobile } = await createReachable(stories, { locale: 'en' });
    await search(identifier);
    assert.match(stories.ports.notifier.textsTo(mobile)[0] ?? '', /your code is \d{6}/);
  });

  it('sends one message a minute and three an hour to a contact point, and says that it was throttled', async () => {
    const { identifier, mobile } = await createReachable(stories);
    assert.equal((await search(identifier)).outcome, 'sent');
    assert.equal((await search(identifier)).outcome, 'throttled');
    for (const outcome of ['sent', 'sent', 'throttled']) {
      passInterval();
      assert.equal((await search(identifier)).outcome, outcome);
    }
    assert.equal(sentTo(mobile), 3);
  });

  it('leaves no code to be guessed where no message left: asking again and again gives no tries more', async () => {
    stories = openStories({ ports: ({ random }) => ({ random: { ...random, digits: () => '482913' } }) });
    const { identifier } = await createReachable(stories);
    const [sent, throttled] = [await search(identifier), await search(identifier)];
    assert.deepEqual([sent.outcome, throttled.outcome], ['sent', 'throttled']);
    const prove = (where: typeof sent) => resultOf(where.place.run('submitRecoveryCode', { code: '482913' }));
    assert.equal(await prove(throttled), 'code_wrong');
    assert.equal(await prove(sent), 'new-password-required');
  });

  it('sends no message whose code could not be kept', async () => {
    stories = openStories({
      ports: ({ verificationCodes }) => ({
        verificationCodes: {
          ...verificationCodes,
          create: () => Promise.reject(new ServiceError('store_unavailable')),
        },
      }),
    });
    const { identifier, mobile } = await createReachable(stories);
    await search(identifier);
    await stories.runJobs();
    assert.equal(sentTo(mobile), 0);
  });

  it('has each place take its own code, and no other', async () => {
    const { identifier, mobile } = await createReachable(stories);
    const first = await search(identifier);
    const formerCode = codeTo(stories, mobile);
    passInterval();
    const second = await search(identifier);
    const code = codeTo(stories, mobile);
    assert.notEqual(code, formerCode);
    const prove = (where: typeof first, typed: string) =>
      resultOf(where.place.run('submitRecoveryCode', { code: typed }));
    assert.equal(await prove(first, code), 'code_wrong');
    assert.equal(await prove(second, formerCode), 'code_wrong');
    assert.equal(await prove(first, formerCode), 'new-password-required');
    assert.equal(await prove(second, code), 'new-password-required');
  });

  it('sends no code that would arrive expired: its message is worth sending for as long as the code lives', async () => {
    const { identifier, mobile } = await createReachable(stories);
    await search(identifier);
    const [asked, sending] = stories.ports.jobs.added;
    assert.equal(asked?.name, 'start-password-recovery');
    assert.ok(sending?.name === 'deliver-sms' && 'expiresAtMs' in sending.payload);
    const { lifeSeconds } = stories.config.codes;
    assert.equal(sending.payload.expiresAtMs, stories.ports.clock.now().getTime() + lifeSeconds * 1000);
    assert.equal(sentTo(mobile), 1);
  });

  it('finds a person by each of their identifiers', async () => {
    const { accountId, nir, provisional } = await createWithBoth(stories);
    for (const identifier of [nir, provisional]) {
      const found = await search(identifier);
      assert.deepEqual([found.outcome, found.accountId], ['no-contact-point', accountId]);
    }
  });
});
