/** Debian's Chromium, driven by playwright-core; one browser a run, one context a visitor. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { atEnd } from './at-end.ts';

/** The same browser without windows comes first: it spends half of the processor. */
const CANDIDATES = [
  process.env.CHROMIUM,
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

let browser: Browser | undefined;

atEnd(closeChromium);

export function findChromium(): string | undefined {
  return CANDIDATES.find((candidate) => candidate !== undefined && existsSync(candidate));
}

/** A fresh context. @param options of playwright: `javaScriptEnabled`, `viewport`, `locale`. */
export async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error('Chromium is missing: install the Debian package chromium-headless-shell, or set CHROMIUM');
  browser ??= await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // The hosts of one site, for tests of what a neighbour can do.
      '--host-resolver-rules=MAP *.mon-compte.test 127.0.0.1',
    ],
  });
  const context = await browser.newContext({ locale: 'fr-FR', ...options });
  context.setDefaultTimeout(10_000);
  return context;
}

async function closeChromium(): Promise<void> {
  await browser?.close();
  browser = undefined;
}
