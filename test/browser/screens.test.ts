import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomProvisional } from '../support/people.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

describe('the screens in Chromium', () => {
  let service: Service;
  let party: RelyingParty;
  let landing: Server;
  let landingUrl = '';
  /** What the relying party was sent by forms. */
  const posted: URLSearchParams[] = [];
  let context: BrowserContext;

  before(async () => {
    // The relying party's own page, so that the end of a sign-in is a page and not a refused connection.
    landing = createServer(async (req, res) => {
      if (req.method === 'POST') posted.push(new URLSearchParams(await text(req)));
      res.setHeader('Content-Type', 'text/html; charset=utf-8');
      res.end('<!DOCTYPE html><html lang="fr"><title>Mon Compte</title><h1>Retour au service</h1></html>');
    });
    await new Promise<void>((resolve) => landing.listen(0, 'localhost', resolve));
    const relyingPartyPort = (landing.address() as AddressInfo).port;
    landingUrl = `http://localhost:${relyingPartyPort}`;
    service = await startService({ relyingPartyPort, env: { TRUSTED_PROXIES: '' } });
    party = await createRelyingParty(service.url, undefined, undefined, `${landingUrl}/callback`);
  });
  after(async () => {
    await service.stop();
    await new Promise((resolve) => landing.close(resolve));
  });
  afterEach(() => context.close());

  async function open(
    options: Parameters<typeof newContext>[0] = {},
    parameters: Record<string, string> = {},
  ): Promise<Page> {
    context = await newContext(options);
    const page = await context.newPage();
    await page.goto((await party.begin(parameters)).url);
    return page;
  }

  async function signIn(page: Page, identifier: string, password: string): Promise<void> {
    await page.fill('#identifier', identifier);
    await page.fill('#password', password);
    await page.click('button:text("Se connecter")');
  }

  for (const javaScriptEnabled of [true, false])
    it(`lead a person from A to B and back, and sign them in ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const person = await createPerson(service, { identifier: randomProvisional() });
      const page = await open({ javaScriptEnabled });
      assert.equal(await page.textContent('h1'), 'Connexion');
      await page.click('text=J’ai un identifiant provisoire');
      assert.equal(await page.locator('.prefix').textContent(), 'P');
      await page.click('a:text("Retour")');
      await page.click('text=J’ai un identifiant provisoire');
      await signIn(page, person.identifier, PASSWORD);
      await page.waitForURL(`${landingUrl}/callback?code=*`);
      assert.ok(new URL(page.url()).searchParams.get('code'));
    });

  it('lead a person through the first sign-in, to the new password and back to the service', async () => {
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const page = await open();
    await signIn(page, person.identifier, INITIAL_PASSWORD);
    assert.equal(await page.textContent('h1'), 'Créer votre mot de passe');
    await page.fill('#password', 'Motdepasse1!');
    await page.fill('#confirmation', 'Motdepasse2!');
    await page.click('button:text("Créer le mot de passe")');
    assert.match((await page.textContent('.alert')) ?? '', /trop courant.*différents/s);
    await page.reload();
    await page.fill('#password', PASSWORD);
    await page.fill('#confirmation', PASSWORD);
    await page.click('button:text("Créer le mot de passe")');
    await page.waitForURL(`${landingUrl}/callback?code=*`);
  });

  it('explain a number that starts with 7 or 8 and lead to the provisional identifier', async () => {
    const page = await open();
    await signIn(page, '7 55 08 14 168 025', 'x');
    assert.match((await page.textContent('.alert')) ?? '', /commence par 7 ou 8/);
    await page.click('.alert >> text=J’ai un identifiant provisoire');
    assert.equal(await page.getAttribute('input[name=identifierType]', 'value'), 'provisional');
  });

  it('remember the identifier, masked, and forget it on demand', async () => {
    const person = await createPerson(service);
    const page = await open();
    await page.check('#remember');
    await signIn(page, person.identifier, PASSWORD);
    await page.waitForURL(`${landingUrl}/callback?code=*`);
    await page.goto((await party.begin({ prompt: 'login' })).url);
    assert.match((await page.textContent('.remembered')) ?? '', /•• ••• •\d\d/);
    assert.equal(await page.locator('#identifier').count(), 0);
    await page.fill('#password', PASSWORD);
    await page.click('button:text("Se connecter")');
    await page.waitForURL(`${landingUrl}/callback?code=*`);
    await page.goto((await party.begin({ prompt: 'login' })).url);
    await page.click('button:text("Utiliser un autre identifiant")');
    assert.equal(await page.locator('#identifier').count(), 1);
    await page.goto((await party.begin({ prompt: 'login' })).url);
    assert.equal(await page.locator('.remembered').count(), 0, 'nor is it known the next time');
    assert.equal(await page.inputValue('#identifier'), '');
  });

  it('are used by keyboard alone, with the focus always visible', async () => {
    const person = await createPerson(service);
    const page = await open();
    const reached: string[] = [];
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement;
        const style = getComputedStyle(element);
        return { id: element.id, outline: style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2 };
      });
      assert.ok(focused.outline, `no visible focus on ${focused.id}`);
      reached.push(focused.id);
      if (focused.id === 'identifier') await page.keyboard.type(person.identifier);
      if (focused.id === 'password') {
        await page.keyboard.type(PASSWORD);
        await page.keyboard.press('Enter');
        break;
      }
    }
    await page.waitForURL(`${landingUrl}/callback?code=*`);
    assert.ok(
      reached.indexOf('identifier') < reached.indexOf('remember') &&
        reached.indexOf('remember') < reached.indexOf('password'),
    );
  });

  it('give up: the relying party is told', async () => {
    const page = await open();
    await page.click('button:text("Annuler et revenir à Mon Compte")');
    await page.waitForURL(`${landingUrl}/callback?error=*`);
    assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
  });

  it('speak English when asked, by ui_locales, by the browser and by the link, and keep to it', async () => {
    let page = await open({}, { ui_locales: 'en' });
    assert.equal(await page.textContent('h1'), 'Sign in');
    await context.close();
    page = await open({ locale: 'en-GB' });
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await context.close();
    page = await open();
    await page.click('text=English');
    await page.click('text=I have a provisional identifier');
    assert.equal(await page.textContent('h1'), 'Sign in');
  });

  it('sign out, by the page of the service, and come back', async () => {
    const person = await createPerson(service);
    const page = await open();
    await signIn(page, person.identifier, PASSWORD);
    await page.waitForURL(`${landingUrl}/callback?code=*`);
    await page.goto(
      `${service.url}/session/end?client_id=mon-compte&post_logout_redirect_uri=${encodeURIComponent(`${landingUrl}/`)}`,
    );
    const asked = async () => {
      await page.goto((await party.begin({ prompt: 'none' })).url);
      return new URL(page.url()).searchParams.get('error');
    };
    const question = page.url();
    assert.equal(await asked(), null, 'the session is there until the person has confirmed');
    await page.goto(question);
    await page.click('button:text("Me déconnecter")');
    await page.waitForURL(`${landingUrl}/`);
    assert.equal(await asked(), 'login_required');
  });

  for (const javaScriptEnabled of [true, false])
    it(`sign out when there is no session any more, ${javaScriptEnabled ? 'with' : 'without'} JavaScript, and come back`, async () => {
      context = await newContext({ javaScriptEnabled });
      const page = await context.newPage();
      const back = encodeURIComponent(`${landingUrl}/`);
      await page.goto(`${service.url}/session/end?client_id=mon-compte&post_logout_redirect_uri=${back}`);
      await page.waitForURL(`${landingUrl}/`);
    });

  it('answer a relying party that asks for response_mode=form_post', async () => {
    const person = await createPerson(service);
    const page = await open({}, { response_mode: 'form_post' });
    await signIn(page, person.identifier, PASSWORD);
    await page.waitForURL(`${landingUrl}/callback`);
    assert.deepEqual([posted.length, posted[0]?.has('code'), posted[0]?.has('state')], [1, true, true]);
  });

  it('change the person of a session without a dead end: another one signs in over it', async () => {
    const [first, second] = [await createPerson(service), await createPerson(service)];
    context = await newContext();
    const page = await context.newPage();
    const subs: unknown[] = [];
    for (const { identifier } of [first, second]) {
      const { url, checks } = await party.begin({ prompt: 'login' });
      await page.goto(url);
      await signIn(page, identifier, PASSWORD);
      await page.waitForURL(`${landingUrl}/callback?code=*`);
      subs.push((await party.redeem(page.url(), checks)).claims()?.sub);
    }
    const { url, checks } = await party.begin({ prompt: 'none' });
    await page.goto(url);
    subs.push((await party.redeem(page.url(), checks)).claims()?.sub);
    assert.notEqual(subs[0], subs[1]);
    assert.equal(subs[2], subs[1], 'the session is that of the other one');
  });
});
