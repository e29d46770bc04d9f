/** What to do about a fault: what the setting means and may be, where a secret comes from. */
import { type Listed, listSettings } from './list-settings.ts';

/** @param fault a sentence of a ConfigurationError. @returns undefined when the sentence says it all. */
export function remedyOf(fault: string): string | undefined {
  if (/^client .*required, and has no default$/.test(fault))
    return 'The clients file names it as secret_env: set it, or the same name with _FILE to the path of a file.';
  if (fault.startsWith('client ')) return 'In the clients file (docs/operations.md, « The clients file »).';
  if (fault.includes('unknown in config/default.yaml'))
    return 'The names are those of docs/configuration.md; `npm run docs` writes the file anew.';
  const named = new Set(fault.match(/\b[A-Z][A-Z0-9_]{3,}\b/g));
  const found = listSettings().find(
    ({ definition: { variable } }) => named.has(variable) || named.has(`${variable}_FILE`),
  );
  return found && sentenceOf(found);
}

function sentenceOf({ place, definition }: Listed): string {
  const { variable, meaning } = definition;
  if (definition.is !== 'secret') return `${meaning}. By default: ${String(definition.default) || 'empty'}.`;
  const generated = place.startsWith('secrets.') ? ' `mon-compte-identity secrets` prints a fresh one.' : '';
  return `${meaning}. Set ${variable}, or ${variable}_FILE to the path of a file.${generated}`;
}
