/** The wrong versions that stay, in docs/testing.md: the rest of that page is written by hand. */
import { SURVIVORS } from '../test/mutants/survivors.ts';
import { table } from './markdown.ts';

const BEGIN = '<!-- Wrong versions that stay: written by `npm run docs` from test/mutants/survivors.ts. -->';
const END = '<!-- The end of what is written by `npm run docs`. -->';

/** @throws Error when the page has no place for them. */
export function withSurvivors(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error('docs/testing.md has no place for the wrong versions that stay');
  const rows = SURVIVORS.map(({ file, line, from, to, reason }) => [
    code(file),
    `${code(line)}<br>${code(from)} → ${to === '' ? 'left out' : code(to)}`,
    reason,
  ]);
  return `${page.slice(0, from)}${BEGIN}\n\n${table(['file', 'wrong version', 'why nothing notices'], rows)}\n\n${page.slice(to)}`;
}

/** Backticks of the code stand in two of the page's. */
function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}
