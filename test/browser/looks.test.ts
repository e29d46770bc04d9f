/** Every screen and page, in both themes, on a telephone and on a desktop, and with text of twice its size. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { TOUR_ENVIRONMENT, tourOfScreens } from '../support/screens-tour.ts';
import { type Service, startService } from '../support/service.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TELEPHONE = { width: 320, height: 640 };
const DESKTOP = { width: 1280, height: 900 };
const SIZES = { telephone: TELEPHONE, desktop: DESKTOP };
const THEMES = ['light', 'dark'] as const;
/** Each theme is held by axe once: what it finds of colours is not another at another width, and it is slow. */
const HELD: Readonly<Record<string, string>> = { telephone: 'light', desktop: 'dark' };
/** A folder, for whoever looks at them. */
const SCREENSHOTS = process.env.SCREENSHOTS;

/** What axe finds on the page as it is shown. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    type Axe = { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    const axe: Axe = Reflect.get(window, 'axe');
    return (await axe.run({ resultTypes: ['violations'] })).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    );
  });
}

/** What reaches over the right edge. */
async function overflowOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

/** Links, buttons and fields whose area is below 24 by 24 px, those within a sentence aside (WCAG 2.2, 2.5.8). */
async function smallTargetsOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select')]
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        const isInSentence = element.matches('p a, p button, li a, .skip') && !element.matches('.link-row a, .foot a');
        return width > 0 && !isInSentence && (width < 24 || height < 24);
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** What Tab reaches on the way through the page, and shows no focus for, or shows it outside of the window. */
async function unseenFocusOf(page: Page): Promise<string[]> {
  const unseen: string[] = [];
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    scrollTo(0, 0);
  });
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return 'end';
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const isShown = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      const isInside = left >= -1 && right <= innerWidth + 1 && bottom > 0 && top < innerHeight;
      return isShown && isInside ? '' : element.outerHTML.slice(0, 120);
    });
    if (found === 'end') return presses > 0 ? unseen : ['nothing takes the focus'];
    if (found) unseen.push(found);
  }
  return unseen;
}

describe('every screen and page, as it looks', () => {
  let service: Service;
  let party: RelyingParty;
  let landing: Server;
  let context: BrowserContext;
  const seen: { name: string; title: string; heading: string; language: number }[] = [];
  const faults: string[] = [];

  before(async function () {
    this.timeout(240_000);
    landing = createServer((_req, res) => res.end('back'));
    await new Promise<void>((resolve) => landing.listen(0, 'localhost', resolve));
    const relyingPartyPort = (landing.address() as AddressInfo).port;
    service = await startService({ relyingPartyPort, env: TOUR_ENVIRONMENT });
    party = await createRelyingParty(
      service.url,
      undefined,
      undefined,
      `http://localhost:${relyingPartyPort}/callback`,
    );
    context = await newContext({ viewport: TELEPHONE, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await tourOfScreens({ page, service, party, visit: (name) => look(page, name) });
  });
  after(async () => {
    await context.close();
    await service.stop();
    await new Promise((resolve) => landing.close(resolve));
  });

  async function look(page: Page, name: string): Promise<void> {
    const note = (what: string, found: readonly string[]) =>
      found.length > 0 && faults.push(`${name}, ${what}: ${found}`);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        if (HELD[size] === colorScheme) note(`axe, ${size}, ${colorScheme}`, await violationsOf(page));
        await photograph(page, `${name} ${size} ${colorScheme}`);
      }
      note(`overflow, ${size}`, await overflowOf(page));
      note(`small targets, ${size}`, await smallTargetsOf(page));
    }
    await page.setViewportSize(TELEPHONE);
    await page.emulateMedia({ colorScheme: 'light' });
    note('focus', await unseenFocusOf(page));
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    note('overflow, twice the text', await overflowOf(page));
    await photograph(page, `${name} large`);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '';
    });
    const heading = (await page.textContent('h1')) ?? '';
    seen.push({ name, title: await page.title(), heading, language: await page.locator('.lang').count() });
  }

  async function photograph(page: Page, name: string): Promise<void> {
    if (!SCREENSHOTS) return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    const file = `${name.replace(/[^\w]+/g, '-')}.png`;
    await page.screenshot({ path: path.join(SCREENSHOTS, file), fullPage: true, animations: 'disabled' });
  }

  it('has no axe violation in either theme, nothing over the edge, no target below 24 px, and a focus that is seen', () => {
    assert.ok(seen.length > 35, `${seen.length} were seen`);
    assert.deepEqual(faults, []);
  });

  it('has a title of its own, which says so when it repeats a refusal', () => {
    const plain = seen.filter(({ name }) => !/faults|wrong pair|refusing|lock|help open|, wrong/.test(name));
    const names = new Map<string, string[]>();
    for (const { name, title } of plain) names.set(title, [...(names.get(title) ?? []), name]);
    assert.deepEqual(
      [...names].filter(([, of]) => of.length > 1),
      [],
    );
    for (const { name, title } of seen)
      assert.equal(
        title.startsWith('Erreur'),
        !plain.some((one) => one.name === name) && !/help open/.test(name),
        name,
      );
  });

  it('offers the other language', () => {
    assert.deepEqual(
      seen.filter(({ language }) => language !== 1).map(({ name }) => name),
      [],
    );
  });
});
