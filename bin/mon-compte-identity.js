#!/usr/bin/env node
/**
 * Starts the command line: from the sources where they stand, from the build elsewhere (dist/ may be older than the
 * sources). Sources need a Node that strips types: where the running one does not, the one that `npm ci` installs does.
 * Plain JavaScript, for Node 20.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(self));
const sources = path.join(root, 'src/cli/main.ts');
const build = path.join(root, 'dist/cli/main.js');
const installedNode = path.join(root, 'node_modules/node/bin/node');
const stripsTypes = Boolean(process.features.typescript);

if (existsSync(sources) && stripsTypes) await start(sources);
else if (existsSync(sources) && existsSync(installedNode) && process.execPath !== installedNode) startAgain();
else if (existsSync(build)) await start(build);
else {
  console.error(`Node ${process.versions.node} cannot run the sources: \`npm ci\` installs one that can.`);
  process.exitCode = 1;
}

async function start(main) {
  const { run } = await import(pathToFileURL(main).href);
  await run(process.argv);
}

function startAgain() {
  const child = spawn(installedNode, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
