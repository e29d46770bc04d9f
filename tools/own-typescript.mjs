/** For `node --import`: a tool that npm has put at the root finds the TypeScript of this workspace, and not the root's. */
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const own = pathToFileURL(createRequire(import.meta.url).resolve('typescript')).href;

registerHooks({
  resolve: (specifier, context, next) => next(specifier === 'typescript' ? own : specifier, context),
});
