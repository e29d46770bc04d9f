/** An identifier that was typed on the form of the other type, and a number that starts with 7 or 8: the way out is shown. */
import assert from 'node:assert/strict';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

describe('an identifier on the wrong form', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ store: 'memory' });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  /** Types it on the form of this type, and sends it. @returns the page that comes. */
  async function type(
    story: 'sign-in' | 'password-recovery',
    identifierType: string,
    identifier: string,
    more: object,
  ) {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, party);
    const csrf = formTokenOf((await visitor.request(`${interaction}/${story}`)).text);
    const form = { csrf, identifierType, identifier, ...more };
    const answer = await visitor.request(`${interaction}/${story}`, { form });
    return answer.location === undefined ? answer.text : (await visitor.request(answer.location)).text;
  }

  for (const [story, more] of [
    ['sign-in', { password: 'x' }],
    ['password-recovery', { birthDate: '17/03/1990', channel: 'mail' }],
  ] as const) {
    for (const identifier of ['2 55 08 14 168 025', '255081416802538', '255081416802539'])
      it(`(${story}, provisional: ${identifier}) leads to the form of the NIR with it, and is no fault`, async () => {
        const page = await type(story, 'provisional', identifier, more);
        assert.match(page, /name="identifierType" value="nir"/);
        assert.ok(page.includes(`value="${identifier}"`), page);
        assert.match(page, /role="status">Vous avez saisi un numéro de Sécurité sociale/);
        assert.doesNotMatch(page, /class="fault"|role="alert"/);
      });

    it(`(${story}: 7…) offers the provisional identifier on the form of the NIR, and its recovery on the other`, async () => {
      const onNir = await type(story, 'nir', '7550814168025', more);
      assert.match(onNir, new RegExp(`class="alert".*${story}\\?identifier_type=provisional.*</div>`, 's'));
      const onProvisional = await type(story, 'provisional', '7 55 08 14 168 025', more);
      assert.match(onProvisional, /class="alert".*\/provisional-identifier-recovery".*<form/s);
      assert.match(onProvisional, /name="identifierType" value="provisional"/);
    });
  }

  it('keeps the other faults of the form: the date that is wrong is told beside the notice', async () => {
    const more = { birthDate: '31/02/1990', channel: 'sms' };
    const page = await type('password-recovery', 'provisional', '2550814168025', more);
    assert.match(page, /role="status">Vous avez saisi un numéro de Sécurité sociale/);
    assert.match(page, /class="fault"[^<]*<[^<]*<\/span>Cette date n’existe pas/);
    assert.doesNotMatch(page, /Ceci est un numéro/);
  });

  it('is told in JSON by a code of its own', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const json = { identifierType: 'provisional', identifier: '2550814168025', password: 'x' };
    const { status, json: problem } = await visitor.request(`${interaction}/sign-in`, { json });
    assert.deepEqual([status, problem.errors[0].code], [422, 'identifier_is_nir']);
  });
});
