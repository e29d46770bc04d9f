/** The program of docs/relying-parties/native.md, as it stands, on a loopback port of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../src/project-root.ts';
import { readDocumentedClient } from '../support/documented-client.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { signIn } from '../support/relying-party.ts';
import { startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

describe('a native application, as its page says', () => {
  it('signs in on the loopback, gets claims, refreshes and signs out', async () => {
    const documented = await readDocumentedClient('native');
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-clients-'));
    const file = path.join(folder, 'clients.yaml');
    writeFileSync(file, `clients:\n${documented.entry}`);
    const service = await startService({ store: 'memory', env: { CLIENTS_FILE: file } });
    const cwd = documented.install(service.url, path.join(projectRoot, 'node_modules/.runs'));
    const program = spawn(process.execPath, ['desktop.js'], { cwd, env: { PATH: process.env.PATH } });
    try {
      let said = '';
      for (const stream of [program.stdout, program.stderr])
        stream.on('data', (chunk: Buffer) => {
          said += chunk;
        });
      const ended = new Promise((resolve) => program.once('exit', resolve));
      const address = await eventually('an address to open', () => /^Open (\S+)$/m.exec(said)?.[1]);
      const visitor = new Visitor();
      const interaction = (await visitor.request(address)).location ?? '';
      const { json } = await signIn(visitor, interaction, (await createPerson(service)).identifier, PASSWORD);
      const callback = (await visitor.request(json.redirectTo)).location ?? '';
      assert.match(callback, /^http:\/\/127\.0\.0\.1:\d+\/callback\?code=/);
      assert.equal(await (await fetch(callback)).text(), 'You may go back to the application.');
      assert.equal(await ended, 0, said);
      assert.match(said, /given_name: 'CLAIRE MARIE'/);
      assert.match(said, /^Refreshed\nSigned out$/m);
    } finally {
      program.kill();
      await service.stop();
      await documented.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
