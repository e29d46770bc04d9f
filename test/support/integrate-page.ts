/** The code of docs/integrate.md: what it shows is what the tests run. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../src/project-root.ts';

export const integratePage = readFileSync(path.join(projectRoot, 'docs/integrate.md'), 'utf8');

export interface CodeBlock {
  readonly language: string;
  /** What stands behind the language: what the block is. */
  readonly info: readonly string[];
  readonly text: string;
}

/** Fenced blocks; that of an item of a list is indented. */
export function codeBlocks(): readonly CodeBlock[] {
  return [...integratePage.matchAll(/^( *)```(\w+)([^\n]*)\n(.*?)^\1```$/gms)].map((found) => {
    const [, indent = '', language = '', info = '', text = ''] = found;
    const lines = text.split('\n').map((line) => line.slice(indent.length));
    return { language, info: info.trim().split(' ').filter(Boolean), text: lines.join('\n') };
  });
}

/** The page that it shows first, for a service that stands elsewhere. */
export function firstPage(service: string): { readonly html: string; readonly js: string } {
  const textOf = (wanted: string) => {
    const block = codeBlocks().find(({ language, info }) => language === wanted && info[0] === 'page');
    if (!block) throw new Error(`docs/integrate.md has no page in ${wanted}`);
    return block.text;
  };
  return { html: textOf('html'), js: textOf('js').replace('http://localhost:3000', service) };
}
