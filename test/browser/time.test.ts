/** A person who takes their time: until when a page can be sent, more of it, and a page that was open too long. */
import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { createPerson, PASSWORD, randomNir } from '../support/people.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

describe('the time of a page in Chromium', () => {
  let service: Service;
  let party: RelyingParty;
  let context: BrowserContext;
  before(async () => {
    service = await startService({ store: 'memory', env: { TRUSTED_PROXIES: '' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());
  afterEach(() => context.close());

  async function open(options: Parameters<typeof newContext>[0] = {}): Promise<Page> {
    context = await newContext(options);
    const page = await context.newPage();
    await page.clock.install();
    await page.goto((await party.begin()).url);
    return page;
  }

  it('is told with « Rester », which keeps what was typed without JavaScript', async () => {
    const page = await open({ javaScriptEnabled: false });
    const identifier = randomNir();
    await page.fill('#identifier', identifier);
    const until = await page.locator('.time-left time').getAttribute('datetime');
    await service.clock.advance(300);
    await page.getByRole('button', { name: 'Rester' }).click();
    assert.equal(await page.inputValue('#identifier'), identifier);
    assert.ok(
      Date.parse((await page.locator('.time-left time').getAttribute('datetime')) ?? '') > Date.parse(until ?? ''),
    );
  });

  it('warns two minutes before, and gives more time in place: nothing typed is lost, and the focus stays', async () => {
    const page = await open();
    await page.fill('#password', 'half a passw');
    const warning = page.locator('.time-left.soon [role=status]');
    await page.clock.fastForward('12:00');
    assert.equal(await warning.count(), 0);
    await page.clock.fastForward('01:10');
    assert.match((await warning.textContent()) ?? '', /^Cette page expire bientôt, à \d+\sh\s\d\d\./);
    await page.getByRole('button', { name: 'Rester' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.time-left:not(.soon)').waitFor();
    assert.equal(await page.inputValue('#password'), 'half a passw');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Rester');
  });

  it('that is over costs nothing but the password: the page is there again with what was typed', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const person = await createPerson(service);
      const page = await open({ javaScriptEnabled });
      await page.fill('#identifier', person.identifier);
      await page.fill('#password', PASSWORD);
      await service.clock.advance(901);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Cette page a expiré' }).waitFor();
      assert.equal(await page.inputValue('#identifier'), person.identifier);
      assert.equal(await page.inputValue('#password'), '');
      await page.fill('#password', PASSWORD);
      const back = page.waitForRequest((request) => request.url().startsWith(party.redirectUri));
      await page.keyboard.press('Enter').catch(() => {});
      assert.match((await back).url(), /[?&]code=/);
      await context.close();
    }
  });

  it('that is over is asked for again by « Rester » too', async () => {
    const page = await open();
    const identifier = randomNir();
    await page.fill('#identifier', identifier);
    await service.clock.advance(901);
    await page.getByRole('button', { name: 'Rester' }).click();
    await page.getByRole('heading', { name: 'Cette page a expiré' }).waitFor();
    assert.equal(await page.inputValue('#identifier'), identifier);
  });

  it('that is over leads where a link says, and says so in the language that is asked for', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await open({ javaScriptEnabled });
      await service.clock.advance(901);
      await page.getByRole('link', { name: 'J’ai un identifiant provisoire' }).click();
      assert.match(await page.title(), /Connexion avec l’identifiant provisoire/);
      const identifier = randomNir();
      await page.fill('#identifier', identifier);
      await page.fill('#password', PASSWORD);
      await page.keyboard.press('Enter');
      await page.locator('.note[role=status]').waitFor();
      await service.clock.advance(901);
      await page.reload();
      assert.match(await page.title(), /Connexion avec le numéro de Sécurité sociale/, 'the form that it was led to');
      assert.equal(await page.inputValue('#identifier'), identifier);
      await service.clock.advance(901);
      await page.getByRole('button', { name: 'English' }).click();
      await page.getByRole('heading', { name: 'This page has expired' }).waitFor();
      assert.equal(await page.inputValue('#identifier'), identifier);
      await context.close();
    }
  });
});
