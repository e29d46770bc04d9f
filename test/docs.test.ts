/** What the documents say of the code: every file and folder that they name is there. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findNodeFault } from '../src/node-version.ts';
import { projectRoot } from '../src/project-root.ts';

/** Documents name files from the root of the project, or from the folder that they are about. */
const BASES = ['', 'src', 'docs', 'test'];

/** `http/server.ts`, `src/domain/`; not `/docs/errors`, which is an address, nor a file's name alone. */
const NAMED = /^(?!\/)(?=.*\/)[\w./-]+(?:\.(?:ts|js|mjs|yaml|yml|md|json|css|tsv)|\/)$/;

/** Places that are made, or that stand elsewhere. */
const MADE = [/^dist\//, /^node_modules\//, /^\.data\//, /^secrets\//];

const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: projectRoot });

describe('the documents', () => {
  for (const document of documents)
    it(`${document} names files and folders that are there`, () => {
      const text = readFileSync(path.join(projectRoot, document), 'utf8');
      const named = [...text.matchAll(/`([^`\s]+)`/g)].map(([, name = '']) => name).filter((name) => NAMED.test(name));
      const gone = named.filter(
        (name) =>
          !MADE.some((made) => made.test(name)) &&
          !BASES.some((base) => existsSync(path.join(projectRoot, base, name))),
      );
      assert.deepEqual(gone, []);
    });

  for (const document of ['docs/threat-model.md', 'docs/operations/faults.md'])
    it(`${document} names a test in each row`, () => {
      const rows = readFileSync(path.join(projectRoot, document), 'utf8')
        .split('\n')
        .filter((line) => /^\| (?!-|threat \||fault \|)/.test(line));
      assert.ok(rows.length > 10);
      assert.deepEqual(
        rows.filter((row) => !/`test\/[^`]+`[^|]*\|$/.test(row)),
        [],
      );
    });

  it('name each event of the log for those who run the service', () => {
    const code = globSync('src/**/*.ts', { cwd: projectRoot }).map((file) =>
      readFileSync(path.join(projectRoot, file), 'utf8'),
    );
    const events = new Set(
      code.flatMap((text) => [...text.matchAll(/\bevent: '([a-z_]+)'/g)].map(([, event = '']) => event)),
    );
    assert.ok(events.size > 20);
    const manual = globSync(['docs/operations.md', 'docs/operations/*.md'], { cwd: projectRoot })
      .map((file) => readFileSync(path.join(projectRoot, file), 'utf8'))
      .join();
    assert.deepEqual(
      [...events].filter((event) => !manual.includes(`\`${event}\``)),
      [],
    );
  });

  describe('name the lowest Node', () => {
    const json = (file: string) => JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8'));
    const locked = Object.entries<{ dev?: true; engines?: { node?: string } }>(json('package-lock.json').packages);

    /** The highest of the bounds « >=22.18.0 » of these packages. */
    function lowestOf(packages: typeof locked): string {
      const bounds = packages.flatMap(([, { engines }]) => {
        const [, major, minor = '0'] = /^>= ?(\d+)(?:\.(\d+))?[.\d]*$/.exec(engines?.node ?? '') ?? [];
        return major === undefined ? [] : [Number(major) * 1000 + Number(minor)];
      });
      assert.ok(bounds.length > 20);
      const highest = Math.max(...bounds);
      return `${Math.floor(highest / 1000)}.${highest % 1000}`;
    }

    it('of which no package warns, as package.json does', () => {
      const version = lowestOf(locked.filter(([place]) => place !== ''));
      assert.equal(json('package.json').engines.node, `>=${version}`);
      for (const document of ['README.md', 'CONTRIBUTING.md'])
        assert.ok(
          readFileSync(path.join(projectRoot, document), 'utf8').includes(`Node ${version} or later`),
          document,
        );
    });

    it('on which the service runs, as it does itself', () => {
      const version = lowestOf(locked.filter(([place, { dev }]) => place !== '' && !dev));
      assert.ok(findNodeFault('20.0.0')?.includes(`Node ${version} or newer`), version);
      assert.ok(readFileSync(path.join(projectRoot, 'docs/operations.md'), 'utf8').includes(`older than ${version}`));
    });
  });

  it('lead by their links to files that are there', () => {
    const gone = documents.flatMap((document) => {
      const text = readFileSync(path.join(projectRoot, document), 'utf8');
      return [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !target.startsWith('/'))
        .filter((target) => !existsSync(path.join(projectRoot, path.dirname(document), target)))
        .map((target) => `${document}: ${target}`);
    });
    assert.deepEqual(gone, []);
  });
});
