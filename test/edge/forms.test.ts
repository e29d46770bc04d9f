/** The token of forms, what HEAD does not do, and who is told what in which form. */
import assert from 'node:assert/strict';
import { createFormTokens } from '../../src/http/steps/form-token.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { browserOf, type Edge, type EdgeBrowser, giveTimeBack, openEdge } from './support/edge.ts';

const uidOf = (interaction: string) => interaction.split('/').at(-1) ?? '';

describe('the token of a form', () => {
  const NEW = 'a'.repeat(40);
  const OLD = 'b'.repeat(40);

  it('is of one place: that of another is refused, and its own is not', () => {
    const tokens = createFormTokens([NEW]);
    tokens.check('one', tokens.create('one'));
    assert.throws(() => tokens.check('other', tokens.create('one')), { code: 'form_token_invalid' });
    assert.notEqual(tokens.create('one'), tokens.create('other'));
    assert.match(tokens.create('one'), /^[\w-]{43}$/);
  });

  it('is made with the newest key, and taken with each', () => {
    const [before, now, foreign] = [
      createFormTokens([OLD]),
      createFormTokens([NEW, OLD]),
      createFormTokens(['c'.repeat(40)]),
    ];
    now.check('one', before.create('one'));
    now.check('one', now.create('one'));
    assert.equal(now.create('one'), createFormTokens([NEW]).create('one'));
    assert.throws(() => before.check('one', now.create('one')), { code: 'form_token_invalid' });
    assert.throws(() => now.check('one', foreign.create('one')), { code: 'form_token_invalid' });
  });

  it('is refused where it is short, long, of another type or none', () => {
    const tokens = createFormTokens([NEW]);
    const right = tokens.create('one');
    for (const wrong of [undefined, null, '', 1, [right], {}, right.slice(1), `${right}AAAA`])
      assert.throws(() => tokens.check('one', wrong), { code: 'form_token_invalid' }, String(wrong));
  });
});

describe('a form of an interaction', () => {
  let edge: Edge;
  let browser: EdgeBrowser;
  before(async () => {
    edge = await openEdge();
    browser = browserOf(edge, 'html');
  });
  after(giveTimeBack);

  it('with the token of another one of the same browser signs nobody in, and with its own does', async () => {
    const person = await createPerson(edge);
    const [mine, other] = [await browser.begin(), await browser.begin()];
    const [own, foreign] = [await browser.tokenAt(mine), await browser.tokenAt(other)];
    assert.ok(own && foreign && own !== foreign);
    const post = (csrf: string, accept = 'text/html') =>
      browser.request(`${mine}/sign-in`, {
        form: { csrf, identifierType: 'nir', identifier: person.identifier, password: PASSWORD },
        headers: { Accept: accept },
      });
    for (const wrong of [foreign, '', 'A'.repeat(43)]) {
      assert.equal((await post(wrong, 'application/json')).json.code, 'form_token_invalid', wrong);
      const page = await post(wrong);
      assert.equal(page.location.split('?')[0], `${mine}/sign-in`, 'the form is shown again');
      assert.equal((await edge.ports.flowStates.find(uidOf(mine)))?.state.finished, undefined);
    }
    const { status, headers } = await post(own);
    assert.deepEqual([status, headers.location], [303, `${edge.config.issuer}/authorize/${uidOf(mine)}?leave`]);
    assert.equal((await edge.ports.flowStates.find(uidOf(mine)))?.state.finished, true);
  });

  it('that gives up needs its token too', async () => {
    const interaction = await browser.begin();
    const csrf = await browser.tokenAt(interaction);
    const cancel = (form: Readonly<Record<string, string>>) => browser.request(`${interaction}/cancellation`, { form });
    assert.equal((await cancel({ csrf: 'x' })).status, 403);
    assert.equal((await edge.ports.flowStates.find(uidOf(interaction)))?.state.finished, undefined);
    assert.equal((await cancel({ csrf })).status, 303);
  });
});

describe('HEAD', () => {
  let edge: Edge;
  beforeEach(async () => {
    edge = await openEdge();
  });
  afterEach(giveTimeBack);

  const stateOf = async (interaction: string) => (await edge.ports.flowStates.find(uidOf(interaction)))?.state;

  /** A browser whose person is signed in. */
  async function signedIn(): Promise<EdgeBrowser> {
    const [browser, person] = [browserOf(edge), await createPerson(edge)];
    const interaction = await browser.begin();
    const json = { identifierType: 'nir', identifier: person.identifier, password: PASSWORD };
    await browser.request((await browser.request(`${interaction}/sign-in`, { json })).json.redirectTo);
    return browser;
  }

  it('gives no consent: the same GET does', async () => {
    const browser = await signedIn();
    const interaction = await browser.begin('portal', { prompt: 'consent' });
    const before = await stateOf(interaction);
    const head = await browser.request(interaction, { method: 'HEAD' });
    assert.deepEqual([head.status, head.location, head.setCookies, head.text], [200, '', [], '']);
    assert.deepEqual(await stateOf(interaction), before);
    const resume = `/authorize/${uidOf(interaction)}`;
    assert.equal((await browser.request(resume)).location, interaction, 'it is not finished');
    const { json } = await browser.request(interaction);
    assert.equal(json.status, 'authenticated');
    const after = await browser.request(json.redirectTo);
    assert.match(after.location, /^https:\/\/portal\.test\/callback\?code=/);
  });

  it('prolongs nothing: the same GET does', async () => {
    const browser = browserOf(edge);
    const interaction = await browser.begin();
    const ends = async () => (await browser.request(`${interaction}/prolongation`, { json: {} })).json.expiresAt;
    const first = await ends();
    for (const path of ['', '/sign-in', '/password-recovery', '/provisional-identifier-recovery']) {
      edge.move(60);
      const before = await stateOf(interaction);
      assert.equal((await browser.request(interaction + path, { method: 'HEAD' })).status, 200);
      assert.deepEqual(await stateOf(interaction), before, path);
    }
    assert.notEqual(await ends(), first);
    edge.move(edge.config.times.interactionIdleSeconds - 1);
    await browser.request(interaction, { method: 'HEAD' });
    edge.move(2);
    assert.equal((await browser.request(interaction)).json.code, 'interaction_expired');
  });

  it('resumes nothing, and ends no session', async () => {
    const [browser, person] = [browserOf(edge), await createPerson(edge)];
    const interaction = await browser.begin();
    const pair = { identifierType: 'nir', identifier: person.identifier, password: PASSWORD };
    const { json } = await browser.request(`${interaction}/sign-in`, { json: pair });
    assert.equal((await browser.request(json.redirectTo, { method: 'HEAD' })).location, '');
    assert.match((await browser.request(json.redirectTo)).location, /code=/);
    const out = await browser.request('/session/end', { method: 'HEAD' });
    assert.deepEqual([out.status, out.setCookies], [200, []]);
  });
});
