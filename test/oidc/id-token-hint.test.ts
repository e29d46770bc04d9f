import assert from 'node:assert/strict';
import { createPerson, PASSWORD, type Person } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('id_token_hint', () => {
  let service: Service;
  let party: RelyingParty;
  let hinted: Person;
  let other: Person;
  let id_token_hint = '';
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
    [hinted, other] = [await createPerson(service), await createPerson(service)];
    const { tokens } = await signInToTokens(new Visitor(), party, hinted.identifier, PASSWORD);
    id_token_hint = tokens.id_token ?? '';
  });
  after(() => service.stop());

  /** Signs in and follows: what the relying party hears. */
  async function answerTo(visitor: Visitor, { identifier }: Person): Promise<URLSearchParams> {
    const { interaction } = await openInteraction(visitor, party, { id_token_hint });
    const { json } = await signIn(visitor, interaction, identifier, PASSWORD);
    const { location } = await visitor.request(json.redirectTo);
    return new URL(location ?? '').searchParams;
  }

  /** Whose session this browser has. */
  async function silently(
    visitor: Visitor,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<URLSearchParams> {
    const { url } = await party.begin({ prompt: 'none', ...parameters });
    return new URL((await visitor.request(url)).location ?? '').searchParams;
  }

  it('lets the person that it names sign in', async () => {
    const visitor = new Visitor();
    assert.ok((await answerTo(visitor, hinted)).get('code'));
    assert.ok((await silently(visitor, { id_token_hint })).get('code'));
  });

  it('of somebody else is answered by login_required, and nobody is signed in', async () => {
    const visitor = new Visitor();
    const answer = await answerTo(visitor, other);
    assert.equal(answer.get('error'), 'login_required');
    assert.equal(answer.get('code'), null);
    assert.equal((await silently(visitor)).get('error'), 'login_required');
  });

  it('of somebody else leaves the session that is there as it was', async () => {
    const visitor = new Visitor();
    await signInToTokens(visitor, party, hinted.identifier, PASSWORD);
    const { interaction } = await openInteraction(visitor, party, { id_token_hint, prompt: 'login' });
    const { json } = await signIn(visitor, interaction, other.identifier, PASSWORD);
    const { location } = await visitor.request(json.redirectTo);
    assert.equal(new URL(location ?? '').searchParams.get('error'), 'login_required');
    assert.ok((await silently(visitor, { id_token_hint })).get('code'), 'the person of the hint is still signed in');
  });

  it('of somebody else than the session is login_required with prompt=none, and asks for a sign-in without', async () => {
    const visitor = new Visitor();
    await signInToTokens(visitor, party, other.identifier, PASSWORD);
    assert.equal((await silently(visitor, { id_token_hint })).get('error'), 'login_required');
    assert.ok((await silently(visitor)).get('code'));
    assert.ok((await answerTo(visitor, hinted)).get('code'), 'the person of the hint takes over');
    assert.ok((await silently(visitor, { id_token_hint })).get('code'));
  });

  /** The other person signs in in a second tab, while one with the hint is open in the first. */
  async function openBeside(parameters: Readonly<Record<string, string>>) {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party, { id_token_hint, ...parameters });
    const second = await openInteraction(visitor, party);
    const { json } = await signIn(visitor, second.interaction, other.identifier, PASSWORD);
    await visitor.request(json.redirectTo);
    const resume = interaction.replace('/interactions/', '/authorize/');
    return { visitor, interaction, resume, uid: interaction.split('/').at(-1) ?? '' };
  }

  const variants: readonly Readonly<Record<string, string>>[] = [
    {},
    { prompt: 'consent' },
    { prompt: 'login' },
    { max_age: '0' },
  ];
  for (const parameters of variants)
    it(`still asks for its person when another signed in in a second tab (${JSON.stringify(parameters)})`, async () => {
      const { visitor, interaction, resume } = await openBeside(parameters);
      const answer = await visitor.request(resume);
      assert.deepEqual([answer.status, answer.location], [303, interaction]);
      assert.equal((await visitor.request(interaction)).json.status, 'sign-in');
    });

  it('holds at every resume, whatever the interaction was finished with', async () => {
    const { protocolStore } = service.app.ports;
    for (const result of [{ consent: {} }, {}, { login: { accountId: other.accountId } }])
      for (const parameters of variants) {
        const { visitor, resume, uid } = await openBeside(parameters);
        const record = await protocolStore.find('Interaction', uid);
        await protocolStore.upsert('Interaction', uid, { ...record, result }, 600);
        const answer = new URL((await visitor.request(resume)).location ?? '').searchParams;
        assert.deepEqual([answer.get('error'), answer.get('code')], ['login_required', null], JSON.stringify(result));
      }
  });

  it('is compared by the sub of its own sector', async () => {
    const elsewhere = await createRelyingParty(
      service.url,
      'mon-compte-droits',
      testSecrets.CLIENT_MON_COMPTE_DROITS_SECRET,
      'http://localhost:4000/callback-droits',
    );
    const { tokens } = await signInToTokens(new Visitor(), elsewhere, hinted.identifier, PASSWORD, { scope: 'openid' });
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, elsewhere, {
      scope: 'openid',
      id_token_hint: tokens.id_token ?? '',
    });
    const { json } = await signIn(visitor, interaction, hinted.identifier, PASSWORD);
    assert.match((await visitor.request(json.redirectTo)).location ?? '', /code=/);
  });

  it('that is no token of ours, or of another client, is refused at once', async () => {
    const mobile = await createRelyingParty(service.url, 'mon-compte-mobile', '', 'http://localhost:4000/mobile');
    const scope = 'openid profile';
    const { tokens } = await signInToTokens(new Visitor(), mobile, hinted.identifier, PASSWORD, { scope });
    const others = tokens.id_token ?? '';
    for (const hint of ['x', `${id_token_hint}x`, id_token_hint.split('.').slice(0, 2).join('.'), others]) {
      const { url } = await party.begin({ id_token_hint: hint });
      const { location } = await new Visitor().request(url);
      assert.equal(new URL(location ?? '').searchParams.get('error'), 'invalid_request', hint);
    }
  });
});
