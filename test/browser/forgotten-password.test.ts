/** From five wrong passwords to another code, in Chromium, by hand and without JavaScript. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { createPerson, identity, PASSWORD } from '../support/people.ts';
import { messagesTo, passMessageInterval } from '../support/recovery.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where the screens are kept to be looked at; nowhere without it. */
const SHOTS = process.env.SCREENSHOTS;
let numbers = 0;

describe('a forgotten password, in Chromium', () => {
  let service: Service;
  let party: RelyingParty;
  let context: BrowserContext;
  before(async () => {
    service = await startService({ env: { TRUSTED_PROXIES: '', THROTTLE_SIGN_IN_PER_MINUTE: '1000' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());
  afterEach(() => context.close());

  async function createReachable() {
    numbers += 1;
    const mobile = `+336127${10_000 + numbers}`;
    const contactPoints = [{ kind: 'mobile' as const, value: mobile, verified: true }];
    return { mobile, ...(await createPerson(service, { civilIdentity: identity, contactPoints })) };
  }

  async function look(page: Page, name: string): Promise<void> {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${name} at ${width} px: ${overflow} px too wide`);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true });
    }
  }

  async function violationsOf(page: Page): Promise<string[]> {
    await page.evaluate(axeSource);
    const run =
      'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))';
    return page.evaluate(run);
  }

  async function lockOut(page: Page, identifier: string): Promise<void> {
    const { url } = await party.begin();
    await page.goto(url);
    for (let failure = 0; failure < 6; failure++) {
      if (failure === 0) await page.fill('#identifier', identifier);
      await page.fill('#password', 'Wrong-Password-1');
      // By hand: no other button of the page takes what Enter sends.
      await Promise.all([page.waitForEvent('load'), page.press('#password', 'Enter')]);
      await page.waitForSelector('.alert');
      assert.match(page.url(), /\/sign-in/);
    }
  }

  for (const javaScriptEnabled of [true, false])
    it(`(JavaScript: ${javaScriptEnabled}) leads from a lock to the code with the identifier, and to another code`, async () => {
      const { identifier, mobile } = await createReachable();
      context = await newContext({ javaScriptEnabled });
      const page = await context.newPage();
      const shot = (name: string) => (javaScriptEnabled ? look(page, name) : Promise.resolve());
      await lockOut(page, identifier);
      const summary = await page.innerText('.alert');
      assert.match(summary, /Réessayez (le .+ )?à \d+\sh\s\d\d, dans \d+\s(secondes?|minutes?)/);
      await shot('lock');
      const links = page.locator('button:has-text("Mot de passe oublié")');
      assert.equal(await links.count(), 2, 'in the summary, and in its place');
      await links.nth(javaScriptEnabled ? 0 : 1).click();
      assert.equal(await page.inputValue('#identifier'), identifier);
      assert.ok(!page.url().includes(identifier));
      await page.fill('#birthDate', '03/11/1962');
      await shot('details');
      await page.click('button:has-text("Envoyer le code")');
      await page.waitForSelector('#code');
      await shot('code');
      const again = page.locator('button:has-text("Recevoir un autre code")');
      assert.equal(await again.isDisabled(), javaScriptEnabled, 'it can be pressed where nobody counts down');
      await page.fill('#code', '999999');
      await page.click('button:has-text("Vérifier le code")');
      await page.waitForSelector('.alert');
      assert.match(await page.innerText('main'), /Il vous reste 4 essais/);
      const typed = page.locator('#code');
      assert.equal(await typed.getAttribute('aria-invalid'), 'true');
      assert.match((await typed.getAttribute('aria-describedby')) ?? '', /\bcode-fault\b/);
      assert.match(await page.innerText('#code-fault'), /Ce code n’est pas le bon/);
      await shot('code-wrong');
      if (!javaScriptEnabled) {
        await again.click();
        assert.match(await page.innerText('.alert'), /Attendez avant de demander un autre code/);
      } else {
        assert.deepEqual(await violationsOf(page), []);
      }
      await page.click('text=Corriger mes informations');
      assert.equal(await page.inputValue('#identifier'), identifier);
      assert.equal(await page.inputValue('#birthDate'), '03/11/1962');
      await page.goBack();
      const [first] = await messagesTo(service, mobile);
      await passMessageInterval(service);
      await page.reload();
      assert.equal(await again.isDisabled(), false);
      await again.click();
      await page.waitForSelector('#code');
      const second = (await messagesTo(service, mobile, 2)).find(({ text }) => text !== first?.text);
      const code = /\d{6}/.exec(second?.text ?? '')?.[0] ?? '';
      await page.fill('#code', code);
      await page.click('button:has-text("Vérifier le code")');
      await page.waitForSelector('#confirmation');
      await page.fill('#password', 'wkxjvqwk');
      await page.fill('#confirmation', 'wkxjvqwk');
      await page.click('button:has-text("Changer le mot de passe")');
      await page.waitForSelector('.alert');
      await shot('password-weak');
      await page.fill('#password', `${PASSWORD}-neuf`);
      await page.fill('#confirmation', `${PASSWORD}-neuf`);
      await page.click('button:has-text("Changer le mot de passe")');
      await page.waitForSelector('text=Votre mot de passe est changé');
    }).timeout(120_000);

  it('counts the wait for another code down, and says once that it is over', async () => {
    const { identifier } = await createReachable();
    context = await newContext();
    const page = await context.newPage();
    await page.clock.install();
    const { url } = await party.begin();
    await page.goto(url);
    await page.click('text=Mot de passe oublié ?');
    await page.fill('#identifier', identifier);
    await page.fill('#birthDate', '03/11/1962');
    await page.click('button:has-text("Envoyer le code")');
    const wait = page.locator('[data-wait]');
    const left = Number(await wait.getAttribute('data-wait'));
    await page.clock.runFor(10_000);
    assert.match(await wait.innerText(), new RegExp(`encore ${left - 10}\\ssecondes`));
    assert.equal(await wait.getAttribute('role'), null, 'nobody is told each second');
    await page.clock.runFor((left - 11) * 1000);
    assert.match(await wait.innerText(), /encore 1\sseconde avant/);
    await page.clock.runFor(1000);
    assert.match(await wait.innerText(), /Vous pouvez demander un autre code/);
    assert.equal(await wait.getAttribute('role'), 'status');
    assert.equal(await page.locator('button:has-text("Recevoir un autre code")').isDisabled(), false);
  }).timeout(60_000);

  it('need not be looked up for whoever is remembered: the identifier is masked, and another one can be typed', async () => {
    const { identifier } = await createReachable();
    context = await newContext();
    const page = await context.newPage();
    const { url } = await party.begin();
    await page.goto(url);
    await page.fill('#identifier', identifier);
    await page.check('#remember');
    await page.fill('#password', PASSWORD);
    await page.click('button:has-text("Se connecter")');
    const isRemembered = async () => (await context.cookies()).some(({ name }) => name.includes('remembered'));
    await eventually('the cookie', isRemembered);
    const { url: again } = await party.begin({ prompt: 'login' });
    await page.goto(again);
    await page.click('text=Mot de passe oublié ?');
    const shown = await page.innerText('main');
    assert.match(shown, /•• •• ••• •/);
    assert.ok(!(await page.content()).includes(identifier));
    await look(page, 'remembered');
    assert.deepEqual(await violationsOf(page), []);
    await page.fill('#birthDate', '03/11/1962');
    await page.click('button:has-text("Envoyer le code")');
    await page.waitForSelector('#code');
  }).timeout(60_000);
});
