import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { createPerson, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

const CODE = '271828';
const NEW_PASSWORD = `${PASSWORD}-neuf`;

for (const javaScriptEnabled of [true, false])
  describe(`reload, back, language and two clicks, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    let service: Service;
    let party: RelyingParty;
    let landing: Server;
    let home = '';
    let context: BrowserContext;
    let page: Page;
    before(async () => {
      landing = createServer((_request, response) => {
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        response.end('<!DOCTYPE html><html lang="fr"><title>Mon Compte</title><h1>Retour au service</h1></html>');
      });
      await new Promise<void>((resolve) => landing.listen(0, 'localhost', resolve));
      const relyingPartyPort = (landing.address() as AddressInfo).port;
      home = `http://localhost:${relyingPartyPort}`;
      service = await startService({ relyingPartyPort, env: { TRUSTED_PROXIES: '' } });
      party = await createRelyingParty(service.url, undefined, undefined, `${home}/callback`);
    });
    after(async () => {
      await service.stop();
      await new Promise((resolve) => landing.close(resolve));
    });
    beforeEach(async () => {
      context = await newContext({ javaScriptEnabled });
      page = await context.newPage();
      await page.goto((await party.begin()).url);
    });
    afterEach(() => context.close());

    const heading = () => page.textContent('h1');
    const press = (name: string) => page.click(`main button:text("${name}")`);

    async function refused(identifier = randomNir()): Promise<void> {
      await page.fill('#identifier', identifier);
      await page.fill('#password', 'Wrong-Password-1');
      await press('Se connecter');
      await page.waitForSelector('.alert');
    }

    it('a reload shows the refusal again, with what was typed', async () => {
      const identifier = randomNir();
      await refused(identifier);
      await page.reload();
      assert.equal(await page.locator('.alert').count(), 1);
      assert.equal(await page.inputValue('#identifier'), identifier);
      assert.equal(await page.inputValue('#password'), '');
    });

    it('Back through a refused form shows the form, and no error of the browser', async () => {
      await refused();
      await page.click('a:text("Mot de passe oublié"), button:text("Mot de passe oublié")');
      assert.equal(await heading(), 'Mot de passe oublié');
      await page.goBack();
      assert.equal(await heading(), 'Connexion');
      await page.goBack();
      assert.equal(await heading(), 'Connexion');
      assert.match(page.url(), /\/interactions\//);
    });

    it('Back after sign-in leads to the relying party, whatever was refused before', async () => {
      const { identifier } = await createPerson(service);
      await refused(identifier);
      await page.fill('#password', PASSWORD);
      await press('Se connecter');
      await page.waitForURL(`${home}/callback?code=*`);
      for (let times = 0; times < 2; times++) {
        await page.goBack();
        assert.equal(await heading(), 'Retour au service');
        assert.ok(page.url().startsWith(home), page.url());
      }
    });

    it('the other language keeps what was typed, and Enter sends the form', async () => {
      const { identifier } = await createPerson(service);
      await page.fill('#identifier', identifier);
      await page.check('#remember');
      await page.click('button:text("English")');
      await page.waitForSelector('html[lang=en]');
      assert.equal(await page.inputValue('#identifier'), identifier);
      assert.ok(await page.isChecked('#remember'));
      await page.fill('#password', PASSWORD);
      await page.press('#password', 'Enter');
      await page.waitForURL(`${home}/callback?code=*`);
    });

    it('« Votre mot de passe est changé » is shown again, and two clicks on the right code lead on', async () => {
      const { accountId, identifier } = await createPerson(service);
      const base = page.url().replace(/\/interactions\/([\w-]+).*/, '/interactions/$1');
      const uid = base.split('/').at(-1) ?? '';
      await page.goto(`${base}/password-recovery?identifier_type=nir`);
      await page.fill('#identifier', identifier);
      await page.fill('#birthDate', '03/11/1962');
      await page.press('#birthDate', 'Enter');
      await page.waitForSelector('#code');
      const found = await service.app.ports.flowStates.find(uid);
      const codeId = found?.state.proofs?.['password-recovery']?.codeId ?? '';
      const subject = { kind: 'account', accountId } as const;
      const code = { codeId, purpose: 'password-recovery', code: CODE, subject, countedAs: `codes:${codeId}` };
      await service.app.ports.verificationCodes.create(code, 600);
      await page.fill('#code', CODE);
      await page.dblclick('form#step button[type=submit]');
      await page.waitForSelector('#confirmation');
      const behindTab = await context.newPage();
      await behindTab.goto(page.url());
      await page.fill('#password', NEW_PASSWORD);
      await page.fill('#confirmation', NEW_PASSWORD);
      await page.press('#confirmation', 'Enter');
      await page.waitForURL(/\/done$/);
      for (let times = 0; times < 2; times++) {
        assert.match((await heading()) ?? '', /Votre mot de passe est changé/);
        await page.reload();
      }
      for (const behind of ['code', 'password']) {
        await page.goto(`${base}/password-recovery/${behind}`);
        assert.match((await heading()) ?? '', /Votre mot de passe est changé/, `not ${behind}, which is over`);
      }
      await behindTab.fill('#password', NEW_PASSWORD);
      await behindTab.fill('#confirmation', NEW_PASSWORD);
      await behindTab.press('#confirmation', 'Enter');
      await behindTab.waitForURL(/\/done$/);
      await behindTab.close();
      await page.click('main a.button');
      await page.fill('#identifier', identifier);
      await page.fill('#password', NEW_PASSWORD);
      await press('Se connecter');
      await page.waitForURL(`${home}/callback?code=*`);
    });
  });
