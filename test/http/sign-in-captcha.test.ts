import assert from 'node:assert/strict';
import { createPerson, PASSWORD, randomNir } from '../support/people.ts';
import { answerOf } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';

describe('sign-in, from the longest lock on', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { LOCK_MAXIMUM_SECONDS: '60' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  /** @returns where a stranger stands who has been locked out. */
  async function lockedOut(identifier: string, accept: 'json' | 'html') {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    for (let failure = 0; failure < 5; failure++) await signIn(visitor, interaction, identifier, 'Wrong-Password-1');
    const stranger = new Visitor(accept);
    return { visitor: stranger, ...(await openInteraction(stranger, party)) };
  }

  it('a program is told to wait or to solve a captcha, which it asks for and sends', async () => {
    const { identifier } = await createPerson(service);
    const { visitor, interaction } = await lockedOut(identifier, 'json');
    const refused = await signIn(visitor, interaction, identifier, PASSWORD);
    assert.deepEqual([refused.status, refused.json.code], [429, 'captcha_required']);
    assert.ok(Number(refused.headers.get('retry-after')) > 50);
    const { captchaId } = (await visitor.request(`${interaction}/captchas`, { json: {} })).json;
    const captcha = await answerOf(service, captchaId, interaction);
    const answer = await signIn(visitor, interaction, identifier, PASSWORD, { captchaId, captcha });
    assert.equal(answer.json.status, 'authenticated', answer.text);
  });

  it('a person is shown it on the form, gets another one on demand, and may leave it empty', async () => {
    const { identifier } = await createPerson(service);
    const { visitor, interaction } = await lockedOut(identifier, 'html');
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const post = async (more: Record<string, string> = {}) => {
      const form = { csrf, identifierType: 'nir', identifier, password: PASSWORD, ...more };
      const answer = await visitor.submit(`${interaction}/sign-in`, form);
      return { ...answer, captchaId: /name="captchaId" value="([^"]+)"/.exec(answer.text)?.[1] ?? '' };
    };
    const first = await post();
    assert.equal(first.status, 200);
    assert.match(first.text, /facultative, pour ne pas attendre/);
    const empty = await post({ captchaId: first.captchaId, captcha: '' });
    assert.match(empty.text, /role="alert"/, 'whoever leaves it empty waits');
    assert.equal(empty.captchaId, first.captchaId);
    const wrong = await post({ captchaId: first.captchaId, captcha: 'WRONG9' });
    assert.match(wrong.text, /<p class="fault">.*Les caractères ne correspondent pas/s);
    const other = await post({ captchaId: wrong.captchaId, renew: 'captcha' });
    assert.equal(other.status, 200);
    assert.notEqual(other.captchaId, wrong.captchaId);
    const captcha = await answerOf(service, other.captchaId, interaction);
    const signedIn = await post({ captchaId: other.captchaId, captcha });
    assert.match(signedIn.location ?? '', /code=/, signedIn.text);
  });

  for (const accept of ['json', 'html'] as const)
    it(`known and unknown identifiers are answered alike (${accept})`, async () => {
      const answersOf = async (identifier: string) => {
        const { visitor, interaction } = await lockedOut(identifier, accept);
        const csrf = accept === 'html' ? formTokenOf((await visitor.request(interaction)).text) : '';
        const fields = { identifierType: 'nir', identifier, password: PASSWORD };
        const { status, text } =
          accept === 'html'
            ? await visitor.submit(`${interaction}/sign-in`, { csrf, ...fields })
            : await visitor.request(`${interaction}/sign-in`, { json: fields });
        if (accept === 'html') assert.match(text, /role="alert"/);
        const uid = interaction.split('/').at(-1) ?? '';
        return { status, text: comparable(text, [uid, identifier, csrf]) };
      };
      assert.deepEqual(await answersOf((await createPerson(service)).identifier), await answersOf(randomNir()));
    });
});

/** Without what is another's in each answer: ids, and seconds that pass. */
function comparable(text: string, own: readonly string[]): string {
  const without = own.filter(Boolean).reduce((rest, value) => rest.replaceAll(value, '…'), text);
  return without
    .replace(/captchas\/[\w-]+|name="captchaId" value="[^"]+"|"requestId":"[^"]+"/g, '…')
    .replace(/\d+ (secondes?|minutes?)|"retryAfterSeconds":\d+|<time .*?<\/time>|data-seconds="\d+"/g, '…');
}
