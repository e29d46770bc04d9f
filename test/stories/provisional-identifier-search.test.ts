import assert from 'node:assert/strict';
import { identity, randomProvisional } from '../support/people.ts';
import {
  askForIdentifier,
  bornAbroad,
  bornInFrance,
  createRecorded,
  type IdentityForm,
  recordedAbroad,
} from './support/identities.ts';
import { createPlace } from './support/place.ts';
import { openStories, type Stories } from './support/stories.ts';
import { createReachable, createWithBoth, signIn } from './support/walks.ts';

/** What is done after the answer of « Identifiant provisoire oublié ». */
describe('the search of a provisional identifier', () => {
  let stories: Stories;
  beforeEach(() => {
    stories = openStories();
  });

  /** @returns what became of it, whose it was, and among how many. */
  async function search(form?: IdentityForm) {
    await askForIdentifier(createPlace(stories), form);
    await stories.runJobs();
    const { kind, outcome, accountId, clientId, details } = stories.ports.audit.events.at(-1) ?? assert.fail();
    assert.deepEqual([kind, clientId], ['provisional-identifier-search', 'mon-compte']);
    return [outcome, accountId, details?.matches];
  }
  const sent = () => stories.ports.notifier.sent.map(({ to }) => to);

  it('sends it to the one whom everything matches, by SMS, and it signs in', async () => {
    const { accountId, identifier, mobile } = await createRecorded(stories);
    await createReachable(stories);
    assert.deepEqual(await search(), ['sent', accountId, 1]);
    assert.deepEqual(sent(), [mobile]);
    const [text = ''] = stories.ports.notifier.textsTo(mobile);
    assert.equal(/P\d{8}/.exec(text)?.[0], identifier);
    assert.equal((await signIn(createPlace(stories), identifier)).status, 'authenticated');
    const written = JSON.stringify(stories.ports.audit.events);
    for (const secret of [identifier, mobile, 'KOVALENKO', '1990']) assert.ok(!written.includes(secret));
  });

  it('leaves one event of each search, whatever became of it', async () => {
    const { accountId } = await createRecorded(stories);
    for (const form of [bornAbroad, bornAbroad, bornInFrance]) await search(form);
    await createRecorded(stories);
    await search();
    const event = { kind: 'provisional-identifier-search', clientId: 'mon-compte' };
    assert.deepEqual(
      stories.ports.audit.events.filter(({ kind }) => kind === event.kind),
      [
        { ...event, outcome: 'sent', accountId, details: { matches: 1 } },
        { ...event, outcome: 'throttled', accountId, details: { matches: 1 } },
        { ...event, outcome: 'none', accountId: undefined, details: { matches: 0 } },
        { ...event, outcome: 'several', accountId: undefined, details: { matches: 2 } },
      ],
    );
  });

  it('hands on exactly what its message is: by SMS first, by mail where that fails, under a purpose of its own', async () => {
    const { accountId, mobile, email } = await createRecorded(stories);
    await search();
    const sent = stories.ports.jobs.added.at(-1);
    assert.ok(sent?.name === 'deliver-sms' && 'to' in sent.payload);
    const { to, template, purpose, accountId: whose, otherwise } = sent.payload;
    assert.deepEqual([to, template, purpose, whose], [mobile, 'provisional-identifier', 'identifier', accountId]);
    assert.deepEqual([otherwise?.to, otherwise?.kind], [email, 'mail']);
  });

  it('sends nothing when the event of it cannot be written: done again, it sends it once', async () => {
    const { mobile } = await createRecorded(stories);
    await askForIdentifier(createPlace(stories));
    stories.ports.audit.away = true;
    await assert.rejects(stories.runJobs(), { code: 'store_unavailable' });
    assert.deepEqual(sent(), []);
    stories.ports.audit.away = false;
    stories.ports.clock.move(stories.config.messages.secondsBetween);
    await stories.runJobs();
    assert.deepEqual(sent(), [mobile]);
  });

  it('passes over a candidate of whom no identity is recorded, and compares each of them whole', async () => {
    stories = openStories({
      ports: ({ accounts }) => ({
        accounts: {
          ...accounts,
          async findCandidates(key) {
            const found = await accounts.findCandidates(key);
            return found.flatMap((account) => [{ ...account, civilIdentity: undefined }, account]);
          },
        },
      }),
    });
    const { accountId } = await createRecorded(stories);
    assert.deepEqual(await search(), ['sent', accountId, 1]);
  });

  it('finds whoever was born in France by the commune', async () => {
    const person = await createReachable(stories, { identifier: randomProvisional(), civilIdentity: identity });
    assert.deepEqual(await search(bornInFrance), ['sent', person.accountId, 1]);
    assert.deepEqual(await search({ ...bornInFrance, commune: 'Rezé' }), ['none', undefined, 0]);
  });

  it('sends nothing when one thing differs, and leaves an event', async () => {
    await createRecorded(stories);
    for (const other of [
      { birthName: 'Kovalenka' },
      { givenNames: 'Maria' },
      { birthDate: '18/03/1990' },
      { country: '99110' },
      { city: 'Lviv' },
      { parent1GivenNames: 'Halyna' },
    ])
      assert.deepEqual(await search({ ...bornAbroad, ...other }), ['none', undefined, 0], JSON.stringify(other));
    assert.deepEqual(sent(), []);
  });

  describe('with a parent whom the person does not know', () => {
    const { parent1BirthName: _name, parent1GivenNames: _given, ...oneNamed } = bornAbroad;
    const oneUnknown = { ...oneNamed, parent1Unknown: true };

    it('finds them by the other, whether one parent is recorded or two', async () => {
      for (const parents of [recordedAbroad.parents ?? [], (recordedAbroad.parents ?? []).slice(0, 1)]) {
        stories = openStories();
        const { accountId } = await createRecorded(stories, { civilIdentity: { ...recordedAbroad, parents } });
        assert.deepEqual(await search(oneUnknown), ['sent', accountId, 1]);
      }
    });

    it('asks for one right parent where any is recorded: to know none is no way past them', async () => {
      await createRecorded(stories);
      const none = { ...oneUnknown, parent2Unknown: true };
      assert.deepEqual(await search(none), ['none', undefined, 0]);
      assert.deepEqual(await search({ ...oneUnknown, parent2GivenNames: 'Ivan' }), ['none', undefined, 0]);
      const { parents: _parents, ...withoutParents } = recordedAbroad;
      const { accountId } = await createRecorded(stories, { civilIdentity: withoutParents });
      assert.deepEqual(await search(none), ['sent', accountId, 1]);
    });

    it('sends nothing when that leaves two whom it could be', async () => {
      const mother = { birthName: 'MELNYK', givenNames: 'HALYNA' };
      await createRecorded(stories);
      const parents = [...(recordedAbroad.parents ?? []).slice(0, 1), mother];
      await createRecorded(stories, { civilIdentity: { ...recordedAbroad, parents } });
      assert.deepEqual(await search(oneUnknown), ['several', undefined, 2]);
      assert.deepEqual(sent(), []);
    });
  });

  it('sends nothing when several confirmed accounts match: an agent is told', async () => {
    await createRecorded(stories);
    await createRecorded(stories);
    assert.deepEqual(await search(), ['several', undefined, 2]);
    assert.deepEqual(sent(), []);
  });

  it('is not made ambiguous by unconfirmed accounts, however many', async () => {
    for (let count = 0; count < 3; count++) await createRecorded(stories, { identityVerified: false });
    const { accountId, mobile } = await createRecorded(stories);
    await createRecorded(stories, { identityVerified: false });
    assert.deepEqual(await search(), ['sent', accountId, 1]);
    assert.deepEqual(sent(), [mobile]);
  });

  it('finds an unconfirmed account where no confirmed one matches', async () => {
    await createReachable(stories, { identifier: randomProvisional(), civilIdentity: identity });
    const { accountId, mobile } = await createRecorded(stories, { identityVerified: false });
    assert.deepEqual(await search(), ['sent', accountId, 1]);
    assert.deepEqual(sent(), [mobile]);
  });

  it('passes over accounts that may not sign in', async () => {
    await createRecorded(stories, { state: 'suspended' });
    await createRecorded(stories, { state: 'closed' });
    assert.deepEqual(await search(), ['none', undefined, 0]);
    const { accountId } = await createRecorded(stories);
    assert.deepEqual(await search(), ['sent', accountId, 1]);
  });

  it('says that there is no provisional identifier to send, or no way to send it', async () => {
    const withNir = await createReachable(stories, { civilIdentity: recordedAbroad });
    assert.deepEqual(await search(), ['no-provisional-identifier', withNir.accountId, 1]);
    stories.ports.accounts.setState(withNir.accountId, 'closed');
    const contactPoints = [{ kind: 'mobile' as const, value: '+33612000003', verified: false }];
    const unreachable = await createRecorded(stories, { contactPoints });
    assert.deepEqual(await search(), ['no-contact-point', unreachable.accountId, 1]);
    assert.deepEqual(sent(), []);
  });

  it('sends the provisional identifier, and never the NIR beside it', async () => {
    const civilIdentity = recordedAbroad;
    const { nir, provisional } = await createWithBoth(stories, { civilIdentity, contactPoints: [mailOf('both')] });
    await search();
    const [message] = stories.ports.notifier.sent;
    assert.equal(message?.kind, 'mail', 'a mail where there is no mobile number');
    assert.ok(message?.text.includes(provisional) && !message.text.includes(nir));
    assert.ok(!message.subject?.includes(provisional));
  });

  it('sends one message a minute to a contact point, and says that it was throttled', async () => {
    const { accountId, mobile } = await createRecorded(stories);
    assert.deepEqual(await search(), ['sent', accountId, 1]);
    assert.deepEqual(await search(), ['throttled', accountId, 1]);
    stories.ports.clock.move(stories.config.messages.secondsBetween);
    assert.deepEqual(await search(), ['sent', accountId, 1]);
    assert.deepEqual(sent(), [mobile, mobile]);
  });

  it('writes in the language of the account', async () => {
    const { mobile } = await createRecorded(stories, { locale: 'en' });
    await search();
    assert.match(stories.ports.notifier.textsTo(mobile)[0] ?? '', /your provisional identifier is/i);
  });

  const mailOf = (name: string) => ({ kind: 'email' as const, value: `${name}@example.test`, verified: true });
});
