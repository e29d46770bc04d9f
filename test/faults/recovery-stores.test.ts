import assert from 'node:assert/strict';
import type { CivilIdentity } from '../../src/domain/civil-identity.ts';
import { createPerson, PASSWORD, randomProvisional } from '../support/people.ts';
import { answerOf, messagesTo, passMessageInterval } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { startOwnPostgres, startRedis } from '../support/services.ts';
import { type Answer, formTokenOf, Visitor } from '../support/visitor.ts';
import { untilReady } from '../support/wait.ts';

/** A person does not wait longer than this to be told. */
const BOUND_MS = 1500;

const civilIdentity: CivilIdentity = {
  birthName: 'KOVALENKO',
  givenNames: 'OLENA MARIA',
  sex: 'female',
  birthDate: '1990-03-17',
  birthplace: { communeCode: '31555', countryCode: '99100' },
};
let people = 0;

/** A number like no other: messages to one contact point are limited. */
function newMobile(): string {
  people += 1;
  return `+336127${10000 + people}`;
}

const identityForm = {
  birthName: 'Kovalenko',
  givenNames: 'Olena',
  birthDate: '17/03/1990',
  birthplace: 'france',
  departement: '31',
  commune: 'Toulouse',
};
const env = { THROTTLE_RECOVERY_PER_HOUR: '500' };

