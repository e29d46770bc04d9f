/** What a hand on a telephone and a finger on a keyboard meet: help, the eye, the order of things. */
import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

describe('a form in Chromium', () => {
  let service: Service;
  let party: RelyingParty;
  let context: BrowserContext;
  before(async () => {
    service = await startService({ store: 'memory', env: { TRUSTED_PROXIES: '' } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());
  afterEach(() => context.close());

  async function open(options: Parameters<typeof newContext>[0] = {}, step?: string): Promise<Page> {
    context = await newContext(options);
    const page = await context.newPage();
    await page.goto((await party.begin()).url);
    const interaction = new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
    if (step) await page.goto(`${service.url}${interaction}/${step}`);
    return page;
  }

  /** Where each thing is, the panels of help aside. */
  const places = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll('main :is(h1, label, input, button, a, legend, summary)')].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [element.tagName, x, y, width, height].join(' ');
      }),
    );
  const openHelps = (page: Page) => page.locator('details.help[open]').count();
  const focusedTag = (page: Page) => page.evaluate(() => document.activeElement?.tagName);

  for (const javaScriptEnabled of [true, false])
    it(`opens its help over what follows, and moves nothing, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      for (const width of [320, 1280]) {
        const page = await open(
          { javaScriptEnabled, viewport: { width, height: 900 } },
          'provisional-identifier-recovery',
        );
        const before = await places(page);
        for (const index of [0, 1]) {
          await page.locator('details.help summary').nth(index).focus();
          await page.keyboard.press('Enter');
          const text = page.locator('details.help p').nth(index);
          assert.ok(await text.isVisible());
          const { x, width: wide } = (await text.boundingBox()) ?? { x: -1, width: 9999 };
          assert.ok(x >= 0 && x + wide <= width, 'the text is within the screen');
          assert.deepEqual(await places(page), before);
          assert.equal(await openHelps(page), 1, 'one is open at a time');
        }
        await page.locator('#birthName').focus();
        assert.ok(
          !(await page.locator('details.help p').nth(1).isVisible()),
          'it gives way to the field that is reached',
        );
        await context.close();
      }
    });

  it('closes its help by Escape, and gives the focus back to « ? »', async () => {
    const page = await open();
    await page.locator('details.help summary').first().focus();
    await page.keyboard.press('Enter');
    assert.equal(await openHelps(page), 1);
    await page.keyboard.press('Escape');
    assert.equal(await openHelps(page), 0);
    assert.equal(await focusedTag(page), 'SUMMARY');
    await page.keyboard.press('Enter');
    await page.click('h1');
    assert.equal(await openHelps(page), 0, 'what is pressed elsewhere closes it');
  });

  it('says whether the password is shown: by the icon, the name and the state of the eye', async () => {
    const page = await open();
    const eye = page.locator('.reveal');
    const state = async () => ({
      type: await page.getAttribute('#password', 'type'),
      name: await eye.getAttribute('aria-label'),
      pressed: await eye.getAttribute('aria-pressed'),
      barred: await eye.locator('.bar').isVisible(),
    });
    const hidden = { type: 'password', name: 'Afficher le mot de passe', pressed: 'false', barred: false };
    assert.deepEqual(await state(), hidden);
    await eye.click();
    assert.deepEqual(await state(), { type: 'text', name: 'Masquer le mot de passe', pressed: 'true', barred: true });
    await eye.click();
    assert.deepEqual(await state(), hidden);
  });

  it('ties the fault of a group to its radio buttons, the first of which the summary leads to', async () => {
    const page = await open({}, 'provisional-identifier-recovery');
    await page.locator('main form .actions button[type=submit]').first().click();
    await page.click('.alert a[href="#birthplace"]');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'birthplace');
    const group = page.getByRole('radiogroup', { name: 'Lieu de naissance' });
    assert.equal(await group.getAttribute('aria-invalid'), 'true');
    for (const radio of [group, page.locator('#birthplace'), page.locator('#birthplace-abroad')])
      assert.equal(await radio.getAttribute('aria-describedby'), 'birthplace-fault');
    assert.match((await page.textContent('#birthplace-fault')) ?? '', /Champ obligatoire/);
  });

  it('leads from each line of its summary to a field that it names', async () => {
    for (const step of [
      'sign-in?identifier_type=nir',
      'provisional-identifier-recovery',
      'password-recovery?identifier_type=nir',
    ]) {
      const page = await open({}, step);
      await page.locator('main form .actions button[type=submit]').first().click();
      const lines = page.locator('.alert li a');
      const count = await lines.count();
      assert.ok(count >= 2, step);
      assert.equal((await page.textContent('.alert h2')) ?? '', `Il y a ${count} erreurs à corriger`);
      for (const line of await lines.all()) {
        await line.click();
        assert.equal(
          await page.evaluate(() => document.activeElement?.id),
          (await line.getAttribute('href'))?.slice(1),
        );
        assert.match((await line.textContent()) ?? '', /^\p{Lu}.+\u00a0: \p{Ll}/u);
      }
      await context.close();
    }
  });

  for (const javaScriptEnabled of [true, false])
    it(`comes before its advice, which folds where there is no room beside, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      for (const [width, shown] of [
        [320, 'DETAILS'],
        [1280, 'SECTION'],
      ] as const) {
        const page = await open({ javaScriptEnabled, viewport: { width, height: 900 } });
        const advice = page.locator('.advice:visible');
        assert.equal(await advice.count(), 1);
        assert.equal(await advice.evaluate(({ tagName }) => tagName), shown);
        assert.equal(await advice.locator('p').first().isVisible(), width === 1280);
        const follows = await advice.evaluate((element) =>
          Boolean(
            (document.getElementById('identifier')?.compareDocumentPosition(element) ?? 0) &
              Node.DOCUMENT_POSITION_FOLLOWING,
          ),
        );
        assert.ok(follows, 'the form comes first');
        if (width === 320) {
          await advice.locator('summary').click();
          assert.ok(await advice.locator('p').first().isVisible());
        }
        await context.close();
      }
    });

  it('has « Continuer » above « Retour », on the screen and in the document', async () => {
    for (const width of [320, 1280]) {
      const page = await open({ viewport: { width, height: 900 } }, 'provisional-identifier-recovery');
      const [first, second] = await page.locator('.actions > *').all();
      assert.deepEqual([await first?.textContent(), await second?.textContent()], ['Continuer', 'Retour']);
      const [above, below] = [await first?.boundingBox(), await second?.boundingBox()];
      assert.ok(above && below && above.y + above.height <= below.y);
      await context.close();
    }
  });

  it('stays legible in forced colours, and moves nothing for whoever asks for calm', async () => {
    const page = await open({ forcedColors: 'active', reducedMotion: 'reduce' });
    for (const name of ['.button', '#identifier', 'details.help summary span', '.reveal'])
      assert.notEqual(
        await page
          .locator(name)
          .first()
          .evaluate((element) => getComputedStyle(element).borderTopStyle),
        'none',
        name,
      );
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter(
          (element) => Number.parseFloat(getComputedStyle(element).transitionDuration) > 0,
        ).length,
    );
    assert.equal(moving, 0);
  });
});
