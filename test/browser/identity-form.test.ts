import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { createPerson, randomProvisional } from '../support/people.ts';
import { answerOf, messagesTo } from '../support/recovery.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';

const CAPTCHAS = 12;
const FRENCH = ['birthName', 'givenNames', 'birthDate', 'departement', 'commune', 'captcha'];
const PARENTS = ['parent1BirthName', 'parent1GivenNames', 'parent2BirthName', 'parent2GivenNames'];

describe('« Identifiant provisoire oublié » in Chromium', () => {
  let service: Service;
  let party: RelyingParty;
  let context: BrowserContext;
  let addresses = 0;
  before(async () => {
    service = await startService({ env: { THROTTLE_CAPTCHAS_PER_HOUR: String(CAPTCHAS) } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());
  afterEach(() => context.close());

  async function open(javaScriptEnabled = true, width = 320): Promise<Page> {
    addresses += 1;
    context = await newContext({
      javaScriptEnabled,
      viewport: { width, height: 800 },
      extraHTTPHeaders: { 'X-Forwarded-For': `10.77.0.${addresses}` },
    });
    const page = await context.newPage();
    await page.goto((await party.begin()).url);
    await page.goto(`${interactionOf(page)}/provisional-identifier-recovery`);
    return page;
  }

  const interactionOf = (page: Page) => page.url().split('/').slice(0, 5).join('/').split('?')[0] ?? '';
  const captchaIdOf = async (page: Page) => (await page.getAttribute('[name=captchaId]', 'value')) ?? '';
  const summaryOf = async (page: Page) => page.locator('.alert li').allTextContents();

  async function solve(page: Page): Promise<void> {
    const interaction = new URL(interactionOf(page)).pathname;
    await page.fill('#captcha', await answerOf(service, await captchaIdOf(page), interaction));
  }

  /** Waits for the page that the form led to. */
  async function pressEnterIn(page: Page, name: string): Promise<void> {
    await page.focus(`#${name}`);
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  }

  for (const javaScriptEnabled of [true, false]) {
    const how = `${javaScriptEnabled ? 'with' : 'without'} JavaScript`;
    for (const [place, fields] of [
      ['birthplace', FRENCH],
      ['birthplace-abroad', ['city', ...PARENTS]],
    ] as const)
      it(`Enter sends the form, in each text field of ${place}, ${how}`, async () => {
        const page = await open(javaScriptEnabled);
        for (const name of fields) {
          await page.check(`#${place}`);
          const captchaId = await captchaIdOf(page);
          await pressEnterIn(page, name);
          assert.ok((await summaryOf(page)).length > 2, `${name}: the form was sent, and its faults are told`);
          assert.equal(await captchaIdOf(page), captchaId, `${name}: no other captcha was asked for`);
        }
      });

    it(`the fields of the chosen birthplace are shown at once, and those of the other are not, ${how}`, async () => {
      const page = await open(javaScriptEnabled);
      const visible = async (name: string) => page.isVisible(`#${name}`);
      assert.deepEqual([await visible('commune'), await visible('city')], [false, false]);
      await page.check('#birthplace');
      assert.deepEqual([await visible('commune'), await visible('city')], [true, false]);
      await page.check('#birthplace-abroad');
      assert.deepEqual([await visible('commune'), await visible('city')], [false, true]);
    });

    it(`tells every fault at once, in the order of the screen, each by the name of its field, ${how}`, async () => {
      const page = await open(javaScriptEnabled);
      await page.fill('#birthName', '12');
      await page.fill('#birthDate', '31/02/1990');
      await page.check('#birthplace');
      await page.fill('#departement', 'Atlantide');
      await page.fill('#captcha', 'ZZZZZZ');
      await pressEnterIn(page, 'commune');
      const order = ['Nom de naissance', 'Prénom', 'Date de naissance', 'Département', 'Commune', 'Vérification'];
      const told = await summaryOf(page);
      assert.equal(told.length, order.length, told.join('\n'));
      order.forEach((label, index) => {
        assert.ok(told[index]?.startsWith(label), `${label}: ${told[index]}`);
      });
      assert.match((await page.textContent('.alert h2')) ?? '', /6/);
      assert.equal(await page.inputValue('#departement'), 'Atlantide', 'what was typed is there');
    });

    it(`a captcha that is solved stays solved while the rest is corrected, ${how}`, async () => {
      const mobile = `+3361235900${javaScriptEnabled ? 1 : 2}`;
      const birthName = javaScriptEnabled ? 'MERCIER' : 'MARCHAND';
      await createPerson(service, {
        identifier: randomProvisional(),
        contactPoints: [{ kind: 'mobile', value: mobile, verified: true }],
        civilIdentity: {
          ...{ birthName, givenNames: 'LUCIE', sex: 'female', birthDate: '1979-05-21' },
          birthplace: { communeCode: '69383', countryCode: '99100' },
        },
      });
      const page = await open(javaScriptEnabled);
      await page.fill('#birthName', birthName.toLowerCase());
      await page.fill('#givenNames', 'Lucie');
      await page.fill('#birthDate', '21051979');
      await page.check('#birthplace');
      await page.fill('#departement', 'rhone');
      await page.fill('#commune', 'Lyonn 3');
      await solve(page);
      await pressEnterIn(page, 'birthDate');
      assert.equal((await summaryOf(page)).length, 1);
      assert.match((await page.textContent('.captcha')) ?? '', /Vérification réussie/);
      assert.equal(await page.locator('.captcha img, #captcha').count(), 0);
      await page.fill('#commune', 'Lyon 3');
      await pressEnterIn(page, 'commune');
      assert.match((await page.textContent('h1')) ?? '', /demande est enregistrée/);
      assert.equal((await messagesTo(service, mobile)).length, 1);
    });

    it(`a parent whom the person does not know is not asked for, ${how}`, async () => {
      const page = await open(javaScriptEnabled, 1280);
      await page.check('#birthplace-abroad');
      await page.check('#parent2Unknown');
      assert.equal(await page.isDisabled('#parent2BirthName'), javaScriptEnabled);
      assert.equal(await page.isDisabled('#parent1BirthName'), false);
      await pressEnterIn(page, 'birthName');
      const told = (await summaryOf(page)).join('\n');
      assert.match(told, /premier parent/);
      assert.doesNotMatch(told, /second parent/);
      assert.equal(await page.isChecked('#parent2Unknown'), true);
      await page.uncheck('#parent2Unknown');
      assert.equal(await page.isDisabled('#parent2BirthName'), false);
    });
  }

  it('another picture comes in place: nothing typed is lost, the focus stays, and it is said', async () => {
    const page = await open();
    await page.fill('#birthName', 'Mercier');
    await page.check('#birthplace');
    await page.fill('#captcha', 'ABC');
    const before = await captchaIdOf(page);
    const pictureBefore = await page.getAttribute('.captcha img', 'src');
    const button = page.getByRole('button', { name: 'Autre image' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('[data-renewal]')?.textContent !== '');
    assert.match((await page.textContent('[role=status][data-renewal]')) ?? '', /Une autre image est affichée/);
    const after = await captchaIdOf(page);
    assert.notEqual(after, before);
    assert.notEqual(await page.getAttribute('.captcha img', 'src'), pictureBefore);
    assert.ok((await page.getAttribute('.captcha audio', 'src'))?.includes(after));
    const width = await page.evaluate(async () => {
      const picture = document.querySelector('.captcha img');
      if (!(picture instanceof HTMLImageElement)) return 0;
      await picture.decode();
      return picture.naturalWidth;
    });
    assert.equal(width, 240, 'the picture is one');
    assert.equal(await button.evaluate((element) => element === document.activeElement), true);
    assert.deepEqual([await page.inputValue('#birthName'), await page.inputValue('#captcha')], ['Mercier', '']);
    await page.fill('#givenNames', 'Lucie');
    await solve(page);
    await pressEnterIn(page, 'captcha');
    assert.match(
      (await page.textContent('.captcha')) ?? '',
      /Vérification réussie/,
      'the new one is the one that counts',
    );
  });

  it('where no other picture is made any more, the limit is said in place, in the language of the page', async () => {
    const page = await open();
    await page.goto(`${page.url()}?lang=en`);
    await page.fill('#birthName', 'Mercier');
    const said = page.locator('[data-renewal]');
    const button = page.getByRole('button', { name: 'Another picture' });
    for (let asked = 0; asked <= CAPTCHAS; asked++) {
      await Promise.all([page.waitForResponse((response) => response.url().endsWith('/captchas')), button.click()]);
      await page.waitForFunction(() => document.querySelector('[data-renewal]')?.textContent !== '');
    }
    await said.getByText(/Too many requests/i).waitFor();
    assert.equal(await page.inputValue('#birthName'), 'Mercier');
  });

  it('without JavaScript, another picture is asked for after « Continuer », and nothing typed is lost', async () => {
    const page = await open(false);
    await page.fill('#birthName', 'Mercier');
    await page.check('#birthplace-abroad');
    await page.check('#parent1Unknown');
    await page.fill('#city', 'Fès');
    const before = await captchaIdOf(page);
    await Promise.all([page.waitForNavigation(), page.click('button:text("Afficher une autre image")')]);
    assert.notEqual(await captchaIdOf(page), before);
    assert.deepEqual([await page.inputValue('#birthName'), await page.inputValue('#city')], ['Mercier', 'Fès']);
    assert.equal(await page.isChecked('#parent1Unknown'), true);
    assert.equal(await page.locator('.alert').count(), 0);
  });
});
