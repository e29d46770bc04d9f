import assert from 'node:assert/strict';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type Answer, formTokenOf, Visitor } from '../support/visitor.ts';

/** A form with its submit buttons, in the order of the document: the first of them is what Enter presses. */
interface Form {
  readonly action: string;
  readonly buttons: readonly string[];
}

/** As a browser without JavaScript reads a page: what stands in `noscript` is there. */
function formsOf(page: string): readonly Form[] {
  const forms: { action: string; id: string | undefined; buttons: string[] }[] = [];
  const buttons: { tag: string; owner: string | number | undefined }[] = [];
  let open: number | undefined;
  for (const [tag] of page.matchAll(/<form\b[^>]*>|<\/form>|<button\b[^>]*>/g)) {
    const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    if (tag === '</form>') open = undefined;
    else if (tag.startsWith('<form')) open = forms.push({ action: of('action') ?? '', id: of('id'), buttons: [] }) - 1;
    else if (of('type') === 'submit') buttons.push({ tag, owner: of('form') ?? open });
  }
  // A button may stand outside its form, before it too: the order is that of the document.
  for (const { tag, owner } of buttons) {
    const form = typeof owner === 'number' ? forms[owner] : forms.find(({ id }) => id === owner);
    form?.buttons.push(tag);
  }
  return forms;
}

/** What a button asks for, where it has a name of its own. */
const askedBy = (button: string | undefined) => / name="[^"]*" value="[^"]*"/.exec(button ?? '')?.[0];

describe('the first button of a form', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { LOCK_MAXIMUM_SECONDS: '60' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  const shown = async (visitor: Visitor, answer: Answer): Promise<string> =>
    (answer.location === undefined ? answer : await visitor.follow(answer.location)).text;

  it('says what the form does, on every screen: a button of its own name asks for something else, and comes later', async () => {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const post = async (path: string, form: Record<string, string>) =>
      shown(visitor, await visitor.request(`${interaction}/${path}`, { form: { csrf, ...form } }));
    const get = async (path: string) => (await visitor.request(`${interaction}/${path}`)).text;

    const locked = randomNir();
    const program = new Visitor();
    const other = await openInteraction(program, party);
    for (let failure = 0; failure < 5; failure++) await signIn(program, other.interaction, locked, 'Wrong-Password-1');
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const details = { identifierType: 'nir', identifier: randomNir(), birthDate: '01/01/1990', channel: 'sms' };
    const pages: Record<string, string> = {
      A: await get('sign-in?identifier_type=nir'),
      B: await get('sign-in?identifier_type=provisional'),
      'A, wrong': await post('sign-in', { identifierType: 'nir', identifier: randomNir(), password: 'wrong' }),
      'A, with a captcha': await post('sign-in', { identifierType: 'nir', identifier: locked, password: PASSWORD }),
      C: await get('provisional-identifier-recovery'),
      'C, with faults': await post('provisional-identifier-recovery', { birthplace: 'abroad' }),
      'password recovery': await get('password-recovery'),
      'the code': await post('password-recovery', details),
      'the code, wrong': await post('password-recovery/code', { code: '000000' }),
      'a first password': await post('sign-in', {
        identifierType: 'nir',
        identifier: person.identifier,
        password: INITIAL_PASSWORD,
      }),
    };
    let several = 0;
    for (const [name, page] of Object.entries(pages)) {
      const forms = formsOf(page);
      assert.ok(forms.length > 0, name);
      for (const { action, buttons } of forms) {
        assert.ok(buttons.length > 0, `${name}: ${action} is sent by nothing`);
        // Where all of them ask for the same, the first one does what the form does.
        if (new Set(buttons.map(askedBy)).size < 2) continue;
        several += 1;
        assert.equal(askedBy(buttons[0]), undefined, `${name}: ${action}`);
      }
    }
    assert.ok(several >= 3, `${several} forms with another button`);
    assert.match(pages['A, with a captcha'] ?? '', /data-renew=/);
  });
});
