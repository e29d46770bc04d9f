/** What an interaction that begins anew takes along, and what it may not: attacks at its edges. */
import assert from 'node:assert/strict';
import { createPerson, identity } from '../support/people.ts';
import { messagesTo, passMessageInterval, untilJobsAreDone } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const MOBILE = '+33612700001';

describe('an interaction that was finished and that nobody followed', () => {
  const LONG = 3 * 60 * 60;

  it('is not begun again, however long the library keeps it', async () => {
    const service = await startService({ store: 'memory', env: { INTERACTION_RESTART_SECONDS: String(LONG) } });
    try {
      const party = await createRelyingParty(service.url);
      const visitor = new Visitor('json');
      const { interaction } = await openInteraction(visitor, party);
      await visitor.request(interaction);
      const left = await visitor.request(interaction, { method: 'DELETE' });
      assert.equal(left.json.status, 'cancelled', left.text);
      for (const passed of [1, LONG - 60]) {
        await service.clock.advance(passed);
        for (const path of ['restart', 'prolongation']) {
          const { status, json } = await visitor.request(`${interaction}/${path}`, { json: {} });
          assert.deepEqual([status, json.code], [404, 'interaction_not_found'], `${path} ${passed} s after its end`);
        }
      }
    } finally {
      await service.stop();
    }
  });
});

describe('a recovery in an interaction that begins anew', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { THROTTLE_RECOVERY_PER_HOUR: '500' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function open() {
    const visitor = new Visitor('json');
    const { interaction } = await openInteraction(visitor, party);
    const post = (path: string, json: object) => visitor.request(`${interaction}/${path}`, { json });
    return { visitor, interaction, post, uid: interaction.split('/').at(-1) ?? '' };
  }

  const detailsOf = (identifier: string) => ({
    identifierType: 'nir',
    identifier,
    birthDate: '03/11/1962',
    channel: 'sms',
  });

  const codesTo = async (mobile: string, count: number) =>
    (await messagesTo(service, mobile, count)).map(({ text }) => /\d{6}/.exec(text)?.[0] ?? '');

  it('asks for a code of its own: tries that were spent before do not count for it', async () => {
    const contactPoints = [{ kind: 'mobile' as const, value: MOBILE, verified: true }];
    const { identifier } = await createPerson(service, { civilIdentity: identity, contactPoints });
    const { post } = await open();
    await post('password-recovery', detailsOf(identifier));
    for (let wrong = 0; wrong < 5; wrong++) await post('password-recovery/code', { code: '000000' });
    await untilJobsAreDone(service);
    const [first] = await codesTo(MOBILE, 1);
    await passMessageInterval(service);
    await post('restart', {});
    const asked = await post('password-recovery', detailsOf(identifier));
    assert.equal(asked.json.triesLeft, 5);
    const code = (await codesTo(MOBILE, 2)).find((sent) => sent !== first);
    assert.equal((await post('password-recovery/code', { code: first })).json.code, 'code_wrong', 'the first is void');
    const right = await post('password-recovery/code', { code });
    assert.equal(right.json.status, 'new-password-required', right.text);
  });
});
