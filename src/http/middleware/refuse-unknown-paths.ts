/**
 * A path is one of those that are served, letter for letter, or there is nothing at it. Routers fold case, drop slashes
 * and decode; what stands before them (throttles, the comparison of origins) compares texts, so both must read one path.
 */
import { ServiceError } from '../../errors.ts';
import type { Middleware } from '../request-state.ts';

/** RFC 3986 §2.3: what never needs encoding. No value in a path of ours needs anything else. */
const VALUE = /^[A-Za-z0-9._~-]+$/;

/** @param paths in the router's spelling: `/interactions/:uid`. */
export function refuseUnknownPaths(paths: Iterable<string>): Middleware {
  const isServed = createPathTable(paths);
  return (ctx, next) => {
    if (!isServed(ctx.path)) throw new ServiceError('not_found');
    return next();
  };
}

/** Whether a path is one of these, its values unreserved characters. */
export function createPathTable(paths: Iterable<string>): (path: string) => boolean {
  const exact = new Set<string>();
  const templates: (readonly string[])[] = [];
  for (const path of paths)
    if (path.includes('/:')) templates.push(path.split('/'));
    else exact.add(path);
  return (path) => {
    if (exact.has(path)) return true;
    const parts = path.split('/');
    return templates.some(
      (template) =>
        template.length === parts.length &&
        template.every((part, index) => (part.startsWith(':') ? isValue(parts[index] ?? '') : part === parts[index])),
    );
  };
}

function isValue(text: string): boolean {
  return VALUE.test(text) && text !== '.' && text !== '..';
}
