import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { newContext } from '../support/chromium.ts';
import { type Service, startService } from '../support/service.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core');

describe('the contract at /docs', () => {
  let service: Service;
  let admin: string;
  before(async () => {
    const port = await findFreePort();
    admin = `http://127.0.0.1:${port}`;
    service = await startService({ store: 'memory', env: { ADMIN_PORT: String(port), TRUSTED_PROXIES: '' } });
  });
  after(() => service.stop());

  // Each theme and each width once: axe is slow, and what it finds of one does not hang on the other.
  for (const [colorScheme, width] of [
    ['light', 320],
    ['dark', 1280],
  ] as const)
    it(`has no finding of axe and fits ${width} pixels, ${colorScheme}`, async function () {
      this.timeout(120_000);
      const context = await newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      const page = await context.newPage();
      for (const url of [`${service.url}/docs`, `${service.url}/docs/openapi-admin`, `${admin}/docs`]) {
        await page.goto(url);
        await page.evaluate(() => {
          for (const one of document.querySelectorAll('details')) one.open = true;
        });
        assert.ok((await widthOf(page)) <= width, `${url} is ${await widthOf(page)} wide`);
        await page.addScriptTag({ path: AXE });
        assert.deepEqual(await findingsOf(page), [], url);
      }
      await context.close();
    });

  it('fits 320 pixels where text is twice as large', async () => {
    const context = await newContext({ viewport: { width: 320, height: 800 }, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(`${service.url}/docs`);
    await page.addStyleTag({ content: 'html { font-size: 200% }' });
    assert.ok((await widthOf(page)) <= 320);
    await context.close();
  });

  it('is read without a script, asks nobody else for anything, and breaks no policy', async () => {
    const context = await newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const requests: string[] = [];
    const refused: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => refused.push(message.text()));
    await page.goto(`${service.url}/docs`);
    await page.getByRole('link', { name: 'Sign in with an identifier and a password' }).click();
    assert.equal(new URL(page.url()).hash, '#operation-submitSignIn');
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /admin listener/ })
      .click();
    await page.getByRole('heading', { name: /Whether a message was delivered/ }).waitFor();
    assert.deepEqual(
      requests.filter((url) => !url.startsWith(service.url)),
      [],
    );
    assert.deepEqual(refused, []);
    await context.close();
  });
});

function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(async () => {
    const { axe } = window as typeof window & {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const result = await axe.run({ resultTypes: ['violations'] });
    return {
      violations: result.violations.map(({ id, nodes }) => ({ id, html: nodes.slice(0, 2).map(({ html }) => html) })),
    };
  });
  return violations.map(({ id, html }) => `${id}: ${html.join(' ')}`);
}
