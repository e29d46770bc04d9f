import assert from 'node:assert/strict';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const KEPT = 8;

describe('the browser of an interaction', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService();
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  /** Those that a browser keeps: one that ended in 1970 is gone. */
  const cookiesOf = async (visitor: Visitor) => {
    const { cookies } = await visitor.jar.serialize();
    return cookies.flatMap(({ key, path, expires }) => (Date.parse(String(expires)) === 0 ? [] : [`${key} ${path}`]));
  };
  /** Takes one cookie away, whichever path it has. */
  async function lose(visitor: Visitor, start: string): Promise<void> {
    const { cookies } = await visitor.jar.serialize();
    const lost = cookies.filter(({ key }) => key?.startsWith(start));
    assert.ok(lost.length > 0);
    for (const { key, path } of lost) await visitor.jar.setCookie(`${key}=; Path=${path}; Max-Age=0`, service.url);
  }

  it('finishes both of two that begin at once when it is fresh', async () => {
    for (let trial = 0; trial < 5; trial++) {
      const visitor = new Visitor();
      const opened = await Promise.all([openInteraction(visitor, party), openInteraction(visitor, party)]);
      for (const { interaction, checks } of opened) {
        const person = await createPerson(service);
        const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
        assert.equal(json.status, 'authenticated');
        const callback = (await visitor.request(json.redirectTo)).location ?? '';
        assert.ok((await party.redeem(callback, checks)).id_token);
      }
    }
  });

  it('takes every step of it, and one that has the other cookies alone takes none', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await visitor.request(`${interaction}/captchas`, { json: {} });
    await lose(visitor, 'mc_browser_');
    const pair = { identifierType: 'nir', identifier: person.identifier, password: PASSWORD };
    for (const [path, options] of [
      ['', {}],
      ['', { method: 'DELETE' }],
      ['/cancellation', { form: { csrf: '' } }],
      ['/sign-in', {}],
      ['/sign-in', { json: pair }],
      ['/password-recovery', {}],
      ['/captchas', { json: {} }],
      [`/captchas/${json.captchaId}/picture`, {}],
    ] as const) {
      const answer = await visitor.request(interaction + path, options);
      assert.equal(answer.json.code, 'interaction_elsewhere', path);
      assert.equal(answer.json.returnTo, 'http://localhost:4000');
    }
  });

  it('alone resumes it, at its own address', async () => {
    const person = await createPerson(service);
    const [mine, theirs] = [new Visitor(), new Visitor()];
    const [own, other] = [await openInteraction(mine, party), await openInteraction(theirs, party)];
    const { json } = await signIn(mine, own.interaction, person.identifier, PASSWORD);
    const uid = own.interaction.split('/').at(-1);
    const { cookies } = await mine.jar.serialize();
    await lose(theirs, 'mc_resume');
    // As a neighbour of the site would plant them: those of the library, for whatever path.
    for (const { key, value } of cookies.filter(({ key }) => key?.startsWith('mc_resume')))
      for (const path of [`/authorize/${uid}`, '/authorize'])
        await theirs.jar.setCookie(`${key}=${value}; Path=${path}`, service.url);
    const elsewhere = `${service.url}/authorize/${other.interaction.split('/').at(-1)}`;
    for (const url of [json.redirectTo, elsewhere]) {
      const refused = await theirs.request(url);
      assert.equal(refused.json.code, 'interaction_elsewhere', url);
      assert.deepEqual(refused.headers.getSetCookie(), []);
    }
    assert.match((await mine.request(json.redirectTo)).location ?? '', /code=/);
  });

  it('is told by the first of two cookies of one name: the one with the longer path, which a browser sends first', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const pairs = (await visitor.jar.getCookieString(interaction)).split('; ');
    const own = pairs.find((pair) => pair.startsWith('mc_browser_')) ?? '';
    const planted = `${own.split('=')[0]}=0.${'A'.repeat(43)}`;
    const ask = async (...cookies: string[]) => {
      const Cookie = cookies.join('; ');
      const answer = await fetch(interaction, { headers: { Accept: 'application/json', Cookie } });
      return answer.status;
    };
    assert.equal(await ask(...pairs, planted), 200);
    assert.equal(await ask(planted, ...pairs), 409);
  });

  it('is led back by a page when it is another one', async () => {
    const [mine, theirs] = [new Visitor(), new Visitor('html')];
    const { interaction } = await openInteraction(mine, party);
    await mine.request(interaction);
    await theirs.jar.setCookie(`mc_resume=${interaction.split('/').at(-1)}; Path=/authorize`, service.url);
    const page = await theirs.request(interaction.replace('/interactions/', '/authorize/'));
    assert.equal(page.status, 409);
    assert.match(
      page.text,
      /appartient à une autre connexion[\s\S]*href="http:\/\/localhost:4000">Revenir à Mon Compte/,
    );
  });

  it('keeps of one that is over that it held it, and forgets that one before any other', async () => {
    const person = await createPerson(service);
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await signIn(visitor, interaction, person.identifier, PASSWORD);
    await visitor.request(json.redirectTo);
    const uid = interaction.split('/').at(-1);
    assert.deepEqual((await cookiesOf(visitor)).sort(), [
      `mc_browser_${uid} /`,
      'mc_device /interactions',
      'mc_session /',
      'mc_session.sig /',
    ]);
    for (let count = 0; count < KEPT; count++) await openInteraction(visitor, party, { prompt: 'login' });
    const held = (await cookiesOf(visitor)).filter((name) => name.startsWith('mc_browser_'));
    assert.deepEqual([held.length, held.includes(`mc_browser_${uid} /`)], [KEPT, false]);
  });

  it(`keeps the last ${KEPT} that it began, and fewer cookies than the 50 that every browser has room for`, async () => {
    const visitor = new Visitor();
    const begun: string[] = [];
    for (let count = 0; count < KEPT + 3; count++) {
      begun.push((await openInteraction(visitor, party)).interaction);
      await service.clock.advance(1);
    }
    const names = await cookiesOf(visitor);
    assert.equal(names.filter((name) => name.startsWith('mc_browser_')).length, KEPT);
    assert.ok(names.length < 50, names.join('\n'));
    const codes = await Promise.all(begun.map(async (url) => (await visitor.request(url)).json.code));
    assert.deepEqual(codes, [...Array(3).fill('interaction_not_found'), ...Array(KEPT).fill(undefined)]);
  });
});
