/** Reads files that operators write. A fault says where, and quotes nothing: a secret may stand there by mistake. */
import { existsSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

type FileRead<Content> = { readonly content: Content } | { readonly fault: string };

/** The text of a file. */
export function readTextFile(path: string): FileRead<string> {
  if (!existsSync(path)) return { fault: 'there is no such file' };
  try {
    return { content: readFileSync(path, 'utf8') };
  } catch {
    return { fault: 'this is no readable file' };
  }
}

/** What a YAML file holds. */
export function readYamlFile(path: string): FileRead<unknown> {
  const file = readTextFile(path);
  if ('fault' in file) return file;
  // Not silent: a second document would be dropped without a word.
  const document = parseDocument(file.content, { logLevel: 'error' });
  const [error] = document.errors;
  if (error) return { fault: `is not YAML at line ${error.linePos?.[0].line}, column ${error.linePos?.[0].col}` };
  try {
    return { content: document.toJS() };
  } catch {
    return { fault: 'is YAML whose anchors and references do not hold together' };
  }
}
