import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { projectRoot } from '../../src/project-root.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';
import { riddle } from './made-up-story/steps.ts';

const WORDS = {
  fr: { question: "Qu'est-ce qui suit sans bruit ? ({tries})", answer: 'Réponse', solved: 'Trouvé' },
  en: { question: 'What follows without a sound? ({tries})', answer: 'Answer', solved: 'Solved' },
};

describe('a story from outside the sources, in the edge as it is', () => {
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-riddle-'));
    service = await startService({
      store: 'memory',
      overrides: { stories: [riddle], contract: [contractIn(folder)], catalogueFolder: cataloguesIn(folder) },
    });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  async function open(accept: 'json' | 'html') {
    const visitor = new Visitor(accept);
    const { interaction } = await openInteraction(visitor, party);
    return { visitor, interaction };
  }

  it('as JSON: says what it takes, refuses, takes what is right, and goes on to its second step', async () => {
    const { visitor, interaction } = await open('json');
    const asked = await visitor.request(`${interaction}/riddle`);
    assert.equal(asked.json.status, 'riddle-asked');
    assert.equal(asked.json.tries, 3);
    const [step, cancel] = asked.json.steps;
    assert.deepEqual(step, {
      name: 'riddle',
      method: 'POST',
      href: `${interaction}/riddle`,
      shownAt: `${interaction}/riddle`,
      takes: [
        { name: 'answer', type: 'string', required: true, maximumLength: 40 },
        { name: 'inCapitals', type: 'boolean', required: false },
      ],
    });
    assert.equal(cancel.name, 'cancel');
    assert.equal((await visitor.request(`${interaction}/riddle/solved`)).json.code, 'step_not_available');
    const wrong = await visitor.request(step.href, { json: { answer: 'wind' } });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.json.errors[0].field, 'answer');
    const odd = await visitor.request(step.href, { json: { answer: 'shadow', colour: 'grey' } });
    assert.equal(odd.json.errors[0].code, 'field_unknown');
    const right = await visitor.request(step.href, { json: { answer: 'SHADOW', inCapitals: true } });
    assert.deepEqual([right.json.status, right.json.solvedBy], ['riddle-solved', 'answer']);
    assert.equal((await visitor.request(`${interaction}/riddle/solved`)).json.solvedBy, 'answer');
  });

  it('as screens: in both languages, with the refusal on its form, and a page of its own after the form', async () => {
    const { visitor, interaction } = await open('html');
    const { text } = await visitor.request(`${interaction}/riddle`);
    assert.match(text, /suit sans bruit\s\? \(3\)/);
    assert.match((await visitor.request(`${interaction}/riddle?lang=en`)).text, /without a sound/);
    const csrf = formTokenOf(text);
    assert.match((await visitor.submit(`${interaction}/riddle`, { answer: 'shadow' })).text, /role="alert"/);
    const wrong = await visitor.submit(`${interaction}/riddle`, { csrf, answer: 'wind' });
    assert.deepEqual([wrong.status, wrong.url], [200, `${interaction}/riddle`]);
    assert.match(wrong.text, /value="wind"/, 'what was typed is kept');
    const right = await visitor.request(`${interaction}/riddle`, {
      form: { csrf, answer: 'SHADOW', inCapitals: 'on' },
    });
    assert.equal(right.status, 303);
    assert.equal(right.location, `${interaction}/riddle/solved`);
    assert.match((await visitor.request(right.location ?? '')).text, /<h1>Solved \(answer\)/);
  });

  for (const accept of ['json', 'html'] as const)
    it(`is sent to an upstream provider and found again by its state, in the browser that left (${accept})`, async () => {
      const { visitor, interaction } = await open(accept);
      const sent = await visitor.request(`${interaction}/riddle/oracle`);
      const upstream = new URL(accept === 'json' ? sent.json.redirectTo : sent.location);
      assert.equal(upstream.origin, 'https://oracle.example');
      const state = upstream.searchParams.get('state') ?? '';
      const answer = `${service.url}/oracle/callback?state=${state}&word=yes`;
      const back = await visitor.request(answer);
      assert.equal(back.location, `${interaction}/riddle/word?state=${state}&word=yes`);
      const stranger = new Visitor(accept);
      const stolen = await stranger.request((await stranger.request(answer)).location ?? '');
      assert.equal(stolen.status, 404, 'the interaction belongs to its browser');
      const heard = await visitor.follow(back.location ?? '');
      assert.match(heard.text, accept === 'json' ? /"solvedBy":"oracle"/ : /<h1>Trouvé \(oracle\)/);
      assert.equal((await visitor.request(back.location ?? '')).status, 409, 'its state is used once');
    });

  it('is given no query that the contract would not accept: what it requires is there', async () => {
    const { visitor, interaction } = await open('json');
    for (const query of ['', '?state=a', '?word=yes', '?state=a&state=b&word=yes']) {
      const answer = await visitor.request(`${interaction}/riddle/word${query}`);
      assert.equal(answer.status, 422, query);
    }
  });

  it('knows no interaction by a state that it never gave', async () => {
    for (const query of ['?state=unknown&word=yes', '?word=yes', '?state=a&state=b'])
      assert.equal((await new Visitor().request(`${service.url}/oracle/callback${query}`)).status, 404);
  });

  it('leaves its proofs to no one when the interaction ends', async () => {
    const { visitor, interaction } = await open('json');
    await visitor.request(`${interaction}/riddle`, { json: { answer: 'shadow' } });
    const uid = interaction.split('/').at(-1) ?? '';
    const { flowStates } = service.app.ports;
    assert.deepEqual((await flowStates.find(uid))?.state.proofs, { riddle: { solvedBy: 'answer' } });
    await visitor.request(interaction, { method: 'DELETE' });
    const left = (await flowStates.find(uid))?.state;
    assert.equal(left?.finished, true);
    assert.equal(left?.proofs, undefined);
  });

  it('leaves the audit events of its guard, like any other', async () => {
    const { visitor, interaction } = await open('json');
    const database = openDatabase(service.databaseUrl, 1);
    await database('audit_events').delete();
    for (const answer of ['wind', 'shadow']) await visitor.request(`${interaction}/riddle`, { json: { answer } });
    const oracle = await visitor.request(`${interaction}/riddle/oracle`);
    const state = new URL(oracle.json.redirectTo).searchParams.get('state');
    await visitor.request(`${interaction}/riddle/word?state=${state}&word=no`);
    const events = await database('audit_events').orderBy('event_id').select('kind', 'outcome');
    await database.destroy();
    assert.deepEqual(events, [
      { kind: 'riddle', outcome: 'riddle-solved' },
      { kind: 'riddle', outcome: 'sign_in_failed' },
    ]);
  });
});

/** Our contract with what the riddle adds to it. */
function contractIn(folder: string): string {
  const read = (file: string) => parse(readFileSync(file, 'utf8'));
  const document = read(path.join(projectRoot, 'docs/openapi.yaml'));
  const added = read(path.join(import.meta.dirname, 'made-up-story/openapi.yaml'));
  Object.assign(document.paths, added.paths);
  Object.assign(document.components.schemas, added.components.schemas);
  document.components.schemas.StepName.enum.push('riddle');
  const file = path.join(folder, 'openapi.yaml');
  writeFileSync(file, stringify(document));
  return file;
}

function cataloguesIn(folder: string): string {
  for (const locale of ['fr', 'en'] as const) {
    const words = parse(readFileSync(path.join(projectRoot, `config/${locale}.yaml`), 'utf8'));
    writeFileSync(path.join(folder, `${locale}.yaml`), stringify({ ...words, riddle: WORDS[locale] }));
  }
  return folder;
}
