import assert from 'node:assert/strict';
import { systemRandom } from '../../src/adapters/system.ts';
import { createPerson, identity } from '../support/people.ts';
import { messagesTo, untilJobsAreDone } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const MOBILE = '+33612340777';
const INTERACTIONS = 60;
const TRIES = 5;
/** Every code that is drawn: whoever types it guesses right wherever one is alive. */
const CODE = '482913';

describe('whoever guesses at the codes of a recovery', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ ports: { random: { ...systemRandom, digits: (count) => CODE.slice(0, count) } } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function askForCode(identifier: string) {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const json = { identifierType: 'nir', identifier, birthDate: '03/11/1962', channel: 'sms' };
    const answer = await visitor.request(`${interaction}/password-recovery`, { json });
    assert.equal(answer.json.status, 'code-sent');
    const submitCode = async () =>
      (await visitor.request(`${interaction}/password-recovery/code`, { json: { code: CODE } })).json;
    return { submitCode };
  }

  it('has 0 of 300 right codes accepted where no message left, and does not void the one of the holder', async () => {
    const contactPoints = [{ kind: 'mobile' as const, value: MOBILE, verified: true }];
    const { identifier } = await createPerson(service, { civilIdentity: identity, contactPoints });
    const holder = await askForCode(identifier);
    assert.equal((await messagesTo(service, MOBILE)).length, 1);
    const guessers = await Promise.all(Array.from({ length: INTERACTIONS }, () => askForCode(identifier)));
    await untilJobsAreDone(service);
    const answers = await Promise.all(
      guessers.map(async ({ submitCode }) => {
        const codes = [];
        for (let tries = 0; tries < TRIES; tries++) codes.push((await submitCode()).code);
        return codes;
      }),
    );
    assert.deepEqual(
      answers.flat(),
      Array.from({ length: INTERACTIONS * TRIES }, () => 'code_wrong'),
    );
    assert.equal((await messagesTo(service, MOBILE)).filter(({ text }) => text.includes(CODE)).length, 1);
    assert.equal((await holder.submitCode()).status, 'new-password-required');
  });
});
