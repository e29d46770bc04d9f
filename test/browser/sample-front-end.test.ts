/** `examples/front-end`, as an integrator starts it: a process of its own, on another origin of the service's site. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { projectRoot } from '../../src/project-root.ts';
import { newContext } from '../support/chromium.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomProvisional } from '../support/people.ts';
import { answerOf, messagesTo } from '../support/recovery.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OTHER_PASSWORD = 'Lanterne-Gravier-52';

describe('the sample front end', () => {
  let frontEnd: ChildProcess;
  let landing: Server;
  let service: Service;
  let party: RelyingParty;
  let landingUrl = '';
  let context: BrowserContext;
  let faults: string[];
  before(async () => {
    landing = createServer((_req, res) => res.end('back'));
    await new Promise<void>((resolve) => landing.listen(0, 'localhost', resolve));
    const relyingPartyPort = (landing.address() as AddressInfo).port;
    landingUrl = `http://localhost:${relyingPartyPort}`;
    const port = await findFreePort();
    service = await startService({
      relyingPartyPort,
      env: { UI_URL: `http://localhost:${port}/`, TRUSTED_PROXIES: '', LOCK_MAXIMUM_SECONDS: '30' },
    });
    party = await createRelyingParty(service.url, undefined, undefined, `${landingUrl}/callback`);
    frontEnd = spawn(process.execPath, [path.join(projectRoot, 'examples/front-end/server.ts')], {
      env: { PATH: process.env.PATH, PORT: String(port), SERVICE: service.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (frontEnd.stdout) await once(frontEnd.stdout, 'data');
  });
  after(async () => {
    frontEnd.kill('SIGTERM');
    await service.stop();
    await new Promise((resolve) => landing.close(resolve));
  });
  afterEach(async () => {
    await context.close();
    assert.deepEqual(faults, [], 'what the browser complained of');
  });

  async function open(parameters: Record<string, string> = {}): Promise<Page> {
    context = await newContext({ viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    faults = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      // Chromium writes a line for each refusal of the API too.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text());
    });
    await page.clock.install();
    await page.goto((await party.begin(parameters)).url);
    return page;
  }

  /** The title has the focus, no fault of axe, nothing sideways. */
  async function check(page: Page, title: string): Promise<void> {
    await page.waitForSelector(`h1:text-is("${title}")`);
    await page.evaluate(axeSource);
    const violations = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run({ resultTypes: ['violations'] })).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`,
      );
    });
    assert.deepEqual(violations, [], title);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${title} scrolls sideways by ${overflow}`);
  }

  async function signIn(page: Page, identifier: string, password: string): Promise<void> {
    await page.fill('#identifier', identifier);
    await page.fill('#password', password);
    await page.click('button:text-is("Se connecter")');
  }

  async function chooseProvisional(page: Page): Promise<void> {
    await page.click('button:text-is("J’ai un identifiant provisoire")');
    await page.waitForSelector('label:text-is("Identifiant provisoire")');
  }

  async function isBack(page: Page): Promise<void> {
    await page.waitForURL(`${landingUrl}/callback?code=*`);
    assert.ok(new URL(page.url()).searchParams.get('code'));
  }

  /** The text of what has the focus. */
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

  it('signs a person in with a NIR that is remembered, after a fault that is tied to its field', async () => {
    const person = await createPerson(service);
    const page = await open();
    await check(page, 'Connexion');
    assert.equal(await focused(page), 'Connexion');
    await signIn(page, '7 55 08 14 168 025', PASSWORD);
    await page.waitForSelector('.summary');
    assert.match(await focused(page), /commence par 7 ou 8/);
    assert.equal(await page.getAttribute('#identifier', 'aria-invalid'), 'true');
    assert.equal(await page.getAttribute('#identifier', 'aria-describedby'), 'identifier-hint identifier-fault');
    assert.match((await page.textContent('#identifier-fault')) ?? '', /commence par 7 ou 8/);
    await check(page, 'Connexion');
    await page.click('.summary a');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'identifier');
    await page.check('#remember');
    await signIn(page, person.identifier, PASSWORD);
    await isBack(page);
    await page.goto((await party.begin({ prompt: 'login' })).url);
    await page.waitForSelector('strong:text("••")');
    await page.fill('#password', PASSWORD);
    await page.click('button:text-is("Se connecter")');
    await isBack(page);
    await page.goto((await party.begin({ prompt: 'login' })).url);
    await page.click('button:text-is("Utiliser un autre identifiant")');
    await page.waitForSelector('#identifier');
  });

  it('signs a person in with a provisional identifier, in English, and a double click is one request', async () => {
    const person = await createPerson(service, { identifier: randomProvisional() });
    const page = await open();
    await chooseProvisional(page);
    await page.fill('#identifier', person.identifier);
    await page.click('button:text-is("English")');
    await check(page, 'Sign in');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    assert.equal(await page.inputValue('#identifier'), person.identifier, 'what was typed is kept');
    await page.fill('#password', PASSWORD);
    const posts: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    await page.dblclick('button:text-is("Sign in")');
    await isBack(page);
    assert.equal(posts.length, 1);
  });

  it('leads through the first sign-in, with every rule that is not met', async () => {
    const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
    const page = await open();
    await signIn(page, person.identifier, INITIAL_PASSWORD);
    await check(page, 'Créer votre mot de passe');
    await page.fill('#password', 'Motdepasse1!');
    await page.fill('#confirmation', 'Motdepasse2!');
    await page.click('button:text-is("Créer le mot de passe")');
    await page.waitForSelector('.summary');
    assert.match(await focused(page), /trop courant.*différents/s);
    await page.reload();
    await check(page, 'Créer votre mot de passe');
    await page.fill('#password', PASSWORD);
    await page.fill('#confirmation', PASSWORD);
    await page.click('button:text-is("Créer le mot de passe")');
    await isBack(page);
  });

  it('recovers a password with the code of a message, and leads back to sign-in', async () => {
    const mobile = '+33612360001';
    const contactPoints = [{ kind: 'mobile' as const, value: mobile, verified: true }];
    const person = await createPerson(service, { contactPoints });
    const page = await open();
    await page.click('button:text-is("Mot de passe oublié ?")');
    await check(page, 'Mot de passe oublié');
    await page.fill('#identifier', person.identifier);
    await page.click('button:text-is("Envoyer le code")');
    await page.waitForSelector('#birthDate[aria-invalid=true]');
    await page.fill('#birthDate', '03/11/1962');
    await page.click('button:text-is("Envoyer le code")');
    await check(page, 'Saisir le code reçu');
    const [message] = await messagesTo(service, mobile);
    const code = /\b\d{3} ?\d{3}\b/.exec(message?.text ?? '')?.[0].replace(' ', '') ?? '';
    await page.fill('#code', code === '000000' ? '000001' : '000000');
    await page.click('button:text-is("Vérifier le code")');
    await page.waitForSelector('.summary:has-text("Il vous reste 4 essais.")');
    assert.ok(await page.isDisabled('button:text("Recevoir un autre code par SMS")'));
    await page.reload();
    await check(page, 'Saisir le code reçu');
    await page.fill('#code', code);
    await page.click('button:text-is("Vérifier le code")');
    await check(page, 'Choisir un nouveau mot de passe');
    await page.fill('#password', OTHER_PASSWORD);
    await page.fill('#confirmation', OTHER_PASSWORD);
    await page.click('button:text-is("Changer le mot de passe")');
    await check(page, 'Votre mot de passe est changé');
    await page.goBack();
    await check(page, 'Connexion');
    await signIn(page, person.identifier, OTHER_PASSWORD);
    await isBack(page);
  });

  async function typeCaptcha(page: Page, answer?: string): Promise<void> {
    const captchaId = await page.inputValue('[name=captchaId]');
    const uid = new URL(page.url()).searchParams.get('interaction') ?? '';
    await page.fill('#captcha', answer ?? (await answerOf(service, captchaId, uid)));
  }

  it('recovers a provisional identifier of a person born abroad, who does not know one parent', async () => {
    const mobile = '+33612360002';
    const person = await createPerson(service, {
      identifier: randomProvisional(),
      civilIdentity: {
        birthName: 'WOZNIAK',
        givenNames: 'HALINA',
        sex: 'female',
        birthDate: '1988-04-12',
        birthplace: { countryCode: '99122', city: 'KRAKOW' },
        parents: [{ birthName: 'WOZNIAK', givenNames: 'EWA' }],
      },
      contactPoints: [{ kind: 'mobile', value: mobile, verified: true }],
    });
    const page = await open();
    await chooseProvisional(page);
    await page.click('button:text-is("Identifiant provisoire oublié ?")');
    await check(page, 'Identifiant provisoire oublié');
    await page.click('button:text-is("Continuer")');
    await page.waitForSelector('#birthplace[aria-invalid=true]');
    await page.check('#birthplace-abroad');
    await page.click('button:text-is("Continuer")');
    await page.waitForSelector('.summary:has-text("Second parent, Nom de naissance")');
    await page.fill('#birthName', 'Wozniak');
    await page.fill('#givenNames', 'Halina');
    await page.selectOption('#country', { label: 'Pologne' });
    await page.fill('#city', 'Kraków');
    await page.fill('#parent1BirthName', 'Wozniak');
    await page.fill('#parent1GivenNames', 'Ewa');
    await page.check('#parent2Unknown');
    const before = await page.inputValue('[name=captchaId]');
    await typeCaptcha(page, 'ZZZZZZ');
    await page.click('button:text-is("Continuer")');
    await page.waitForFunction(
      (id) => document.querySelector<HTMLInputElement>('[name=captchaId]')?.value !== id,
      before,
    );
    await check(page, 'Identifiant provisoire oublié');
    assert.ok(await page.evaluate(() => document.querySelector<HTMLImageElement>('.captcha img')?.naturalWidth));
    await typeCaptcha(page);
    await page.click('button:text-is("Continuer")');
    await page.waitForSelector('text=Vérification réussie');
    await page.fill('#birthDate', '12/04/1988');
    await page.click('button:text-is("Continuer")');
    await check(page, 'Votre demande est enregistrée');
    const [message] = await messagesTo(service, mobile);
    assert.ok(message?.text.includes(person.identifier));
    await page.click('button:text-is("Se connecter")');
    await chooseProvisional(page);
    await signIn(page, person.identifier, PASSWORD);
    await isBack(page);
  });

  it('completes a commune, plays the captcha in sound and shows another one', async () => {
    const page = await open();
    await chooseProvisional(page);
    await page.click('button:text-is("Identifiant provisoire oublié ?")');
    await page.check('#birthplace');
    await page.selectOption('#departement', '31');
    await page.locator('#commune').pressSequentially('toulo');
    await page.waitForSelector('#communes option[value=Toulouse]', { state: 'attached' });
    await check(page, 'Identifiant provisoire oublié');
    const heard = await page.evaluate(async () => {
      const audio = document.querySelector('audio');
      audio?.load();
      await new Promise((resolve) => audio?.addEventListener('loadedmetadata', resolve));
      return audio?.duration;
    });
    assert.ok((heard ?? 0) > 1);
    const before = await page.inputValue('[name=captchaId]');
    await page.click('button:text-is("Autre image")');
    await page.waitForSelector('text=Une autre image est affichée');
    assert.notEqual(await page.inputValue('[name=captchaId]'), before);
    await page.reload();
    await check(page, 'Identifiant provisoire oublié');
    await page.goBack();
    await check(page, 'Connexion');
  });

  it('tells a lock and when it ends, and that a captcha passes for the wait', async () => {
    const person = await createPerson(service);
    const page = await open();
    for (let failures = 1; failures <= 5; failures++) {
      await signIn(page, person.identifier, 'Wrong-Password-1');
      await page.waitForSelector('.summary h2:text("Connexion impossible")');
      await page.evaluate(() => document.querySelector('.summary')?.remove());
    }
    await signIn(page, person.identifier, PASSWORD);
    await page.waitForSelector('.summary h2:text("Trop de tentatives")');
    await page.waitForSelector('.captcha');
    await check(page, 'Connexion');
    await page.clock.fastForward('00:31');
    await page.waitForSelector('.summary:has-text("Vous pouvez réessayer maintenant.")');
    await typeCaptcha(page);
    await signIn(page, person.identifier, PASSWORD);
    await isBack(page);
  });

  it('warns before the time is over, and gives more of it in place', async () => {
    const page = await open();
    await page.waitForSelector('h1');
    await page.fill('#password', 'half a passw');
    await page.clock.fastForward('12:30');
    assert.equal(await page.textContent('#time'), '');
    await page.clock.fastForward('01:00');
    // For the service too: what it prolongs within the second ends no later than before.
    await service.clock.advance(13.5 * 60);
    await page.waitForSelector('#time:has-text("Cette page expire à")');
    await check(page, 'Connexion');
    // Its clock stood still meanwhile, to the second.
    await service.clock.advance(60);
    await page.click('button:text-is("Rester")');
    await page.waitForSelector('#time:has-text("Vous avez plus de temps.")');
    assert.equal(await focused(page), 'Vous avez plus de temps.');
    assert.equal(await page.inputValue('#password'), 'half a passw');
    assert.equal(await page.textContent('h1'), 'Connexion');
  });

  it('gives up: the relying party is told; who comes back to it is led back', async () => {
    const page = await open();
    await page.click('button:text-is("Annuler et revenir à Mon Compte")');
    await page.waitForURL(`${landingUrl}/callback?error=*`);
    assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
    await page.goBack();
    await page.waitForSelector('main a');
  });

  it('begins anew in place when the time is over, with what was typed', async () => {
    const person = await createPerson(service);
    const page = await open();
    await page.fill('#identifier', person.identifier);
    await page.click('button:text-is("Mot de passe oublié ?")');
    await page.fill('#birthDate', '03/11/1962');
    assert.equal(await page.inputValue('#identifier'), person.identifier, 'it was typed before');
    await service.clock.advance(901);
    await page.click('button:text-is("Envoyer le code")');
    await check(page, 'Cette page a expiré');
    await page.click('button:text-is("Recommencer")');
    await check(page, 'Mot de passe oublié');
    assert.equal(await page.inputValue('#identifier'), person.identifier);
    assert.equal(await page.inputValue('#birthDate'), '03/11/1962');
    await page.click('button:text-is("Revenir à la connexion")');
    await signIn(page, person.identifier, PASSWORD);
    await isBack(page);
  });
});
