/** What the embedded default gives of its own: its people, and one start at a time. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseIdentifier } from '../../src/domain/identifier.ts';
import { type DemoAccount, loadDemoAccounts, readDemoAccounts } from '../../src/embedded/demo-accounts.ts';
import { AlreadyRunning, claimFolder } from '../../src/embedded/single-start.ts';
import { createMemoryPorts } from '../stories/support/memory-ports.ts';

describe('the people of the embedded default', () => {
  const identifiersOf = ({ nir, provisional }: DemoAccount) => [
    ...(nir ? [parseIdentifier('nir', nir)] : []),
    ...(provisional ? [parseIdentifier('provisional', provisional)] : []),
  ];

  it('are created once, as the file says, each by each of their identifiers', async () => {
    const ports = createMemoryPorts();
    let hashes = 0;
    const passwords: typeof ports.passwords = {
      ...ports.passwords,
      hash(password) {
        hashes += 1;
        return ports.passwords.hash(password);
      },
    };
    await loadDemoAccounts({ ...ports, passwords });
    const once = ports.accounts.atRest();
    assert.equal(hashes, readDemoAccounts().length);
    await loadDemoAccounts({ ...ports, passwords });
    assert.equal(ports.accounts.atRest(), once, 'a second start changes nothing');
    assert.equal(hashes, readDemoAccounts().length, 'nor is anything hashed for it');
    for (const demo of readDemoAccounts())
      for (const identifier of identifiersOf(demo)) {
        const found = (await ports.accounts.findRecoverable(identifier)) ?? assert.fail(demo.who);
        const { state, identityVerified, locale, civilIdentity, contactPoints } = found;
        assert.deepEqual(
          { state, identityVerified, locale, civilIdentity },
          {
            state: demo.state ?? 'active',
            identityVerified: demo.identityVerified,
            locale: demo.locale ?? 'fr',
            civilIdentity: demo.civilIdentity,
          },
        );
        const points = [
          ...(demo.mobile ? [{ kind: 'mobile', value: demo.mobile }] : []),
          ...(demo.email ? [{ kind: 'email', value: demo.email }] : []),
        ];
        assert.deepEqual(contactPoints, points);
        const { password } = (await ports.accounts.findForSignIn(identifier)) ?? assert.fail();
        assert.equal(password?.kind, demo.password ? 'password' : 'initial-password', demo.who);
        const typed = demo.password ?? demo.initialPassword ?? assert.fail();
        assert.equal(await ports.passwords.verify(typed, password?.hash), true);
      }
  });
});

describe('the folder of an embedded start', () => {
  let parent: string;
  before(() => {
    parent = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-claim-'));
  });
  after(() => rmSync(parent, { recursive: true }));

  it('is made for its owner alone, is one start at a time, and tells the next who runs and where', () => {
    const folder = path.join(parent, 'a', 'data');
    const first = claimFolder(folder);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    const refused = (says: RegExp) =>
      assert.throws(
        () => claimFolder(folder),
        (error) => error instanceof AlreadyRunning && error.exitCode === 75 && says.test(error.message),
      );
    refused(new RegExp(`\\(process ${process.pid}\\)\\. It is still starting.*kill ${process.pid}$`));
    first.tellAddress('http://localhost:3000');
    refused(new RegExp(`\\(process ${process.pid}\\)\\. It answers at http://localhost:3000,`));
    first.release();
    const second = claimFolder(folder);
    assert.ok(existsSync(path.join(folder, 'running.json')));
    second.release();
  });

  it('is claimed apart from another', () => {
    const claims = ['one', 'other'].map((name) => claimFolder(path.join(parent, name)));
    for (const claim of claims) claim.release();
  });
});
