import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { mock } from 'node:test';
import { errorStatus } from '../../src/errors.ts';
import { PUBLIC_CONTRACT, readDocument } from '../../src/http/contract/documents.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('the contract, rendered for people', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  const get = (path: string) => new Visitor('html').request(service.url + path);

  it('is made of files that are read once, and not for each who asks', async () => {
    const read = mock.method(fs, 'readFileSync');
    syncBuiltinESMExports();
    try {
      for (const [path, type] of [
        ['/docs', 'text/html'],
        ['/docs/openapi-admin', 'text/html'],
        ['/docs/openapi.yaml', 'application/yaml'],
        ['/docs/openapi-admin.json', 'application/json'],
        ['/docs/reference.css', 'text/css'],
        ['/docs/mark.svg', 'image/svg+xml'],
      ] as const) {
        const { status, headers, text } = await get(path);
        assert.equal(status, 200, path);
        assert.ok(headers.get('content-type')?.startsWith(type), path);
        assert.ok(text.length > 100);
      }
      assert.deepEqual(
        read.mock.calls
          .map(({ arguments: [file] }) => String(file))
          .filter((file) => /openapi|reference|mark/.test(file)),
        [],
      );
    } finally {
      read.mock.restore();
      syncBuiltinESMExports();
    }
  });

  it('says everything of every operation: its address, its body, its answers and their codes', async () => {
    const { text } = await get('/docs');
    for (const { id, path, definition, document } of readDocument(PUBLIC_CONTRACT).operations) {
      const section = sectionOf(text, `operation-${id}`);
      assert.ok(plain(section).includes(path), id);
      for (const status of Object.keys(definition.responses))
        assert.match(section, new RegExp(`<dt>${status}</dt>`), id);
      const body = definition.requestBody?.content['application/json']?.schema;
      for (const name of Object.keys(body ? (document.resolve(body).properties ?? {}) : {}))
        assert.ok(section.includes(`<dt><code>${name}</code> <span class="need">`), `${id} ${name}`);
    }
    const signIn = sectionOf(text, 'operation-submitSignIn');
    for (const code of ['sign_in_failed', 'sign_in_locked', 'captcha_required', 'nir'])
      assert.ok(plain(signIn).includes(code), code);
    assert.match(signIn, /<code>identifierType<\/code> <span class="need">required/);
    assert.match(signIn, /<code>remember<\/code> <span class="need">optional/);
  });

  it('leads by each of its links to something that is there', async () => {
    const errors = (await get('/docs/errors')).text;
    for (const path of ['/docs', '/docs/openapi-admin']) {
      const { text } = await get(path);
      const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      assert.equal(new Set(ids).size, ids.length, 'no id is there twice');
      for (const [, href = ''] of text.matchAll(/<a [^>]*href="([^"]+)"/g)) {
        const [target = '', anchor] = href.split('#');
        if (target === '') assert.ok(ids.includes(anchor), href);
        else if (target === '/docs/errors') assert.ok(!anchor || errors.includes(`id="${anchor}"`), href);
        else assert.equal((await get(target)).status, 200, href);
      }
    }
    assert.ok(Object.keys(errorStatus).length > 20);
  });

  it('needs no policy of its own: no script, no style in place', async () => {
    const { headers, text } = await get('/docs');
    assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe|data:/);
    assert.doesNotMatch(text, /<script|<style| style="|\son\w+="/);
    assert.doesNotMatch(text, /\[object Object\]|undefined/);
  });

  it('has the document in both writings, which say the same, and that of the screens in none', async () => {
    const { text } = await get('/docs/openapi.json');
    assert.deepEqual(JSON.parse(text), readDocument(PUBLIC_CONTRACT).root);
    for (const name of ['openapi-screens', 'openapi-screens.yaml', 'openapi-screens.json', 'swagger-ui-bundle.js'])
      assert.equal((await get(`/docs/${name}`)).status, 404, name);
    assert.doesNotMatch((await get('/docs/openapi.yaml')).text, /csrf|cancellation|text\/html/);
  });
});

function sectionOf(page: string, id: string): string {
  return page.split(`id="${id}"`)[1]?.split('</section>')[0] ?? assert.fail(`no section ${id}`);
}

function plain(html: string): string {
  return html.replace(/<[^>]+>/g, '');
}
