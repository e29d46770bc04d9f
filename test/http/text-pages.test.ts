import assert from 'node:assert/strict';
import { textPageUrl } from '../../src/http/pages/text-pages.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('a page of text', () => {
  const { fr, en } = loadCatalogues();
  let service: Service;
  before(async () => {
    service = await startService({ store: 'memory' });
  });
  after(() => service.stop());

  it('exists where the catalogues have it, at the address of its name, in both languages', async () => {
    assert.ok(fr.under('pages').length >= 7);
    for (const words of [fr, en])
      for (const name of words.under('pages')) {
        const { status, text } = await new Visitor('html').request(service.url + textPageUrl(words, name));
        assert.equal(status, 200, name);
        assert.match(text, new RegExp(`<html lang="${words.locale}">`));
      }
    assert.equal(textPageUrl(en, 'legalNotice'), '/pages/legal-notice?lang=en');
    assert.equal(textPageUrl(fr, 'franceconnect'), '/pages/franceconnect?lang=fr');
  });

  it('is asked for by a name that is there: another one is a bug', async () => {
    assert.throws(() => textPageUrl(fr, 'nowhere'), /no page of text nowhere/);
    for (const slug of ['nowhere', 'dataProtection', 'error-codes'])
      assert.equal((await new Visitor('html').request(`${service.url}/pages/${slug}`)).status, 404);
  });

  it('leads back to the step that it was reached from, and to no other address', async () => {
    const hrefFrom = async (Referer: string) => {
      const { text } = await new Visitor('html').request(`${service.url}/pages/help`, { headers: { Referer } });
      return { back: /class="button second" href="([^"]+)"/.exec(text)?.[1], language: /class="lang"/.test(text) };
    };
    const step = '/interactions/abc/password-recovery';
    assert.deepEqual(await hrefFrom(`${service.url}${step}?lang=fr`), { back: `${step}?lang=fr`, language: true });
    for (const other of [
      `https://evil.example${step}`,
      `${service.url}/nowhere`,
      `${service.url}/interactions/`,
      'x',
      '',
    ])
      assert.deepEqual(await hrefFrom(other), { back: undefined, language: true });
  });

  it('keeps the way back through a change of language, and goes on in the one that was chosen', async () => {
    const visitor = new Visitor('html');
    const linksOf = (text: string) => ({
      language: /class="lang"[^>]*><a href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '',
      back: /class="button second" href="([^"]+)"/.exec(text)?.[1],
    });
    const Referer = `${service.url}/interactions/abc/sign-in?identifier_type=nir`;
    const french = await visitor.request(`${service.url}/pages/help?lang=fr`, { headers: { Referer } });
    const english = await visitor.request(service.url + linksOf(french.text).language);
    assert.match(english.text, /<html lang="en">/);
    assert.equal(linksOf(english.text).back, '/interactions/abc/sign-in?identifier_type=nir&amp;lang=en');
    const back = encodeURIComponent('//evil.example/interactions/abc');
    const strange = await visitor.request(`${service.url}/pages/help?back=${back}`);
    assert.equal(linksOf(strange.text).back, undefined);
  });
});
