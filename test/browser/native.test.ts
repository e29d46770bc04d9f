import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { createChanging } from '../support/changing.ts';
import { newContext } from '../support/chromium.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

const SCOPE = { scope: 'openid profile' };
const CALLBACK = 'fr.example.app:/callback';

describe('a native application, in Chromium', () => {
  let service: Service;
  let server: Server;
  let loopback = '';
  before(async () => {
    const changing = createChanging();
    const [portal, , open] = changing.clients;
    assert.ok(portal && open);
    const redirectUris = ['http://127.0.0.1/callback', CALLBACK];
    changing.clients = [portal, { ...open, clientId: 'app', native: true, redirectUris }];
    service = await startService({ store: 'memory', env: { TRUSTED_PROXIES: '' }, ports: changing.ports });
    server = createServer((_req, res) => res.end('Back to the application.'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    loopback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  });
  after(async () => {
    await service.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  async function signIn(page: Page) {
    await page.fill('#identifier', (await createPerson(service)).identifier);
    await page.fill('#password', PASSWORD);
    await page.click('button:text("Se connecter")');
  }

  for (const javaScriptEnabled of [true, false])
    describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      it('is reached on the port of the loopback that it listens on', async () => {
        const party = await createRelyingParty(service.url, 'app', '', loopback);
        const { url, checks } = await party.begin(SCOPE);
        const context = await newContext({ javaScriptEnabled });
        const page = await context.newPage();
        await page.goto(url);
        await signIn(page);
        await page.waitForURL(`${loopback}?*`);
        assert.ok((await party.redeem(page.url(), checks)).refresh_token);
        await context.close();
      });

      it('is called by its own scheme, with a link where the browser does not follow it', async () => {
        const party = await createRelyingParty(service.url, 'app', '', CALLBACK);
        const { url, checks } = await party.begin(SCOPE);
        const context = await newContext({ javaScriptEnabled });
        const page = await context.newPage();
        await page.goto(url);
        await signIn(page);
        const called = await page.locator('a[href^="fr.example.app:"]').getAttribute('href');
        assert.ok((await party.redeem(String(called), checks)).refresh_token);
        await context.close();
      });
    });
});
