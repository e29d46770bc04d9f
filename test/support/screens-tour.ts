/** A walk over every screen and page of the service in one browser, by the buttons that people press. */
import type { Page } from 'playwright-core';
import { textPageUrl } from '../../src/http/pages/text-pages.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { createPerson, INITIAL_PASSWORD, PASSWORD, randomNir } from './people.ts';
import { answerOf, messagesTo } from './recovery.ts';
import type { RelyingParty } from './relying-party.ts';
import type { Service } from './service.ts';

/** What a walk needs of the service: locks that reach their longest at once, so that the captcha of sign-in is seen. */
export const TOUR_ENVIRONMENT = { TRUSTED_PROXIES: '', LOCK_MAXIMUM_SECONDS: '60' };

interface Tour {
  readonly page: Page;
  readonly service: Service;
  readonly party: RelyingParty;
  /** Called on each screen, with its name. */
  visit(name: string): Promise<void>;
}

export async function tourOfScreens(tour: Tour): Promise<void> {
  await signIn(tour);
  await lock(tour);
  await firstPassword(tour);
  await provisionalIdentifierRecovery(tour);
  await passwordRecovery(tour);
  await pages(tour);
}

/** The button that says what the form does. */
export async function press(page: Page): Promise<void> {
  await page.locator('main form .actions button[type=submit]').first().click();
}

async function begin({ page, party }: Tour): Promise<string> {
  await page.goto((await party.begin({ prompt: 'login' })).url);
  return new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
}

async function fillPair(page: Page, identifier: string, password: string): Promise<void> {
  await page.fill('#identifier', identifier);
  await page.fill('#password', password);
  await press(page);
}

async function signIn(tour: Tour): Promise<void> {
  const { page, service, visit } = tour;
  const interaction = await begin(tour);
  await visit('A');
  await page.click('details.help summary');
  await visit('A, its help open');
  await press(page);
  await visit('A, with faults');
  await fillPair(page, '8550814168025', 'x');
  await visit('A, refusing 8');
  await fillPair(page, randomNir(), 'Wrong-Password-1');
  await visit('A, with a wrong pair');
  await page.goto(`${service.url}${interaction}/sign-in?identifier_type=provisional`);
  await visit('B');
  await press(page);
  await visit('B, with faults');
}

async function lock(tour: Tour): Promise<void> {
  const { page, visit } = tour;
  await begin(tour);
  const { identifier } = await createPerson(tour.service);
  for (let failures = 0; failures < 6; failures++) await fillPair(page, identifier, 'Wrong-Password-1');
  await visit('A, with a lock and its captcha');
}

async function firstPassword(tour: Tour): Promise<void> {
  const { page, service, visit } = tour;
  await begin(tour);
  const person = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
  await fillPair(page, person.identifier, INITIAL_PASSWORD);
  await visit('first password');
  await page.fill('#password', 'court');
  await page.fill('#confirmation', 'autre');
  await press(page);
  await visit('first password, with faults');
}

async function provisionalIdentifierRecovery(tour: Tour): Promise<void> {
  const { page, service, visit } = tour;
  const interaction = await begin(tour);
  await page.goto(`${service.url}${interaction}/provisional-identifier-recovery`);
  await visit('C');
  await press(page);
  await visit('C, with faults');
  await page.check('#birthplace');
  await press(page);
  await visit('C, born in France, with faults');
  await page.check('#birthplace-abroad');
  await press(page);
  await visit('C, born abroad, with faults');
  await page.check('#birthplace');
  await page.fill('#birthName', 'Lefebvre');
  await page.fill('#givenNames', 'Claire');
  await page.fill('#birthDate', '03/11/1962');
  await page.fill('#departement', '44');
  await page.fill('#commune', 'Nantes');
  await page.fill('#captcha', await answerOf(service, await page.inputValue('[name=captchaId]'), interaction));
  await press(page);
  await visit('C, sent');
}

async function passwordRecovery(tour: Tour): Promise<void> {
  const { page, service, visit } = tour;
  const interaction = await begin(tour);
  const mobile = `+336${String(Date.now()).slice(-8)}`;
  const person = await createPerson(service, { contactPoints: [{ kind: 'mobile', value: mobile, verified: true }] });
  await page.goto(`${service.url}${interaction}/password-recovery?identifier_type=provisional`);
  await visit('password recovery, B');
  await page.goto(`${service.url}${interaction}/password-recovery?identifier_type=nir`);
  await visit('password recovery, A');
  await press(page);
  await visit('password recovery, with faults');
  await page.fill('#identifier', person.identifier);
  await page.fill('#birthDate', '03/11/1962');
  await press(page);
  await visit('the code');
  await page.fill('#code', '000000');
  await press(page);
  await visit('the code, wrong');
  await page.fill('#code', /\d{6,9}/.exec((await messagesTo(service, mobile))[0]?.text ?? '')?.[0] ?? '');
  await press(page);
  await visit('the new password');
  await press(page);
  await visit('the new password, with faults');
  await page.fill('#password', PASSWORD);
  await page.fill('#confirmation', PASSWORD);
  await press(page);
  await visit('the password, changed');
}

/** Pages of text, of errors and of sign-out. */
async function pages(tour: Tour): Promise<void> {
  const { page, service, visit } = tour;
  const { fr } = loadCatalogues();
  const addresses = {
    ...Object.fromEntries(fr.under('pages').map((name) => [`text, ${name}`, textPageUrl(fr, name)])),
    'error codes': '/docs/errors',
    'a lost interaction': '/interactions/none',
    'a wrong request': '/authorize?client_id=nobody',
    'no such page': '/nowhere',
    'signed out': '/session/end/success',
  };
  for (const [name, address] of Object.entries(addresses)) {
    await page.goto(service.url + address);
    await visit(name);
  }
  await begin(tour);
  await fillPair(page, (await createPerson(service)).identifier, PASSWORD);
  await page.waitForURL(`${new URL(tour.party.redirectUri).origin}/**`);
  await page.goto(`${service.url}/session/end`);
  await visit('sign-out, the question');
}
