import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

/** A relying party behind a broker and a hub, each on an origin of its own: what it is told leads on, twice. */
describe('a relying party that leads on to two further origins, in Chromium', () => {
  const servers: Server[] = [];
  const posted: string[] = [];
  let service: Service;
  let party: RelyingParty;
  let landingUrl = '';
  let endUrl = '';
  let context: BrowserContext;

  /** @param to where whatever is asked leads on; undefined for the last. */
  async function listen(to?: string): Promise<string> {
    const server = createServer(async (req, res) => {
      if (req.method === 'POST') posted.push(await text(req));
      if (to) return res.writeHead(302, { Location: to + req.url }).end();
      return res.writeHead(200, { 'Content-Type': 'text/html' }).end('<!DOCTYPE html><title>The end</title>');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  before(async () => {
    endUrl = await listen();
    landingUrl = await listen(await listen(endUrl));
    const relyingPartyPort = Number(new URL(landingUrl).port);
    service = await startService({ store: 'memory', relyingPartyPort, env: { TRUSTED_PROXIES: '' } });
    party = await createRelyingParty(service.url, undefined, undefined, `${landingUrl}/callback`);
  });
  after(async () => {
    await service.stop();
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
  });
  afterEach(() => context.close());

  for (const javaScriptEnabled of [true, false])
    describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      async function open(parameters: Record<string, string> = {}): Promise<Page> {
        context = await newContext({ javaScriptEnabled });
        const page = await context.newPage();
        await page.goto((await party.begin(parameters)).url);
        return page;
      }

      async function signIn(page: Page): Promise<URLSearchParams> {
        await page.fill('#identifier', (await createPerson(service)).identifier);
        await page.fill('#password', PASSWORD);
        await page.click('button:text("Se connecter")');
        await page.waitForURL(`${endUrl}/callback*`);
        return new URL(page.url()).searchParams;
      }

      it('is told of a sign-in', async () => {
        assert.ok((await signIn(await open())).get('code'));
      });

      it('is told of a sign-in by a form (response_mode=form_post)', async () => {
        const page = await open({ response_mode: 'form_post' });
        await page.fill('#identifier', (await createPerson(service)).identifier);
        await page.fill('#password', PASSWORD);
        await page.click('button:text("Se connecter")');
        if (!javaScriptEnabled) await page.click('button:text("Continuer")');
        await page.waitForURL(`${endUrl}/callback`);
        assert.match(posted.splice(0).join('\n'), /^code=[\w-]+&state=[^\n]+$/, 'sent once, to the relying party');
      });

      it('is told of a cancellation', async () => {
        const page = await open();
        await page.click('button:text("Annuler et revenir à Mon Compte")');
        await page.waitForURL(`${endUrl}/callback?*`);
        assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
      });

      for (const hinted of [true, false])
        it(`is told of a sign-out ${hinted ? 'in one act' : 'that the person has confirmed'}`, async () => {
          const begun = await party.begin();
          context = await newContext({ javaScriptEnabled });
          const page = await context.newPage();
          await page.goto(begun.url);
          const answer = await signIn(page);
          const { id_token: hint = '' } = await party.redeem(`${landingUrl}/callback?${answer}`, begun.checks);
          const who: Record<string, string> = hinted ? { id_token_hint: hint } : { client_id: 'mon-compte' };
          const parameters = { ...who, post_logout_redirect_uri: `${landingUrl}/`, state: 'a b&c' };
          await page.goto(`${service.url}/session/end?${new URLSearchParams(parameters)}`);
          if (!hinted) await page.click('button:text("Me déconnecter")');
          await page.waitForURL(`${endUrl}/?state=*`);
          assert.equal(new URL(page.url()).searchParams.get('state'), 'a b&c');
        });
    });

  it('sees no page of ours that lets a form lead anywhere but to us', async () => {
    context = await newContext();
    const page = await context.newPage();
    const policy = async (url: string) => (await page.goto(url))?.headers()['content-security-policy'];
    assert.match((await policy((await party.begin()).url)) ?? '', /; form-action 'self'$/);
    assert.match((await policy(`${service.url}/session/end?client_id=mon-compte`)) ?? '', /; form-action 'self'$/);
  });
});
