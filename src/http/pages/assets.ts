/** The files that pages load: read once, and kept by browsers for as long as they are what they are. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Context } from '../request-state.ts';

const folder = path.join(import.meta.dirname, '../../screens/assets');
const TYPES = { 'screens.css': 'text/css', 'screens.js': 'text/javascript', 'mark.svg': 'image/svg+xml' } as const;

export function createAssets() {
  const assets = new Map(
    Object.entries(TYPES).map(([name, type]) => [name, { type, body: readFileSync(path.join(folder, name)) }]),
  );
  const version = createHash('sha256')
    .update(Buffer.concat([...assets.values()].map(({ body }) => body)))
    .digest('hex')
    .slice(0, 10);

  return {
    /** Changes with any of the files. */
    version,

    /** @returns false when there is no such file. */
    send(ctx: Context, name: string): boolean {
      const asset = assets.get(name);
      if (!asset) return false;
      ctx.set('Cache-Control', ctx.query.v === version ? 'public, max-age=31536000, immutable' : 'no-cache');
      ctx.type = asset.type;
      ctx.body = asset.body;
      return true;
    },
  };
}