interface Store {
  readonly env: Record<string, string>;
  away(): Promise<void>;
  back(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Each way that a store goes away, and whether what it held is there when it comes back. A code that was posted meanwhile
 * is not spent.
 */
const STORES: readonly {
  readonly name: string;
  readonly keeps: boolean;
  start(): Promise<Store>;
}[] = [
  {
    name: 'Redis (stopped)',
    keeps: false,
    async start() {
      let redis = await startRedis();
      return {
        env: { REDIS_URL: redis.url },
        away: () => redis.stop(),
        back: async () => {
          redis = await startRedis(redis.port);
        },
        end: () => redis.stop(),
      };
    },
  },
  {
    name: 'Redis (frozen)',
    keeps: true,
    async start() {
      const redis = await startRedis();
      return {
        env: { REDIS_URL: redis.url },
        away: async () => redis.freeze(),
        back: async () => redis.thaw(),
        end: () => redis.stop(),
      };
    },
  },
  {
    name: 'PostgreSQL (stopped)',
    keeps: true,
    async start() {
      const postgres = await startOwnPostgres();
      let running: { stop(): Promise<void> } = postgres;
      return {
        env: { DATABASE_URL: postgres.url },
        away: () => running.stop(),
        back: async () => {
          running = await postgres.restart();
        },
        end: () => running.stop(),
      };
    },
  },
];

for (const { name, keeps, start } of STORES)
  describe(`recovery, when ${name} goes away between a form and its answer`, () => {
    let store: Store;
    let service: Service;
    let party: RelyingParty;
    let mobile: string;
    let visitor: Visitor;
    let interaction: string;
    beforeEach(async function () {
      this.timeout(60_000);
      mobile = newMobile();
      store = await start();
      service = await startService({ env: { ...env, ...store.env } });
      party = await createRelyingParty(service.url);
      await begin();
    });
    afterEach(async function () {
      this.timeout(60_000);
      await service.stop();
      await store.end();
    });

    async function begin() {
      visitor = new Visitor();
      ({ interaction } = await openInteraction(visitor, party));
    }

    /** The same interaction where the store kept it; else the person begins again. */
    async function comeBack() {
      await store.back();
      await untilReady(service);
      if (!keeps) await begin();
    }

    /** As a browser, and as a program: both are told at once to try again. What is spent is not posted twice. */
    async function assertRefused(path: string, fields: Record<string, string>, csrf: string) {
      const url = `${interaction}/${path}`;
      const asks = [
        () => visitor.request(url, { form: { ...fields, csrf }, headers: { Accept: 'text/html' } }),
        () => visitor.request(url, { json: fields }),
      ];
      for (const ask of asks) {
        const startedAt = performance.now();
        const answer = await ask();
        const took = performance.now() - startedAt;
        assert.equal(answer.status, 503, answer.text);
        assert.ok(took < BOUND_MS, `${took} ms`);
        assert.ok(Number(answer.headers.get('retry-after')) > 0);
        assert.match(answer.text, /Réessayez dans quelques instants/);
      }
    }

    async function pageOf(path: string): Promise<string> {
      return (await visitor.request(`${interaction}/${path}`, { headers: { Accept: 'text/html' } })).text;
    }

    async function askForIdentifier(captchaId: string, captcha: string): Promise<Answer> {
      const json = { ...identityForm, captchaId, captcha };
      return visitor.request(`${interaction}/provisional-identifier-recovery`, { json });
    }

    async function newCaptcha() {
      const page = await pageOf('provisional-identifier-recovery');
      const captchaId = /name="captchaId" value="([^"]+)"/.exec(page)?.[1] ?? '';
      return { csrf: formTokenOf(page), captchaId, captcha: await answerOf(service, captchaId, interaction) };
    }

    it('« Identifiant provisoire oublié »: 503 at once, and the retry sends the message', async () => {
      const person = await createPerson(service, {
        identifier: randomProvisional(),
        civilIdentity,
        contactPoints: pointsOf(mobile),
      });
      const { csrf, captchaId, captcha } = await newCaptcha();
      await store.away();
      await assertRefused('provisional-identifier-recovery', { ...identityForm, captchaId, captcha }, csrf);
      await comeBack();
      const next = await newCaptcha();
      const answer = await askForIdentifier(next.captchaId, next.captcha);
      assert.equal(answer.json?.status, 'message-on-its-way', answer.text);
      const messages = await messagesTo(service, mobile);
      assert.equal(messages.length, 1, 'what was refused sends nothing later');
      assert.ok(messages[0]?.text.includes(person.identifier));
    }).timeout(60_000);

    it('« Mot de passe oublié »: 503 at once, and the retry sends the code', async () => {
      const { identifier } = await createPerson(service, { civilIdentity, contactPoints: pointsOf(mobile) });
      const csrf = formTokenOf(await pageOf('password-recovery'));
      const fields = { identifierType: 'nir', identifier, birthDate: '17/03/1990', channel: 'sms' };
      await store.away();
      await assertRefused('password-recovery', fields, csrf);
      await comeBack();
      const answer = await visitor.request(`${interaction}/password-recovery`, { json: fields });
      assert.equal(answer.json?.status, 'code-sent', answer.text);
      assert.match((await messagesTo(service, mobile))[0]?.text ?? '', /\d{6}/);
    }).timeout(60_000);

    /** To the form of the code. @returns the code that came. */
    async function askForCode(identifier: string, already: number): Promise<string> {
      const fields = { identifierType: 'nir', identifier, birthDate: '17/03/1990', channel: 'sms' };
      const answer = await visitor.request(`${interaction}/password-recovery`, { json: fields });
      assert.equal(answer.json?.status, 'code-sent', answer.text);
      const [newest] = await messagesTo(service, mobile, already + 1);
      return /\d{6}/.exec(newest?.text ?? '')?.[0] ?? '';
    }

    async function assertPasswordChanges(): Promise<void> {
      const json = { password: `${PASSWORD}-neuf`, confirmation: `${PASSWORD}-neuf` };
      const answer = await visitor.request(`${interaction}/password-recovery/password`, { json });
      assert.equal(answer.json?.status, 'password-changed', answer.text);
    }

    it('the form of the code: 503 at once, and the person goes on to a new password', async () => {
      const { identifier } = await createPerson(service, { civilIdentity, contactPoints: pointsOf(mobile) });
      let code = await askForCode(identifier, 0);
      const csrf = formTokenOf(await pageOf('password-recovery/code'));
      await store.away();
      await assertRefused('password-recovery/code', { code }, csrf);
      await comeBack();
      if (!keeps) {
        await passMessageInterval(service);
        code = await askForCode(identifier, 1);
      }
      const answer = await visitor.request(`${interaction}/password-recovery/code`, { json: { code } });
      assert.equal(answer.json?.status, 'new-password-required', answer.text);
      await assertPasswordChanges();
    }).timeout(60_000);

    it('the form of the new password: 503 at once, and the retry sets it', async () => {
      const { identifier } = await createPerson(service, { civilIdentity, contactPoints: pointsOf(mobile) });
      const prove = async (already: number) => {
        const code = await askForCode(identifier, already);
        await visitor.request(`${interaction}/password-recovery/code`, { json: { code } });
      };
      await prove(0);
      await passMessageInterval(service);
      const csrf = formTokenOf(await pageOf('password-recovery/password'));
      const fields = { password: `${PASSWORD}-neuf`, confirmation: `${PASSWORD}-neuf` };
      await store.away();
      await assertRefused('password-recovery/password', fields, csrf);
      await comeBack();
      if (!keeps) await prove(1);
      await passMessageInterval(service);
      await assertPasswordChanges();
      await messagesTo(service, mobile, keeps ? 2 : 3);
    }).timeout(60_000);
  });

function pointsOf(mobile: string) {
  return [{ kind: 'mobile' as const, value: mobile, verified: true }];
}
