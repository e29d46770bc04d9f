/**
 * The contract at /docs: a page for each document, made once, when it is first asked for, with the document itself beside it
 * as YAML and as JSON. Under the policy of every page: no script, no style in place.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type Router from '@koa/router';
import { parse } from 'yaml';
import type { ContractDocument } from '../contract/contract.ts';
import { referencePage } from '../reference/page.ts';
import type { RequestState } from '../request-state.ts';
import { serve } from './serve.ts';

const assets = path.join(import.meta.dirname, '../../screens/assets');
const FILES = { 'reference.css': 'text/css', 'mark.svg': 'image/svg+xml' } as const;

interface File {
  readonly type: string;
  /** Made once. */
  readonly body: () => string | Buffer;
}

export interface DocsParts {
  /** The first is shown first. */
  readonly documents: readonly ContractDocument[];
  /** Where the codes are explained. */
  readonly errorsUrl: string;
  /** Stands above them. */
  readonly trialNotice?: string;
}

export function serveDocs(router: Router<RequestState>, parts: DocsParts): void {
  const files = new Map<string, File>([
    ...Object.entries(FILES).map(([name, type]): [string, File] => {
      const body = readFileSync(path.join(assets, name));
      return [name, { type, body: () => body }];
    }),
    ...parts.documents.flatMap((document, index) => filesOf(document, index, parts)),
  ]);

  serve(router, ['/docs', '/docs/:name'], 'docs', (ctx, name) => {
    const file = files.get(name);
    if (!file) return false;
    ctx.set('Cache-Control', 'no-cache');
    ctx.type = file.type;
    ctx.body = file.body();
    return true;
  });
}

/** Its page, at `/docs` where it is the first, and the document in both its writings. */
function filesOf(shown: ContractDocument, index: number, parts: DocsParts): [string, File][] {
  const { errorsUrl, trialNotice } = parts;
  const json = `${slugOf(shown)}.json`;
  const documents = parts.documents.map((document, rank) => ({
    title: document.title,
    page: rank === 0 ? '/docs' : `/docs/${slugOf(document)}`,
    isShown: document === shown,
  }));
  const page = () => referencePage({ text: shown.text, documents, files: [shown.name, json], errorsUrl, trialNotice });
  return [
    [index === 0 ? '' : slugOf(shown), { type: 'text/html', body: once(page) }],
    [shown.name, { type: 'application/yaml', body: () => shown.text }],
    [json, { type: 'application/json', body: once(() => JSON.stringify(parse(shown.text), null, 2)) }],
  ];
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function slugOf({ name }: ContractDocument): string {
  return path.basename(name, '.yaml');
}
