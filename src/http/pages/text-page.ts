/** A page of text: « Informatique et libertés », the security advice, and the stories that are not open yet. */

import { type Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { Page } from '../../screens/page.ts';

export const textPages = {
  dataProtection: 'data-protection',
  securityAdvice: 'security-advice',
  legalNotice: 'legal-notice',
  accessibility: 'accessibility',
  help: 'help',
  registration: 'registration',
  franceConnect: 'franceconnect',
} as const;

export type TextPage = keyof typeof textPages;

/** @param backUrl where the person came from, when that is a page of ours. */
export function textPage(page: Page, name: TextPage | 'apiErrors', backUrl?: string, more?: Html): string {
  const { words } = page;
  const title = words.text(`pages.${name}.title`);
  const content = html`<div class="narrow"><article class="card">
<h1>${title}</h1>
${words.list(`pages.${name}.paragraphs`).map((paragraph) => html`<p>${paragraph}</p>`)}
${more}
${backUrl && html`<div class="actions"><a class="button second" href="${backUrl}">${words.text('common.back')}</a></div>`}
</article></div>`;
  return layout(page, title, content);
}
