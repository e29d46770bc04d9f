/** What docs/integrate.md says of the contract: its bodies and answers are of it, and it leaves nothing out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadDemoAccounts } from '../../src/embedded/demo-accounts.ts';
import { JSON_TYPE, loadContract } from '../../src/http/contract/contract.ts';
import { PUBLIC_CONTRACT, readDocument } from '../../src/http/contract/documents.ts';
import { codeBlocks, integratePage } from '../support/integrate-page.ts';
import { answerOf, messagesTo } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty, signIn } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const PROBLEM_TYPE = 'application/problem+json';

describe('docs/integrate.md', () => {
  const contract = loadContract(PUBLIC_CONTRACT);
  const blocks = codeBlocks().filter(({ language }) => language === 'json');

  it('shows a request and an answer of each story', () => {
    assert.ok(blocks.length >= 12);
    assert.ok(blocks.every(({ info }) => info.length === 2));
  });

  for (const { info, text } of blocks) {
    const [operation = '', what = ''] = info;
    it(`shows ${what === 'body' ? 'a body' : `a ${what}`} of ${operation} that the contract has: ${text.slice(0, 60).replaceAll(/\s+/g, ' ')}`, () => {
      const json: unknown = JSON.parse(text);
      if (what === 'body') return contract.checkBody(operation, JSON_TYPE, json);
      const type = what === '200' ? JSON_TYPE : PROBLEM_TYPE;
      assert.equal(contract.faultOfAnswer(operation, Number(what), type, json), undefined);
    });
  }

  const { components } = parse(readFileSync(PUBLIC_CONTRACT, 'utf8')) as {
    components: { schemas: Record<string, { enum?: string[]; properties?: { status?: { enum?: string[] } } }> };
  };
  const statuses = Object.entries(components.schemas)
    .filter(([name]) => name.endsWith('Step') || name === 'Authenticated' || name === 'Cancelled')
    .flatMap(([, { properties }]) => properties?.status?.enum ?? []);

  for (const [what, names] of [
    ['status', statuses],
    ['step', components.schemas.StepName?.enum ?? []],
    ['code', components.schemas.ProblemCode?.enum ?? []],
  ] as const)
    it(`names every ${what}`, () => {
      assert.ok(names.length > 5);
      assert.deepEqual(
        names.filter((name) => !integratePage.includes(`\`${name}\``)),
        [],
      );
    });

  it('shows each status again by an operation that is', () => {
    const rows = [...integratePage.matchAll(/^\| `([a-z-]+)` \| `(\/[a-z/-]+)` \|$/gm)];
    const paths = readDocument(PUBLIC_CONTRACT)
      .operations.filter(({ method }) => method === 'get')
      .map(({ path }) => path);
    assert.equal(rows.length, statuses.length - 2, 'all but the two ends');
    for (const [, status, path] of rows) assert.ok(paths.includes(`/interactions/{uid}${path}`), status);
  });
});

describe('what docs/integrate.md says to try, on the demo accounts', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { UI_URL: 'http://localhost:4100/?theme=plain' } });
    await loadDemoAccounts(service.app.ports);
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  const bodyOf = (operation: string): Record<string, string> => {
    const block = codeBlocks().find(({ info }) => info[0] === operation && info[1] === 'body');
    return JSON.parse(block?.text ?? '');
  };

  it('lands on the address of UI_URL, whose query is kept', async () => {
    const { interaction } = await openInteraction(new Visitor(), party);
    const { status, location } = await new Visitor('html').request(interaction);
    assert.equal(status, 404, 'another browser');
    assert.equal(location, undefined);
    const browser = new Visitor('html');
    const begun = await openInteraction(browser, party);
    const uid = begun.interaction.split('/').at(-1);
    const landed = await browser.request(begun.interaction);
    assert.equal(landed.location, `http://localhost:4100/?theme=plain&interaction=${uid}`);
  });

  it('signs Martine in, and Olena by her provisional identifier, with and without its P', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json } = await visitor.request(`${interaction}/sign-in`, { json: bodyOf('submitSignIn') });
    assert.equal(json.status, 'authenticated');
    for (const identifier of ['P40718352', '40718352']) {
      const other = new Visitor();
      const begun = await openInteraction(other, party);
      const pair = { identifierType: 'provisional', identifier, password: 'Chataigne-Dniepr-7' };
      assert.equal((await other.request(`${begun.interaction}/sign-in`, { json: pair })).json.status, 'authenticated');
    }
  });

  it('asks for a first password of Lucas, and takes the one that it shows', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const first = await signIn(visitor, interaction, '1990675112031', '19283746');
    assert.equal(first.json.status, 'password-creation-required');
    const { json } = await visitor.request(`${interaction}/password`, { json: bodyOf('submitPassword') });
    assert.equal(json.status, 'authenticated');
  });

  it('sends Karim a code, and says when another one is asked for too early', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const asked = await visitor.request(`${interaction}/password-recovery`, { json: bodyOf('submitPasswordRecovery') });
    assert.equal(asked.json.status, 'code-sent');
    assert.match((await messagesTo(service, '+33612345602'))[0]?.text ?? '', /code est/);
    const early = await visitor.request(`${interaction}/password-recovery/another-code`, { json: { channel: 'mail' } });
    assert.equal(early.json.code, 'code_asked_too_early');
  });

  it('sends Olena her identifier, with one parent that she does not know', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    const { json: form } = await visitor.request(`${interaction}/provisional-identifier-recovery`);
    const { captchaId } = form.captcha;
    const captcha = await answerOf(service, captchaId, interaction);
    const json = { ...bodyOf('submitProvisionalIdentifierRecovery'), captchaId, captcha };
    const asked = await visitor.request(`${interaction}/provisional-identifier-recovery`, { json });
    assert.equal(asked.json.status, 'message-on-its-way');
    assert.match((await messagesTo(service, '+33612345606'))[0]?.text ?? '', /P40718352/);
  });

  it('changes the language by any GET of an interaction, and tells the clock', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, party);
    await visitor.request(`${interaction}/password-recovery?lang=en`);
    const { json, headers } = await visitor.request(interaction);
    assert.equal(json.interaction.locale, 'en');
    assert.ok(Date.parse(json.interaction.expiresAt) > Date.parse(headers.get('date') ?? ''));
  });
});
