import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newContext } from '../support/chromium.ts';
import { firstPage } from '../support/integrate-page.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD } from '../support/people.ts';
import { createRelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

describe('the first page of docs/integrate.md, on another port of the same site', () => {
  let frontEnd: Server;
  let landing: Server;
  let service: Service;
  let landingUrl = '';
  before(async () => {
    frontEnd = createServer(({ url }, res) => {
      const { html, js } = firstPage(service.url);
      const isScript = url?.endsWith('/app.js');
      res.setHeader('Content-Type', `${isScript ? 'text/javascript' : 'text/html'}; charset=utf-8`);
      res.end(isScript ? js : html);
    });
    landing = createServer((_req, res) => res.end('back'));
    await new Promise<void>((resolve) => frontEnd.listen(0, 'localhost', resolve));
    await new Promise<void>((resolve) => landing.listen(0, 'localhost', resolve));
    const relyingPartyPort = (landing.address() as AddressInfo).port;
    landingUrl = `http://localhost:${relyingPartyPort}`;
    const { port } = frontEnd.address() as AddressInfo;
    service = await startService({
      relyingPartyPort,
      env: { UI_URL: `http://localhost:${port}/sign-in`, TRUSTED_PROXIES: '' },
    });
  });
  after(async () => {
    await service.stop();
    await new Promise((resolve) => frontEnd.close(resolve));
    await new Promise((resolve) => landing.close(resolve));
  });

  it('takes a person through a refusal, the first sign-in and the new password, and back with a code', async () => {
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const party = await createRelyingParty(service.url, undefined, undefined, `${landingUrl}/callback`);
    const context = await newContext();
    const page = await context.newPage();
    const { url, checks } = await party.begin();
    await page.goto(url);
    await page.waitForSelector('h1:text-is("sign-in")');
    await page.fill('[name=identifier]', person.identifier);
    await page.fill('[name=password]', 'Wrong-Password-1');
    await page.click('form button');
    await page.waitForSelector('p:text("sign_in_failed")');
    await page.fill('[name=password]', INITIAL_PASSWORD);
    await page.click('form button');
    await page.waitForSelector('h1:text-is("password-creation-required")');
    await page.fill('[name=password]', PASSWORD);
    await page.fill('[name=confirmation]', PASSWORD);
    await page.click('form button');
    await page.waitForURL(`${landingUrl}/callback?code=*`);
    const tokens = await party.redeem(page.url(), checks);
    assert.equal(tokens.claims()?.acr, 'eidas1');
    await context.close();
  });

  it('leads to the forms of further steps, and gives up', async () => {
    const party = await createRelyingParty(service.url, undefined, undefined, `${landingUrl}/callback`);
    const context = await newContext();
    const page = await context.newPage();
    await page.goto((await party.begin()).url);
    await page.click('nav button:text-is("password-recovery")');
    await page.waitForSelector('h1:text-is("password-recovery")');
    await page.click('form button');
    await page.waitForSelector('p:text("birthDate: ")');
    await page.click('nav button:text-is("cancel")');
    await page.waitForURL(`${landingUrl}/callback?error=access_denied*`);
    await context.close();
  });
});
