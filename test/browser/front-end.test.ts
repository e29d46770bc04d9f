import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newContext } from '../support/chromium.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD } from '../support/people.ts';
import { createRelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

/** The smallest front end an integrator could write: it reads the steps, posts JSON, and follows `redirectTo`. */
const PAGE = (issuer: string) => `<!DOCTYPE html><html lang="en"><title>Front end</title><h1>Front end</h1>
<form><label>Identifier <input name="identifier"></label><label>Password <input name="password" type="password"></label><button>Go</button></form><output></output>
<script type="module">
const base = '${issuer}/interactions/' + new URL(location).searchParams.get('interaction');
const call = async (url, options) => (await fetch(url, { credentials: 'include', headers: { Accept: 'application/json', 'Content-Type': 'application/json' }, ...options })).json();
let current = await call(base);
const show = () => { document.querySelector('output').textContent = current.status + ' ' + (current.code ?? '') + ' for ' + (current.interaction?.client.name ?? ''); };
show();
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { identifier, password } = Object.fromEntries(new FormData(event.target));
  const first = current.steps.some(({ name }) => name === 'password');
  const step = current.steps.find(({ name }) => name === (first ? 'password' : 'sign-in'));
  const body = first ? { password, confirmation: password } : { identifierType: 'nir', identifier, password, remember: true };
  const answer = await call(step.href, { method: step.method, body: JSON.stringify(body) });
  if (answer.redirectTo) location = answer.redirectTo;
  else { current = answer.steps ? answer : { ...current, status: 'refused', code: answer.code }; show(); }
});
</script>`;

describe('a front end of an integrator, on another port of the same site', () => {
  let frontEnd: Server;
  let landing: Server;
  let service: Service;
  let landingUrl = '';
  before(async () => {
    frontEnd = createServer((_req, res) => {
      res.setHeader('Content-Type', 'text/html; charset=utf-8');
      res.end(PAGE(service.url));
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
    await page.waitForSelector('output:text("sign-in  for Mon Compte")');
    const submit = async (password: string) => {
      await page.fill('[name=identifier]', person.identifier);
      await page.fill('[name=password]', password);
      await page.click('button');
    };
    await submit('Wrong-Password-1');
    await page.waitForSelector('output:text("refused sign_in_failed")');
    await submit(INITIAL_PASSWORD);
    await page.waitForSelector('output:text("password-creation-required")');
    await submit(PASSWORD);
    await page.waitForURL(`${landingUrl}/callback?*`);
    const tokens = await party.redeem(page.url(), checks);
    assert.equal(tokens.claims()?.acr, 'eidas1');
    await context.close();
  });
});
