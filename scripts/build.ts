/** `npm run build`: the sources as JavaScript in dist/, so that `node dist/main.js` needs no TypeScript. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../src/project-root.ts';

const dist = path.join(projectRoot, 'dist');
const compiler = path.join(projectRoot, 'node_modules/typescript/bin/tsc');

rmSync(dist, { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.build.migrations.json']) {
  const result = spawnSync(process.execPath, [compiler, '-p', project], { cwd: projectRoot, stdio: 'inherit' });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(1);
}
cpSync(path.join(projectRoot, 'src/screens/assets'), path.join(dist, 'screens/assets'), { recursive: true });
cpSync(path.join(projectRoot, 'src/adapters/captcha/sounds'), path.join(dist, 'adapters/captcha/sounds'), {
  recursive: true,
});
