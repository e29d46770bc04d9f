import assert from 'node:assert/strict';
import { createRelyingParty, openInteraction } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const FRENCH = 'Service d’essai';
const ENGLISH = 'Trial service';

describe('a service that is a trial', () => {
  let trial: Service;
  let plain: Service;
  before(async () => {
    const env = { ADMIN_PORT: '0' };
    trial = await startService({ store: 'memory', env: { ...env, NODE_ENV: 'production', TRIAL: 'true' } });
    plain = await startService({ store: 'memory', env });
  });
  after(async () => {
    await trial.stop();
    await plain.stop();
  });

  /** Pages of every kind: of a step, of a refusal, of text, of the protocol, of the contract. */
  async function pages(service: Service): Promise<readonly (readonly [string, string])[]> {
    const visitor = new Visitor('html');
    const { interaction } = await openInteraction(visitor, await createRelyingParty(service.url));
    const at = async (url: string) => [url.replace(service.url, ''), (await visitor.request(url)).text] as const;
    const step = (await visitor.request(interaction)).text;
    const refused = await visitor.submit(`${interaction}/sign-in`, { csrf: 'wrong' });
    return [
      ['a step', step],
      ['a refused form', refused.text],
      ...(await Promise.all(
        [
          '/nowhere',
          '/pages/help',
          '/docs/errors',
          '/authorize?client_id=unknown',
          '/session/end/success',
          '/docs',
        ].map((path) => at(service.url + path)),
      )),
    ];
  }

  it('says so on every page', async () => {
    for (const [what, text] of await pages(trial)) {
      assert.match(text, /<!DOCTYPE html>/, what);
      assert.match(text, new RegExp(`<p class="trial" role="note">(${FRENCH}|${ENGLISH})`), what);
    }
    for (const [lang, words] of [
      ['fr', FRENCH],
      ['en', ENGLISH],
    ] as const)
      assert.ok((await new Visitor('html').request(`${trial.url}/pages/help?lang=${lang}`)).text.includes(words));
  });

  it('says nothing of it in JSON', async () => {
    const visitor = new Visitor();
    const { interaction } = await openInteraction(visitor, await createRelyingParty(trial.url));
    for (const url of [interaction, `${trial.url}/nowhere`, `${trial.url}/.well-known/openid-configuration`])
      assert.doesNotMatch((await visitor.request(url)).text, /trial|essai/i, url);
  });

  it('logs at each start what it permits', () => {
    const line = trial.logLines.map((text) => JSON.parse(text)).find(({ event }) => event === 'trial');
    assert.equal(line?.level, 40);
    const permitted: readonly string[] = line.details.permitted;
    assert.deepEqual(permitted, trial.config.permittedByTrial);
    for (const start of ['MESSAGES_SMS: ', 'CLIENTS_FILE: ', 'client mon-compte: '])
      assert.ok(
        permitted.some((text) => text.startsWith(start)),
        start,
      );
  });

  it('is the only one to say so', async () => {
    for (const [what, text] of await pages(plain)) assert.doesNotMatch(text, /class="trial"/, what);
    assert.ok(!plain.logLines.some((text) => text.includes('"trial"')));
  });
});
