import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../src/project-root.ts';
import { bin, machineNode, runCli } from '../support/cli.ts';

describe('the command line', () => {
  it('runs on the Node of the machine, without a build', async () => {
    const { code, stdout, stderr } = await runCli(['--help']);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    for (const command of ['migrate', 'config', 'secrets', 'messages', 'keys'])
      assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
  });

  it('is what npm runs by its name', async () => {
    const { code, stdout } = await runCli(['exec', '--', 'mon-compte-identity', '--help'], { HOME: os.tmpdir() }, [
      'npm',
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: mon-compte-identity/);
  });

  it('runs as a program of its own', async () => {
    assert.equal((await runCli(['--help'], {}, [bin])).code, 0);
  });

  it('teaches: each command says what it does, with examples and exit codes', async () => {
    const commands = [
      ['migrate'],
      ['config', 'check'],
      ['secrets'],
      ['messages', 'list'],
      ['messages', 'resend'],
      ['keys', 'forget'],
    ];
    const results = await Promise.all(commands.map((command) => runCli([...command, '--help'])));
    for (const [at, command] of commands.entries()) {
      const { code, stdout } = results[at] ?? assert.fail();
      assert.equal(code, 0);
      for (const part of [`Usage: mon-compte-identity ${command.join(' ')}`, 'Examples:', 'Exit codes:'])
        assert.ok(stdout.includes(part), `${command.join(' ')}: ${part}`);
    }
  });

  it('says its version, that of the package', async () => {
    const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));
    assert.equal((await runCli(['--version'])).stdout.trim(), version);
  });

  it('names a command that is near one that does not exist', async () => {
    const { code, stderr } = await runCli(['migrat']);
    assert.equal(code, 1);
    assert.match(stderr, /unknown command 'migrat'[\s\S]*migrate/);
  });

  describe('away from the sources', () => {
    let root: string;
    beforeEach(() => {
      root = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'mon-compte-bin-'));
      mkdirSync(path.join(root, 'bin'));
      copyFileSync(bin, path.join(root, 'bin/mon-compte-identity.js'));
      copyFileSync(path.join(projectRoot, 'package.json'), path.join(root, 'package.json'));
    });
    afterEach(() => rmSync(root, { recursive: true }));
    const run = (...args: string[]) => runCli(args, {}, [machineNode, path.join(root, 'bin/mon-compte-identity.js')]);

    it('runs the build, also through a link', async () => {
      mkdirSync(path.join(root, 'dist/cli'), { recursive: true });
      const main = "export const run = async (argv) => console.log('built', ...argv.slice(2));";
      writeFileSync(path.join(root, 'dist/cli/main.js'), main);
      assert.equal((await run('migrate')).stdout, 'built migrate\n');
      symlinkSync(path.join(root, 'bin/mon-compte-identity.js'), path.join(root, 'link'));
      assert.equal((await runCli(['migrate'], {}, [machineNode, path.join(root, 'link')])).stdout, 'built migrate\n');
    });

    it('says what is missing when there is no build either', async () => {
      const { code, stderr } = await run('migrate');
      assert.equal(code, 1);
      assert.match(stderr, /npm ci/);
    });
  });
});
