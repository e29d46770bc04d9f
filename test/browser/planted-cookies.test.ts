import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { newContext } from '../support/chromium.ts';
import { selfSignedCertificate } from '../support/mail-server.ts';
import { createPerson, PASSWORD, type Person } from '../support/people.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { startTlsProxy, type TlsProxy } from '../support/tls-proxy.ts';

const SITE = 'mon-compte.test';
const VERIFIER = 'v'.repeat(43);

/** In clear behind its proxy; the browser sees https, and a neighbour on another host of the same site. */
describe('cookies over TLS, in a browser', () => {
  let service: Service;
  let proxy: TlsProxy;
  let neighbour: Server;
  let neighbourProxy: TlsProxy;
  let landing: Server;
  let callback = '';
  let port = 0;
  let planted: string[] = [];
  let leadTo = '';
  const evil = () => `https://evil.${SITE}:${neighbourProxy.port}/`;

  before(async () => {
    const certificate = selfSignedCertificate(`*.${SITE}`);
    port = await findFreePort();
    proxy = await startTlsProxy(certificate, port);
    landing = createServer((_req, res) => res.end('back'));
    neighbour = createServer((_req, res) => res.writeHead(302, { 'Set-Cookie': planted, Location: leadTo }).end());
    for (const server of [landing, neighbour])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const relyingPartyPort = (landing.address() as AddressInfo).port;
    neighbourProxy = await startTlsProxy(certificate, (neighbour.address() as AddressInfo).port);
    callback = `http://localhost:${relyingPartyPort}/callback`;
    service = await startService({
      relyingPartyPort,
      env: { ISSUER: `https://id.${SITE}:${proxy.port}`, PORT: String(port) },
    });
  });
  after(async () => {
    await service.stop();
    await proxy.stop();
    await neighbourProxy.stop();
    for (const server of [landing, neighbour]) await new Promise((resolve) => server.close(resolve));
  });

  function authorizeUrl(parameters: Readonly<Record<string, string>> = {}): string {
    const url = new URL('/authorize', service.url);
    const code_challenge = createHash('sha256').update(VERIFIER).digest('base64url');
    const fixed = { client_id: 'mon-compte', response_type: 'code', scope: 'openid', code_challenge_method: 'S256' };
    url.search = new URLSearchParams({ ...fixed, code_challenge, redirect_uri: callback, ...parameters }).toString();
    return url.href;
  }

  const open = () => newContext({ ignoreHTTPSErrors: true });

  async function signIn(page: Page, { identifier }: Person, remember = false): Promise<void> {
    await page.fill('#identifier', identifier);
    await page.fill('#password', PASSWORD);
    if (remember) await page.check('#remember');
    await page.click('button:text("Se connecter")');
    await page.waitForURL(`${callback}?*`);
  }

  async function redeem(page: Page): Promise<string> {
    const code = new URL(page.url()).searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, code_verifier: VERIFIER, redirect_uri: callback };
    const credentials = Buffer.from(`mon-compte:${testSecrets.CLIENT_MON_COMPTE_SECRET}`).toString('base64');
    const answer = await fetch(`http://127.0.0.1:${port}/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${credentials}` },
      body: new URLSearchParams(form),
    });
    const { id_token } = (await answer.json()) as { id_token: string };
    return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString()).sub;
  }

  /** The cookies of an interaction, as a neighbour would set them for the whole site. */
  async function plantIn(victim: Page, attacker: BrowserContext, to: string): Promise<void> {
    const cookies = await attacker.cookies();
    assert.ok(cookies.some(({ name }) => name.startsWith('__Host-mc_browser_')));
    planted = cookies.flatMap(({ name, value, path }) => [
      `${name}=${value}; Domain=${SITE}; Path=${path}; Secure; HttpOnly; SameSite=Lax`,
      `${name}=${value}; Path=${path}; Secure`,
    ]);
    leadTo = to;
    await victim.goto(evil());
  }

  it('have names that a neighbour cannot plant, or the path that they are bound to', async () => {
    const context = await open();
    const page = await context.newPage();
    await page.goto(authorizeUrl());
    const uid = page.url().split('/')[4]?.split('?')[0] ?? '';
    await signIn(page, await createPerson(service), true);
    const cookies = await context.cookies();
    assert.deepEqual(
      cookies.map(({ name, path }) => `${name} ${path}`).sort(),
      ['__Host-mc_device /', '__Host-mc_remembered /', '__Host-mc_session /', '__Host-mc_session.sig /'],
      'those of the interaction are gone with it',
    );
    for (const { domain, secure, httpOnly, sameSite } of cookies)
      assert.deepEqual([domain, secure, httpOnly, sameSite], [`id.${SITE}`, true, true, 'Lax']);
    await page.goto(authorizeUrl({ prompt: 'login' }));
    const next = page.url().split('/')[4]?.split('?')[0] ?? '';
    assert.notEqual(next, uid);
    const bound = (await context.cookies()).filter(
      ({ name }) => name.includes('_interaction') || name.includes('_browser'),
    );
    assert.deepEqual(
      bound.map(({ name, path }) => `${name} ${path}`).sort(),
      [
        `__Host-mc_browser_${next} /`,
        `__Secure-mc_interaction /interactions/${next}`,
        `__Secure-mc_interaction.sig /interactions/${next}`,
      ].sort(),
    );
    assert.match(await page.content(), /•/, 'the remembered identifier is shown');
    await context.close();
  });

  it('of an interaction that a stranger began are worth nothing when they are planted', async () => {
    const [attacker, victim] = [await open(), await open()];
    const began = await attacker.newPage();
    await began.goto(authorizeUrl());
    const page = await victim.newPage();
    await plantIn(page, attacker, began.url());
    assert.equal(page.url(), began.url());
    const names = (await victim.cookies(began.url())).map(({ name }) => name);
    assert.ok(names.includes('__Secure-mc_interaction'), 'the cookie of the library was planted');
    assert.match(await page.content(), /Cette page appartient à une autre connexion/);
    assert.equal(await page.locator('#password').count(), 0);
    assert.equal(await page.locator('a:text("Revenir à Mon Compte")').count(), 1);
    await Promise.all([attacker.close(), victim.close()]);
  });

  it('do not make a person resume what a stranger has signed in to', async () => {
    const [attacker, victim] = [await open(), await open()];
    const person = await createPerson(service);
    const began = await attacker.newPage();
    await began.goto(authorizeUrl());
    // A program would not be led on, and the attacker is not.
    const resume = await began.evaluate(
      async (body) => {
        const headers = { Accept: 'application/json', 'Content-Type': 'application/json' };
        const url = `${location.pathname}/sign-in`;
        return (await (await fetch(url, { method: 'POST', headers, body })).json()).redirectTo;
      },
      JSON.stringify({ identifierType: 'nir', identifier: person.identifier, password: PASSWORD }),
    );
    const page = await victim.newPage();
    await plantIn(page, attacker, resume);
    assert.match(await page.content(), /Cette page appartient à une autre connexion/);
    assert.equal(
      (await victim.cookies()).some(({ name }) => name.includes('mc_session')),
      false,
    );
    await Promise.all([attacker.close(), victim.close()]);
  });

  it('of two interactions that begin at once in a fresh browser let both be finished', async () => {
    const [first, second] = [await createPerson(service), await createPerson(service)];
    const context = await open();
    const pages = await Promise.all([context.newPage(), context.newPage()]);
    await Promise.all(pages.map((page) => page.goto(authorizeUrl())));
    const [one, other] = pages as [Page, Page];
    await signIn(one, first);
    const sub = await redeem(one);
    await signIn(other, second);
    assert.notEqual(await redeem(other), sub, 'each got its own person');
    await context.close();
  });
});
