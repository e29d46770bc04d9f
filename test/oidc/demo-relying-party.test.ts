import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { findFreePort } from '../../src/embedded/postgres.ts';
import { projectRoot } from '../../src/project-root.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { type Service, startService, testSecrets } from '../support/service.ts';
import { formTokenOf, Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

describe('the demo relying party', () => {
  let service: Service;
  let demo: ChildProcess;
  let home = '';
  before(async () => {
    const port = await findFreePort();
    home = `http://localhost:${port}`;
    service = await startService({ store: 'memory', relyingPartyPort: port });
    demo = spawn(process.execPath, [path.join(projectRoot, 'examples/mon-compte/server.ts')], {
      env: {
        PATH: process.env.PATH,
        ISSUER: service.url,
        CLIENT_ID: 'mon-compte',
        CLIENT_SECRET: testSecrets.CLIENT_MON_COMPTE_SECRET,
        PORT: String(port),
      },
      stdio: 'inherit',
    });
    await eventually('the demo', () =>
      fetch(home).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });
  after(async () => {
    demo.kill('SIGTERM');
    await service.stop();
  });

  /** Goes where it is sent, from one origin to the other. */
  async function goTo(visitor: Visitor, url: string | undefined) {
    let answer = await visitor.request(url ?? '');
    for (let hops = 0; answer.location !== undefined && hops < 10; hops++)
      answer = await visitor.request(answer.location);
    return answer;
  }

  async function signedIn(): Promise<Visitor> {
    const visitor = new Visitor('html');
    const { identifier } = await createPerson(service);
    const begun = await visitor.request(`${home}/sign-in`);
    const interaction = (await visitor.request(begun.location ?? '')).location ?? '';
    const form = { identifierType: 'nir', identifier, password: PASSWORD };
    const csrf = formTokenOf((await visitor.request(interaction)).text);
    const { location } = await visitor.request(`${interaction}/sign-in`, { form: { csrf, ...form } });
    assert.match((await goTo(visitor, location)).text, /Bonjour CLAIRE/);
    return visitor;
  }

  const isSignedIn = async (visitor: Visitor) => /Se déconnecter/.test((await visitor.request(home)).text);
  const logOut = (visitor: Visitor) => visitor.request(`${home}/logout`, { method: 'POST', headers: { Origin: home } });

  it('signs a person in, and out in one act: at the provider first, then itself', async () => {
    const visitor = await signedIn();
    const sent = await logOut(visitor);
    assert.ok(sent.location?.startsWith(`${service.url}/session/end?`), sent.text);
    assert.equal(await isSignedIn(visitor), true, 'nobody is out yet');
    const end = await goTo(visitor, sent.location);
    assert.match(end.text, /Se connecter/);
    assert.equal(await isSignedIn(visitor), false);
    // The provider asks who it is again.
    const begun = await visitor.request(`${home}/sign-in`);
    assert.match((await visitor.request(begun.location ?? '')).location ?? '', /\/interactions\//);
  });

  it('stays signed in when the sign-out did not happen, and takes no state but its own for the end of one', async () => {
    const visitor = await signedIn();
    const { location } = await logOut(visitor);
    for (const state of ['', 'x'.repeat(43)]) await goTo(visitor, `${home}/?state=${state}`);
    assert.equal(await isSignedIn(visitor), true);
    await goTo(visitor, location);
    assert.equal(await isSignedIn(visitor), false);
  });
});
