/**
 * What generators of clients make of the contract, by their defaults: it compiles, strict, and its front end takes people
 * through every story. The front ends stand in clients/; what is generated stands beside a copy of them, for this run.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { PUBLIC_CONTRACT } from '../../src/http/contract/documents.ts';
import { projectRoot } from '../../src/project-root.ts';
import { createPerson, INITIAL_PASSWORD, identity, PASSWORD } from '../support/people.ts';
import { answerOf, messagesTo } from '../support/recovery.ts';
import { createRelyingParty, openInteraction, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';
import type { CreateFrontEnd, FrontEnd } from './clients/front-end.ts';

const tools = createRequire(path.join(projectRoot, 'tools/package.json'));
const NEW_PASSWORD = 'Brume-Sur-Le-Canal-72';
let telephones = 0;

/** How each is run. @param folder where it writes. */
const GENERATORS: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  'openapi-typescript': (folder) => [
    path.join(folderOf('openapi-typescript'), 'bin/cli.js'),
    PUBLIC_CONTRACT,
    ...['-o', path.join(folder, 'contract.ts')],
  ],
  // npm puts it beside a TypeScript 7, on which it does not run.
  'hey-api': (folder) => [
    ...['--import', path.join(projectRoot, 'tools/own-typescript.mjs')],
    path.join(folderOf('@hey-api/openapi-ts'), 'dist/run.mjs'),
    ...['-i', PUBLIC_CONTRACT, '-o', folder, '-c', '@hey-api/client-fetch'],
  ],
  orval: (folder) => {
    const config = path.join(path.dirname(folder), 'orval.config.mjs');
    const mutator = { path: path.join(path.dirname(folder), '../orval-send.ts'), name: 'send', extension: '.js' };
    const output = { target: path.join(folder, 'client.ts'), client: 'fetch', override: { mutator } };
    writeFileSync(config, `export default ${JSON.stringify({ contract: { input: PUBLIC_CONTRACT, output } })};\n`);
    return [path.join(folderOf('orval'), 'dist/bin/orval.mjs'), '--config', config];
  },
};

describe('a client that a generator makes of the contract', () => {
  const run = promisify(execFile);
  let folder: string;
  let service: Service;
  let party: RelyingParty;

  before(async function () {
    this.timeout(120_000);
    folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-generators-'));
    cpSync(path.join(import.meta.dirname, 'clients'), folder, { recursive: true });
    symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    for (const [name, argumentsOf] of Object.entries(GENERATORS))
      await run(process.execPath, [...argumentsOf(path.join(folder, 'made', name))], { cwd: folder });
    await run(process.execPath, [tools.resolve('typescript/bin/tsc'), '-p', folder]).catch(({ stdout }) =>
      assert.fail(String(stdout)),
    );
    service = await startService({ env: { THROTTLE_RECOVERY_PER_HOUR: '100' } });
    party = await createRelyingParty(service.url);
  });
  after(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of Object.keys(GENERATORS))
    describe(name, () => {
      it('signs in, and is told apart what was refused', async () => {
        const person = await createPerson(service);
        const { frontEnd, redeem } = await begin(name);
        const refused = (identifier: string, password: string) => frontEnd.signIn({ identifier, password });
        await assert.rejects(refused(person.identifier, 'wrong'), { code: 'sign_in_failed' });
        await assert.rejects(refused('1', PASSWORD), { code: 'nir_shape' });
        await redeem(await frontEnd.signIn({ identifier: person.identifier, password: PASSWORD }));
      });

      it('creates the first password', async () => {
        const { identifier } = await createPerson(service, { password: INITIAL_PASSWORD, initial: true });
        const { frontEnd, redeem } = await begin(name);
        await redeem(await frontEnd.createPassword({ identifier, password: INITIAL_PASSWORD }, NEW_PASSWORD));
      });

      it('recovers a password', async () => {
        const { frontEnd } = await begin(name);
        assert.equal(await recover(frontEnd), 'password-changed');
      });

      it('asks for a provisional identifier', async () => {
        const { frontEnd, interaction } = await begin(name);
        const born = { birthName: 'Martin', givenNames: 'Jeanne', birthDate: '14/08/1955' };
        const status = await frontEnd.recoverIdentifier({ ...born, departement: '14', commune: 'Caen' }, (captchaId) =>
          answerOf(service, captchaId, interaction),
        );
        assert.equal(status, 'message-on-its-way');
      });
    });

  async function begin(name: string) {
    const visitor = new Visitor();
    const { interaction, checks } = await openInteraction(visitor, party);
    const { create } = (await import(pathToFileURL(path.join(folder, `built/${name}.js`)).href)) as {
      create: CreateFrontEnd;
    };
    const frontEnd = create(service.url, interaction.split('/').at(-1) ?? '', sendingCookiesOf(visitor));
    const redeem = async (redirectTo: string) => {
      const { location = '' } = await visitor.request(redirectTo);
      assert.ok((await party.redeem(location, checks)).access_token);
    };
    return { frontEnd, interaction, redeem };
  }

  async function recover(frontEnd: FrontEnd): Promise<string> {
    telephones += 1;
    const to = `+336129${10000 + telephones}`;
    const contactPoints = [{ kind: 'mobile' as const, value: to, verified: true }];
    const { identifier } = await createPerson(service, { civilIdentity: identity, contactPoints });
    return frontEnd.recoverPassword({ identifier, birthDate: identity.birthDate }, NEW_PASSWORD, async () => {
      const [message] = await messagesTo(service, to);
      return /\d{6,9}/.exec(message?.text.replaceAll(' ', '') ?? '')?.[0] ?? '';
    });
  }
});

/** A `fetch` that a browser would have: it sends the cookies of the visitor. */
function sendingCookiesOf({ jar, address }: Visitor): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    request.headers.set('Cookie', await jar.getCookieString(request.url));
    request.headers.set('X-Forwarded-For', address);
    return fetch(request);
  };
}

function folderOf(name: string): string {
  const found = (tools.resolve.paths(name) ?? []).map((place) => path.join(place, name)).find((one) => existsSync(one));
  return found ?? assert.fail(`${name} is not installed`);
}
