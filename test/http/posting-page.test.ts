import assert from 'node:assert/strict';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type Answer, Visitor } from '../support/visitor.ts';

describe('the page that posts a form at once', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ store: 'memory' });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  function assertLeads({ text, headers }: Answer): void {
    assert.match(text, /<form[^>]* data-leaves-at-once/);
    assert.match(text, /<button class="button" type="submit">Continuer<\/button>/);
    // Where the relying party leads on is its own affair (ADR 0030).
    assert.doesNotMatch(headers.get('content-security-policy') ?? 'none', /form-action/);
    assert.doesNotMatch(text, /<input type="(?!hidden)/);
  }

  it('is ours, has nothing to fill in, and may lead anywhere, with an answer by form_post', async () => {
    const { url } = await party.begin({ response_mode: 'form_post', prompt: 'none', ui_locales: 'fr' });
    const answer = await new Visitor('html').request(url);
    assertLeads(answer);
    assert.match(answer.text, /action="http:\/\/localhost:4000\/callback"/);
    assert.match(answer.text, /login_required/);
  });

  it('is ours at the end of a sign-in, too', async () => {
    const { identifier } = await createPerson(service);
    const json = new Visitor();
    const { interaction } = await openInteraction(json, party, { response_mode: 'form_post', ui_locales: 'fr' });
    const { redirectTo } = (await signIn(json, interaction, identifier, PASSWORD)).json;
    const answer = await json.request(redirectTo);
    assertLeads(answer);
    assert.match(answer.text, /action="http:\/\/localhost:4000\/callback"/);
    assert.match(answer.text, /name="code"/);
  });
});
