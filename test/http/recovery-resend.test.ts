/** « Mot de passe oublié » from a lock to another code: what a person is shown, and what a program is told. */
import assert from 'node:assert/strict';
import { createPerson, INITIAL_PASSWORD, identity, randomNir } from '../support/people.ts';
import { messagesTo, passMessageInterval, untilJobsAreDone } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { type Answer, formTokenOf, Visitor } from '../support/visitor.ts';

const BIRTH_DATE = '03/11/1962';
const AT_ONCE = 10;
let numbers = 0;

describe('a recovery that goes on', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { THROTTLE_RECOVERY_PER_HOUR: '500' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function createReachable() {
    numbers += 1;
    const mobile = `+336126${10_000 + numbers}`;
    const contactPoints = [{ kind: 'mobile' as const, value: mobile, verified: true }];
    return { mobile, ...(await createPerson(service, { civilIdentity: identity, contactPoints })) };
  }

  async function open(accept: 'json' | 'html') {
    const visitor = new Visitor(accept);
    return { visitor, ...(await openInteraction(visitor, party)) };
  }
  type Place = Awaited<ReturnType<typeof open>>;

  const post = ({ visitor, interaction }: Place, path: string, json: object) =>
    visitor.request(`${interaction}/${path}`, { json });
  const detailsOf = (identifier: string) => ({
    identifierType: 'nir',
    identifier,
    birthDate: BIRTH_DATE,
    channel: 'sms',
  });
  const lastCode = async (mobile: string, count: number) =>
    /\d{6}/.exec((await messagesTo(service, mobile, count)).at(-1)?.text ?? '')?.[0] ?? '';
  const codesOf = async (mobile: string, count: number) =>
    (await messagesTo(service, mobile, count)).map(({ text }) => /\d{6}/.exec(text)?.[0] ?? '');

  /** Sends a form, and follows where it leads. */
  async function send({ visitor, interaction }: Place, path: string, form: Record<string, string>): Promise<Answer> {
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const answer = await visitor.request(`${interaction}/${path}`, { form: { csrf, ...form } });
    return answer.location === undefined ? answer : visitor.request(answer.location);
  }

  it('tells a program when another code may be asked for, and the tries that are left, and sends one', async () => {
    const { identifier, mobile } = await createReachable();
    const place = await open('json');
    const asked = await post(place, 'password-recovery', detailsOf(identifier));
    const { masked, channel, triesLeft, resendableAt, resendableInSeconds, steps } = asked.json;
    assert.deepEqual([channel, triesLeft], ['sms', 5]);
    assert.match(masked, /^\d \d\d •• •• ••• •\d\d$/);
    assert.ok(resendableInSeconds > 55 && resendableInSeconds <= 60, String(resendableInSeconds));
    assert.ok(Math.abs(Date.parse(resendableAt) - Date.now() - 60_000) < 5000, resendableAt);
    assert.ok(steps.some(({ name }: { name: string }) => name === 'another-code'));
    const first = await lastCode(mobile, 1);

    const early = await post(place, 'password-recovery/another-code', {});
    assert.deepEqual([early.status, early.json.code], [429, 'code_asked_too_early']);
    assert.ok(early.json.retryAfterSeconds > 50 && early.json.retryAfterSeconds <= 60);
    assert.equal(early.headers.get('retry-after'), String(early.json.retryAfterSeconds));

    await passMessageInterval(service);
    const again = await post(place, 'password-recovery/another-code', { channel: 'mail' });
    assert.deepEqual([again.json.status, again.json.channel], ['code-sent', 'mail'], again.text);
    const codes = await codesOf(mobile, 2);
    assert.equal(codes.length, 2);
    const wrong = await post(place, 'password-recovery/code', { code: first });
    assert.deepEqual([wrong.status, wrong.json.code, wrong.json.triesLeft], [403, 'code_wrong', 4]);
    const second = codes.find((code) => code !== first) ?? assert.fail();
    const right = await post(place, 'password-recovery/code', { code: second });
    assert.equal(right.json.status, 'new-password-required', right.text);

    const weak = await post(place, 'password-recovery/password', { password: 'wkxjvqwk', confirmation: 'wkxjvqwk' });
    const { code, values, detail } = weak.json.errors[0];
    assert.deepEqual([code, values], ['password_too_weak', { upper: 1, digits: 2, other: 1, characters: 3 }]);
    assert.match(detail, /ajoutez 1 majuscule, 2 chiffres, 1 caractère spécial ou 3 caractères de plus/i);
  });

  it(`asked for ${AT_ONCE} times at once sends one message, whose code is right: the first, and another`, async () => {
    const { identifier, mobile } = await createReachable();
    const place = await open('json');
    const atOnce = (path: string, json: object) =>
      Promise.all(Array.from({ length: AT_ONCE }, () => post(place, path, json)));
    for (const { json } of await atOnce('password-recovery', detailsOf(identifier)))
      assert.equal(json.status, 'code-sent');
    await untilJobsAreDone(service);
    assert.equal((await messagesTo(service, mobile)).length, 1);
    await passMessageInterval(service);
    for (const { json } of await atOnce('password-recovery/another-code', {}))
      assert.ok(json.status === 'code-sent' || json.code === 'code_asked_too_early', JSON.stringify(json));
    await service.clock.advance(15);
    await untilJobsAreDone(service);
    const codes = await codesOf(mobile, 2);
    assert.equal(codes.length, 2);
    const answers = [];
    for (const code of codes) answers.push((await post(place, 'password-recovery/code', { code })).json);
    assert.ok(
      answers.some(({ status }) => status === 'new-password-required'),
      JSON.stringify(answers),
    );
  });

  it('leads a person from a lock, which says when it ends, to the recovery with what they typed', async () => {
    for (const { identifier } of [await createReachable(), { identifier: randomNir() }]) {
      const stranger = await open('json');
      for (let failure = 0; failure < 5; failure++)
        await signIn(stranger.visitor, stranger.interaction, identifier, 'Wrong-Password-1');
      const place = await open('html');
      const typed = { identifierType: 'nir', identifier };
      const { text } = await send(place, 'sign-in', { ...typed, password: INITIAL_PASSWORD });
      const moment = /Réessayez (?:le .+ )?à (\d+)\u00a0h\u00a0(\d\d), dans (\d+) (?:secondes?|minutes?)\./.exec(text);
      assert.ok(moment, text);
      const minutes = Number(moment[1]) * 60 + Number(moment[2]);
      const time = (now: Date) => now.toLocaleTimeString('fr-FR', { timeZone: 'Europe/Paris' }).split(':').map(Number);
      const [hours = 0, minute = 0] = time(new Date());
      const ahead = (minutes - hours * 60 - minute + 1440) % 1440;
      assert.ok(ahead >= 0 && ahead <= 3, `${moment[0]}, and it is ${hours}:${minute}`);
      const summary = /<div class="alert"[\s\S]*?<\/div>/.exec(text)?.[0] ?? '';
      assert.match(summary, /<button[^>]*name="carry"[^>]*>Mot de passe oublié/);
      assert.ok(!/(?:href|action)="[^"]*\d{13}/.test(text), 'in no address');
      const recovery = await send(place, 'password-recovery', { ...typed, carry: 'identifier' });
      assert.match(recovery.text, new RegExp(`id="identifier"[^>]*value="${identifier}"`));
      assert.doesNotMatch(recovery.text, /class="fault"|role="alert"/);
    }
  });

  it('shows a person the wait, the tries that are left, and what they typed to be corrected', async () => {
    const { identifier, mobile } = await createReachable();
    const place = await open('html');
    const typed = { ...detailsOf(identifier), birthDate: '3/11/1962' };
    const shown = (await send(place, 'password-recovery', typed)).text;
    assert.match(shown, /data-wait="(?:60|5\d)"/);
    assert.match(shown, /Attendez encore (?:60|5\d) secondes avant de demander un autre code/);
    assert.match(shown, /•• •• ••• •/);
    assert.doesNotMatch(shown, new RegExp(identifier));
    const early = (await send(place, 'password-recovery/another-code', { channel: 'sms' })).text;
    assert.match(early, /class="alert"[\s\S]*Attendez avant de demander un autre code[\s\S]*dans (?:60|5\d) secondes/);
    for (const [code, left] of [
      ['999999', 'Il vous reste 4 essais.'],
      ['999998', 'Il vous reste 3 essais.'],
      ['999997', 'Il vous reste 2 essais.'],
      ['999996', 'Il vous reste 1 essai.'],
    ] as const)
      assert.ok((await send(place, 'password-recovery/code', { code })).text.includes(left), left);
    const none = (await send(place, 'password-recovery/code', { code: '999995' })).text;
    assert.doesNotMatch(none, /name="code"/);
    assert.match(none, /Recevoir un autre code/);
    const { visitor, interaction } = place;
    const details = (await visitor.request(`${interaction}/password-recovery?identifier_type=nir`)).text;
    assert.match(details, new RegExp(`value="${identifier}"[\\s\\S]*value="3/11/1962"`));
    await lastCode(mobile, 1);
    await passMessageInterval(service);
    assert.match((await send(place, 'password-recovery/another-code', { channel: 'sms' })).text, /name="code"/);
    assert.equal((await messagesTo(service, mobile, 2)).length, 2);
  });

  it('is refused a channel that there is not, and a code that was never asked for', async () => {
    const place = await open('json');
    assert.equal((await post(place, 'password-recovery/another-code', {})).json.code, 'step_not_available');
    await post(place, 'password-recovery', detailsOf(randomNir()));
    const { status, json } = await post(place, 'password-recovery/another-code', { channel: 'pigeon' });
    assert.deepEqual([status, json.errors[0].field], [422, 'channel']);
  });
});
