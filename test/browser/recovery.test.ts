import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { type Kannel, startKannel } from '../support/kannel.ts';
import { createPerson, PASSWORD, randomProvisional } from '../support/people.ts';
import { answerOf } from '../support/recovery.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const BORN_ABROAD = {
  birthName: 'ŁUKASZEWICZ',
  givenNames: 'ZOFIA ANNA',
  sex: 'female' as const,
  birthDate: '1988-00-00',
  birthplace: { countryCode: '99122', city: 'KRAKOW' },
  parents: [
    { birthName: 'ŁUKASZEWICZ', givenNames: 'JAN' },
    { birthName: 'NOWAK', givenNames: 'EWA' },
  ],
};
const BORN_IN_FRANCE = {
  birthName: 'DE LA FONTAINE',
  givenNames: 'ÉLOÏSE',
  sex: 'female' as const,
  birthDate: '1979-05-21',
  birthplace: { communeCode: '31555', countryCode: '99100' },
};

describe('the seven steps of the source, in Chromium, with the SMS that Kannel gave to the network', () => {
  let kannel: Kannel;
  let landing: Server;
  let landingUrl = '';
  let service: Service;
  let party: RelyingParty;
  let context: BrowserContext;
  before(async () => {
    kannel = await startKannel();
    landing = createServer((_req, res) => res.end('back'));
    await new Promise<void>((resolve) => landing.listen(0, 'localhost', resolve));
    const relyingPartyPort = (landing.address() as AddressInfo).port;
    landingUrl = `http://localhost:${relyingPartyPort}`;
    service = await startService({
      relyingPartyPort,
      env: {
        TRUSTED_PROXIES: '',
        MESSAGES_SMS: 'kannel',
        KANNEL_URL: kannel.url,
        KANNEL_USERNAME: kannel.username,
        KANNEL_PASSWORD: kannel.password,
      },
    });
    party = await createRelyingParty(service.url, undefined, undefined, `${landingUrl}/callback`);
  });
  after(async () => {
    await service.stop();
    await kannel.stop();
    await new Promise((resolve) => landing.close(resolve));
  });
  afterEach(() => context.close());

  async function openForm(javaScriptEnabled: boolean): Promise<Page> {
    context = await newContext({ javaScriptEnabled, viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    await page.goto((await party.begin()).url);
    await page.click('text=J’ai un identifiant provisoire');
    await page.click('text=Identifiant provisoire oublié ?');
    return page;
  }

  async function typeCaptcha(page: Page): Promise<void> {
    const captchaId = (await page.getAttribute('[name=captchaId]', 'value')) ?? '';
    const interaction = new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
    await page.fill('#captcha', await answerOf(service, captchaId, interaction));
  }

  async function smsTo(mobile: string): Promise<string> {
    for (let tries = 0; tries < 200; tries++) {
      const sms = kannel.received().find((line) => line.includes(mobile));
      if (sms) return sms;
      await delay(50);
    }
    throw new Error('no SMS reached the network');
  }

  async function signInWith(page: Page, sms: string): Promise<void> {
    const digits = /P(\d{8})/.exec(sms)?.[1] ?? '';
    await page.click('text=Se connecter avec l');
    await page.fill('#identifier', digits);
    await page.fill('#password', PASSWORD);
    await page.click('button:text("Se connecter")');
    await page.waitForURL(`${landingUrl}/callback?code=*`);
    assert.ok(new URL(page.url()).searchParams.get('code'));
  }

  for (const javaScriptEnabled of [true, false])
    it(`take a person born abroad from « Se connecter » to « Mon Compte », ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const mobile = `+3361235000${javaScriptEnabled ? 1 : 2}`;
      const birthName = javaScriptEnabled ? 'ŁUKASZEWICZ' : 'ŁUKASZ';
      await createPerson(service, {
        identifier: randomProvisional(),
        civilIdentity: { ...BORN_ABROAD, birthName },
        contactPoints: [{ kind: 'mobile', value: mobile, verified: true }],
      });
      const page = await openForm(javaScriptEnabled);
      await page.fill('#birthName', birthName.toLowerCase());
      await page.fill('#givenNames', 'Zofia');
      await page.fill('#birthDate', '12/04/1988');
      await page.check('#birthplace-abroad');
      await page.selectOption('#country', { label: 'Pologne' });
      await page.fill('#city', 'Kraków');
      await page.fill('#parent1BirthName', 'Nowak');
      await page.fill('#parent1GivenNames', 'Ewa');
      await page.fill('#parent2BirthName', 'Lukaszewicz');
      await page.fill('#parent2GivenNames', 'Jan');
      await page.fill('#captcha', 'ZZZZZZ');
      await page.click('button:text("Continuer")');
      assert.match((await page.textContent('.alert')) ?? '', /ne correspondent pas/);
      assert.equal(await page.inputValue('#parent1BirthName'), 'Nowak', 'nothing typed is lost');
      const before = await page.getAttribute('[name=captchaId]', 'value');
      await page.click(javaScriptEnabled ? 'text=Autre image' : 'button[name=renew]');
      await page.locator(`[name=captchaId]:not([value="${before}"])`).waitFor({ state: 'attached' });
      assert.equal(await page.inputValue('#city'), 'Kraków');
      await typeCaptcha(page);
      await page.click('button:text("Continuer")');
      assert.match((await page.textContent('h1')) ?? '', /demande est enregistrée/);
      await signInWith(page, await smsTo(mobile));
    });

  it('take a person born in France, whose commune completes as they type', async () => {
    const mobile = '+33612350003';
    const contactPoints = [{ kind: 'mobile' as const, value: mobile, verified: true }];
    await createPerson(service, { identifier: randomProvisional(), civilIdentity: BORN_IN_FRANCE, contactPoints });
    const page = await openForm(true);
    await page.fill('#birthName', 'La Fontaine');
    await page.fill('#givenNames', 'Eloise');
    await page.fill('#birthDate', '21/05/1979');
    await page.check('#birthplace');
    await page.fill('#departement', '31');
    await page.locator('#commune').pressSequentially('toulo');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('#communes option')].some(
        (option) => (option as HTMLOptionElement).value === 'Toulouse',
      ),
    );
    await page.fill('#commune', 'Toulouse');
    await typeCaptcha(page);
    await page.click('button:text("Continuer")');
    await signInWith(page, await smsTo(mobile));
  });

  it('have no axe violation and no sideways scroll, in either shape, with their faults', async () => {
    const page = await openForm(true);
    const check = async (name: string) => {
      await page.evaluate(axeSource);
      const violations = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run({ resultTypes: ['violations'] })).violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`,
        );
      });
      assert.deepEqual(violations, [], name);
      assert.ok(
        (await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0,
        `${name} scrolls sideways`,
      );
    };
    await check('no shape');
    await page.check('#birthplace');
    await page.click('button:text("Continuer")');
    await check('France, with faults');
    await page.check('#birthplace-abroad');
    await page.click('button:text("Continuer")');
    await check('abroad, with faults');
    await page.click('a:text("Retour")');
    await page.click('text=Mot de passe oublié ?');
    await check('password recovery');
    await page.click('button:text("Envoyer le code")');
    await check('password recovery with faults');
    await page.fill('#identifier', '12345678');
    await page.fill('#birthDate', '01/01/1990');
    await page.click('button:text("Envoyer le code")');
    await check('the code');
    await page.fill('#code', '000000');
    await page.click('button:text("Vérifier le code")');
    await check('the code, wrong');
  });
});
