/**
 * Clients that are not ours, as their pages of docs/relying-parties/ configure them, against one running service: each signs in
 * through the screens, gets claims, refreshes, also twice at once, and signs out.
 */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { decode, encode } from '@auth/core/jwt';
import type { BrowserContext, Page } from 'playwright-core';
import { projectRoot } from '../../src/project-root.ts';
import { newContext } from '../support/chromium.ts';
import { type DocumentedClient, readDocumentedClient } from '../support/documented-client.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { type Service, startService } from '../support/service.ts';

const PAGES = ['openid-client', 'express', 'authjs', 'oidc-client-ts', 'apache'] as const;
type PageName = (typeof PAGES)[number];

const CLAIMED = /"given_name":\s?"CLAIRE MARIE"/;

describe('a relying party, configured as its page says', () => {
  let service: Service;
  let folder: string;
  let context: BrowserContext;
  let page: Page;
  const clients = new Map<PageName, DocumentedClient>();

  before(async () => {
    for (const name of PAGES) clients.set(name, await readDocumentedClient(name));
    const all = [...clients.values()];
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-clients-'));
    const file = path.join(folder, 'clients.yaml');
    writeFileSync(file, `clients:\n${all.map(({ entry }) => entry).join('')}`);
    const env = Object.assign({ CLIENTS_FILE: file, TRUSTED_PROXIES: '' }, ...all.map(({ secrets }) => secrets));
    service = await startService({ env });
  });
  after(async () => {
    await Promise.all([...clients.values()].map((client) => client.stop()));
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    context = await newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());

  function clientOf(name: PageName): DocumentedClient {
    const client = clients.get(name);
    assert.ok(client);
    return client;
  }

  async function startNode(name: PageName): Promise<DocumentedClient> {
    const client = clientOf(name);
    client.install(service.url);
    await client.run(process.execPath, ['app.js']);
    return client;
  }

  /** On our screens, and back. */
  async function signIn(): Promise<void> {
    const person = await createPerson(service);
    await page.fill('#identifier', person.identifier);
    await page.fill('#password', PASSWORD);
    await page.click('button:text("Se connecter")');
    await page.waitForURL(({ origin }) => origin !== service.url);
  }

  /** Out on both sides, in one act since each sends `id_token_hint`: the next sign-in asks for the password. */
  async function signOut(leave: () => Promise<unknown>, comeBack: () => Promise<unknown>): Promise<void> {
    await leave();
    await comeBack();
    await page.waitForSelector('#password');
  }

  /** As in another tab, or another app: without a hint the service asks. */
  async function endSessionAtTheService(): Promise<void> {
    const tab = await context.newPage();
    await tab.goto(`${service.url}/session/end`);
    await tab.click('button[value=yes]');
    await tab.waitForSelector('text=Vous êtes déconnecté');
    await tab.close();
  }

  /** With the cookies of the browser, two requests that cross. */
  async function twiceAtOnce(url: string): Promise<readonly { url: string; text: string }[]> {
    const answers = await Promise.all([1, 2].map(() => page.request.get(url)));
    return Promise.all(answers.map(async (answer) => ({ url: answer.url(), text: await answer.text() })));
  }

  for (const name of ['openid-client', 'express'] as const)
    it(`signs in, gets claims, refreshes, twice at once too, signs out, and sees a session that ended elsewhere: ${name}`, async () => {
      const client = await startNode(name);
      await page.goto(client.url);
      await page.click('text=Sign in');
      await signIn();
      assert.match(await page.innerText('pre'), CLAIMED);
      await page.click('text=Refresh');
      assert.match(await page.innerText('pre'), CLAIMED);
      for (const { text } of await twiceAtOnce(`${client.url}/refresh`))
        assert.match(text, /CLAIRE MARIE/, client.output());
      await page.goto(client.url);
      assert.match(await page.innerText('pre'), CLAIMED);
      await signOut(
        () => page.click('text=Sign out'),
        () => page.click('text=Sign in'),
      );
      for (const look of [() => page.reload(), () => page.click('text=Refresh')]) {
        await signIn();
        await endSessionAtTheService();
        await look();
        await page.click('text=Sign in');
      }
    });

  it('signs in, gets claims, refreshes, twice at once too, signs out, and sees a session that ended elsewhere: authjs', async () => {
    const client = await startNode('authjs');
    await page.goto(client.url);
    await page.click('text=Sign in');
    await page.click('button');
    await signIn();
    const shown = JSON.parse(await page.innerText('pre'));
    assert.equal(shown.user.name, 'CLAIRE MARIE LEFEBVRE');

    // Its token is made an old one, in the cookie that it seals.
    const salt = 'authjs.session-token';
    const secret = client.secrets.MY_AUTHJS_APP_COOKIE_KEY ?? '';
    const readCookie = async () => {
      const cookie = (await context.cookies()).find(({ name }) => name === salt);
      const token = await decode<{ accessToken: string }>({ token: cookie?.value, salt, secret });
      assert.ok(cookie && token);
      return { cookie, token };
    };
    const age = async () => {
      const { cookie, token } = await readCookie();
      const value = await encode({ token: { ...token, expiresAt: 0 }, salt, secret });
      await context.addCookies([{ ...cookie, value }]);
      return token;
    };
    const old = await age();
    for (const { text } of await twiceAtOnce(client.url)) {
      assert.match(text, new RegExp(shown.sub));
      assert.doesNotMatch(text, /&#34;error&#34;/);
    }
    assert.notEqual((await readCookie()).token.accessToken, old.accessToken);
    await page.goto(client.url);
    const begin = async () => {
      await page.click('text=Sign in');
      await page.click('button');
    };
    await signOut(() => page.click('text=Sign out'), begin);
    await signIn();
    await endSessionAtTheService();
    await age();
    await page.goto(client.url);
    await page.waitForSelector('text=Sign in');
  });

  it('signs in, gets claims, refreshes, in two tabs at once too, signs out, and sees a session that ended elsewhere: oidc-client-ts', async () => {
    const client = clientOf('oidc-client-ts');
    const files = client.install(service.url);
    const library = path.join(projectRoot, 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js');
    const server = createServer((req, res) => {
      const isLibrary = req.url === '/oidc-client-ts.min.js';
      res.setHeader('Content-Type', isLibrary ? 'text/javascript' : 'text/html; charset=utf-8');
      res.end(readFileSync(isLibrary ? library : path.join(files, 'index.html')));
    });
    await new Promise<void>((resolve) => server.listen(Number(new URL(client.url).port), 'localhost', resolve));
    try {
      await page.goto(client.url);
      await page.click('text=Sign in');
      await signIn();
      await page.waitForSelector('text=Signed in');
      assert.match(await page.innerText('pre'), CLAIMED);
      await page.click('#refresh');
      await page.waitForSelector('text=Refreshed');
      const other = await context.newPage();
      await other.goto(client.url);
      await page.reload();
      await Promise.all([page, other].map((tab) => tab.click('#refresh')));
      await Promise.all([page, other].map((tab) => tab.waitForSelector('text=Refreshed')));
      await signOut(
        () => page.click('text=Sign out'),
        () => page.click('#sign-in'),
      );
      await signIn();
      await page.waitForSelector('text=Signed in');
      await endSessionAtTheService();
      await page.click('#refresh');
      await page.waitForSelector('text=Signed out');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('signs in, gets claims, refreshes, twice at once too, and signs out: Apache with mod_auth_openidc', async () => {
    const client = clientOf('apache');
    // Apache gives up root, and must still be able to reach its files.
    const files = client.install(service.url, os.tmpdir());
    chmodSync(files, 0o755);
    // A browser keeps a file that is old without asking, where nothing forbids it.
    const old = new Date('2020-01-01');
    utimesSync(path.join(files, 'index.html'), old, old);
    await client.run('/usr/sbin/apache2', ['-d', files, '-f', 'apache.conf', '-DFOREGROUND']);
    await page.goto(client.url);
    await signIn();
    await page.waitForSelector('text=Signed in');
    await page.click('text=Claims');
    assert.match(await page.innerText('body'), CLAIMED);
    const info = async () => (await page.request.get(`${client.url}/callback?info=json`)).json();
    const before = await info();
    const home = encodeURIComponent(`${client.url}/`);
    const refreshed = await twiceAtOnce(`${client.url}/callback?refresh=${home}&access_token=${before.access_token}`);
    // Where it fails, the address says why: `error_code`.
    assert.deepEqual(new Set(refreshed.map(({ url }) => url)), new Set([`${client.url}/`]));
    const after = await info();
    assert.notEqual(after.access_token, before.access_token);
    await page.goto(client.url);
    await signOut(
      () => page.click('text=Sign out'),
      () => page.click('text=Sign in'),
    );
  });
});
