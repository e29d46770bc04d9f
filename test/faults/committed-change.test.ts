import assert from 'node:assert/strict';
import { createPerson, INITIAL_PASSWORD, identity, PASSWORD } from '../support/people.ts';
import { messagesTo } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, signInToTokens } from '../support/relying-party.ts';
import { startService } from '../support/service.ts';
import { startRedis } from '../support/services.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';
import { untilReady } from '../support/wait.ts';

const MOBILE = '+33612340888';
const NEW_PASSWORD = `${PASSWORD}-neuf`;
/** A person does not wait longer than this to be told. */
const BOUND_MS = 2500;

describe('a new password that is set', () => {
  it('is told as set, at once, when Redis goes away just before', async () => {
    const redis = await startRedis();
    let isArmed = false;
    const load = async () => {
      // The last thing that is asked for before the password is hashed and set.
      if (isArmed) redis.freeze();
      return () => false;
    };
    const service = await startService({ env: { REDIS_URL: redis.url }, ports: { commonWords: { load } } });
    try {
      const contactPoints = [{ kind: 'mobile' as const, value: MOBILE, verified: true }];
      const { identifier } = await createPerson(service, { civilIdentity: identity, contactPoints });
      const party = await createRelyingParty(service.url);
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, party);
      const post = (path: string, json: object) => visitor.request(`${interaction}/${path}`, { json });
      await post('password-recovery', { identifierType: 'nir', identifier, birthDate: '03/11/1962', channel: 'sms' });
      const code = /\d{6}/.exec((await messagesTo(service, MOBILE))[0]?.text ?? '')?.[0];
      await post('password-recovery/code', { code });
      isArmed = true;
      const startedAt = performance.now();
      const answer = await post('password-recovery/password', { password: NEW_PASSWORD, confirmation: NEW_PASSWORD });
      const took = performance.now() - startedAt;
      assert.equal(answer.json.status, 'password-changed', answer.text);
      assert.ok(took < BOUND_MS, `${took} ms`);
      const events = ['after_password_change', 'place_not_saved'];
      for (const event of events)
        assert.ok(
          service.logLines.some((line) => line.includes(`"${event}"`)),
          event,
        );
      isArmed = false;
      redis.thaw();
      await untilReady(service);
      assert.ok((await signInToTokens(new Visitor(), party, identifier, NEW_PASSWORD)).tokens.access_token);
      await messagesTo(service, MOBILE, 2);
    } finally {
      await service.stop();
      await redis.stop();
    }
  });

  it('is told as created, by JSON and by screen, when Redis goes away before a first sign-in is complete', async () => {
    const redis = await startRedis();
    let isArmed = false;
    const load = async () => {
      if (isArmed) redis.freeze();
      return () => false;
    };
    const service = await startService({ env: { REDIS_URL: redis.url }, ports: { commonWords: { load } } });
    try {
      const party = await createRelyingParty(service.url);
      for (const accept of ['json', 'html'] as const) {
        const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
        const visitor = new Visitor(accept);
        const { interaction } = await openInteraction(visitor, party);
        const csrf = accept === 'html' ? formTokenOf((await visitor.request(interaction)).text) : '';
        const post = (path: string, fields: Record<string, string>) =>
          visitor.request(
            `${interaction}/${path}`,
            accept === 'html' ? { form: { csrf, ...fields } } : { json: fields },
          );
        await post('sign-in', { identifierType: 'nir', identifier: person.identifier, password: INITIAL_PASSWORD });
        isArmed = true;
        const startedAt = performance.now();
        const answer = await post('password', { password: NEW_PASSWORD, confirmation: NEW_PASSWORD });
        const took = performance.now() - startedAt;
        assert.equal(answer.status, 200, answer.text);
        assert.match(answer.text, accept === 'html' ? /Votre mot de passe est créé/ : /"status":"password-created"/);
        assert.ok(took < BOUND_MS, `${took} ms`);
        isArmed = false;
        redis.thaw();
        await untilReady(service);
        assert.ok((await signInToTokens(new Visitor(), party, person.identifier, NEW_PASSWORD)).tokens.access_token);
      }
    } finally {
      await service.stop();
      await redis.stop();
    }
  });
});
