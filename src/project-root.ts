/** Where package.json, config, docs and migrations stand, from the sources and from the build alike. */
import { existsSync } from 'node:fs';
import path from 'node:path';

export const projectRoot: string = findUp(import.meta.dirname);

/** Whether this process runs the emitted JavaScript rather than the sources. */
export const isBuild: boolean = import.meta.filename.endsWith('.js');

function findUp(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : findUp(path.dirname(folder));
}
