/** The little Markdown that the descriptions of the contract use: paragraphs, `code`, **strong**, [links](/docs). */
import { Html, html } from '../../screens/html.ts';

/** Paragraphs. */
export function prose(text = ''): Html {
  const paragraphs = text
    .trim()
    .split(/\n\s*\n/)
    .filter(Boolean);
  return html`${paragraphs.map((paragraph) => html`<p>${line(paragraph)}</p>`)}`;
}

/** One line, without a paragraph of its own. */
export function line(text = ''): Html {
  const parts = text.trim().split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)\s]+\))/);
  return html`${parts.map(part)}`;
}

function part(text: string): Html {
  if (text.startsWith('`')) return html`<code>${text.slice(1, -1)}</code>`;
  if (text.startsWith('**')) return html`<strong>${text.slice(2, -2)}</strong>`;
  const [, words, address] = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(text) ?? [];
  return words !== undefined && address !== undefined ? html`<a href="${address}">${words}</a>` : html`${text}`;
}

/** Where a line may break: an address or a name of many parts has no spaces. */
export function breakable(text: string): Html {
  const parts = text.split(/(?<=[/_.,&?=-])|(?=[A-Z])/);
  return html`${parts.map((each, index) => (index === 0 ? html`${each}` : html`<wbr>${each}`))}`;
}

export const NOTHING = new Html('');
