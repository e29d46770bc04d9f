import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as client from 'openid-client';
import { normalizePassword } from '../../src/domain/password-policy.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir } from '../support/people.ts';
import {
  createRelyingParty,
  openInteraction,
  type RelyingParty,
  signIn,
  signInToTokens,
} from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const TRIALS = 50;
const PARALLEL = 10;

for (const store of ['redis', 'memory'] as const) {
  describe(`single use, on ${store}`, () => {
    let service: Service;
    let party: RelyingParty;
    before(async () => {
      service = await startService({ store, env: { THROTTLE_AUTHORIZATION_PER_MINUTE: '1000' } });
      party = await createRelyingParty(service.url);
    });
    after(() => service.stop());

    it(`of ${PARALLEL} parallel redemptions of one code, ${TRIALS} times, one wins and its tokens work`, async () => {
      const person = await createPerson(service);
      const visitor = new Visitor();
      await signInToTokens(visitor, party, person.identifier, PASSWORD);
      for (let trial = 0; trial < TRIALS; trial++) {
        const { url, checks } = await party.begin();
        const callback = (await visitor.request(url)).location ?? '';
        const results = await Promise.allSettled(
          Array.from({ length: PARALLEL }, () => party.redeem(callback, checks)),
        );
        const winners = results.filter((result) => result.status === 'fulfilled');
        assert.equal(winners.length, 1, `trial ${trial}`);
        for (const result of results)
          if (result.status === 'rejected')
            assert.equal((result.reason as client.ResponseBodyError).error, 'invalid_grant');
        const tokens = (winners[0] as PromiseFulfilledResult<Awaited<ReturnType<RelyingParty['redeem']>>>).value;
        await client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck);
      }
    });

    it(`of ${PARALLEL} parallel resumes of one finished sign-in, ${TRIALS} times, one wins and its code works`, async () => {
      const person = await createPerson(service);
      for (let trial = 0; trial < TRIALS; trial++) {
        const visitor = new Visitor();
        // Every other one has a session that its sign-in goes on with.
        if (trial % 2 > 0) await signInToTokens(visitor, party, person.identifier, PASSWORD);
        const { interaction, checks } = await openInteraction(visitor, party, { prompt: 'login' });
        const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
        const answers = await Promise.all(Array.from({ length: PARALLEL }, () => visitor.request(json.redirectTo)));
        const callbacks = answers.flatMap(({ location }) => (location?.includes('code=') ? [location] : []));
        assert.equal(callbacks.length, 1, `trial ${trial}`);
        for (const { status, json } of answers)
          if (status !== 303) assert.equal(json.code, 'interaction_not_found', JSON.stringify(json));
        const tokens = await party.redeem(callbacks[0] ?? '', checks);
        await client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck);
        const { location } = await visitor.request((await party.begin({ prompt: 'none' })).url);
        assert.match(location ?? '', /code=/, `trial ${trial}: the browser has the session of the winner`);
      }
    });

    it('a code that is used again later ends the tokens it gave (RFC 6749 §4.1.2)', async () => {
      const person = await createPerson(service);
      const { tokens, callback, checks } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
      await service.clock.advance(2.1);
      await assert.rejects(party.redeem(callback, checks), { error: 'invalid_grant' });
      await assert.rejects(client.fetchUserInfo(party.configuration, tokens.access_token, client.skipSubjectCheck));
      await assert.rejects(client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? ''), {
        error: 'invalid_grant',
      });
    });

    it(`of ${PARALLEL} parallel creations of a password, one wins`, async () => {
      for (let trial = 0; trial < 5; trial++) {
        const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
        const visitor = new Visitor();
        const { interaction } = await openInteraction(visitor, party);
        await signIn(visitor, interaction, person.identifier, INITIAL_PASSWORD);
        const answers = await Promise.all(
          Array.from({ length: PARALLEL }, (_, index) => {
            const password = `${PASSWORD}-${index}`;
            return visitor.request(`${interaction}/password`, { json: { password, confirmation: password } });
          }),
        );
        // Whoever lost is led where the winner was, who made the only one there is.
        const leads = answers.filter(({ status }) => status === 200).map(({ json }) => json.redirectTo);
        assert.equal(new Set(leads).size, 1);
        for (const { status } of answers) assert.ok(status === 200 || (status >= 400 && status < 500), String(status));
        const kept = await service.app.ports.accounts.findForSignIn({ type: 'nir', value: person.identifier });
        const { verify } = service.app.ports.passwords;
        const made = await Promise.all(
          answers.map((_, index) => verify(normalizePassword(`${PASSWORD}-${index}`), kept?.password?.hash)),
        );
        assert.equal(made.filter(Boolean).length, 1);
      }
    });

    it('of 200 parallel wrong passwords, verifies no more than the limit', async () => {
      let verified = 0;
      const { passwords } = service.app.ports;
      const counting = await startService({
        store,
        ports: {
          passwords: {
            ...passwords,
            verify: (password, hash) => {
              verified += 1;
              return passwords.verify(password, hash);
            },
          },
        },
      });
      try {
        const countingParty = await createRelyingParty(counting.url);
        for (const identifier of [(await createPerson(counting)).identifier, randomNir()]) {
          verified = 0;
          const visitors = await Promise.all(
            Array.from({ length: 20 }, async () => {
              const visitor = new Visitor();
              return { visitor, ...(await openInteraction(visitor, countingParty)) };
            }),
          );
          const answers = await Promise.all(
            Array.from({ length: 200 }, (_, index) => {
              const { visitor, interaction } = visitors[index % visitors.length]!;
              return signIn(visitor, interaction, identifier, `Wrong-Password-${index}`);
            }),
          );
          const codes = answers.map(({ json }) => json.code);
          assert.equal(verified, 5);
          assert.equal(codes.filter((code) => code === 'sign_in_failed').length, 5);
          // A machine that is busy gives some of a burst up before it asks them anything: they learn nothing.
          assert.ok(codes.includes('sign_in_locked'));
          assert.deepEqual(
            codes.filter(
              (code) => !['sign_in_failed', 'sign_in_locked', 'busy', 'store_unavailable'].includes(String(code)),
            ),
            [],
          );
        }
      } finally {
        await counting.stop();
      }
    });

    it('of 300 interleaved sign-ins of different people, each gets its own sub', async () => {
      const people = [];
      for (let count = 0; count < 300; count++) people.push(await createPerson(service));
      const subs = new Map<string, string>();
      const queue = people.entries();
      await Promise.all(
        Array.from({ length: 24 }, async () => {
          for (const [, person] of queue) {
            await delay(Math.random() * 5);
            const { tokens } = await signInToTokens(new Visitor(), party, person.identifier, PASSWORD);
            subs.set(person.accountId, tokens.claims()?.sub ?? '');
          }
        }),
      );
      assert.equal(new Set(subs.values()).size, 300);
      const { pairwiseKey, pairwiseSub } = await import('../../src/oidc/keys.ts');
      const key = pairwiseKey(service.config.secrets.pairwiseKey);
      for (const [accountId, sub] of subs) assert.equal(sub, pairwiseSub(key, 'mon-compte', accountId));
    }).timeout(60_000);
  });
}
