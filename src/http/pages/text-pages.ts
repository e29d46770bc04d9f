/**
 * Pages of text: « Informatique et libertés », the security advice, what is not open yet. A page exists when the
 * catalogues have `pages.<name>`; its address is its name in lower case, with hyphens.
 */
import type { Catalogue } from '../../screens/catalogue.ts';
import { type Html, html } from '../../screens/html.ts';
import { layout } from '../../screens/layout.ts';
import type { Page } from '../../screens/page.ts';

/** The address of a page, in the language of the one that leads to it. @throws Error for a page that there is not: a bug. */
export function textPageUrl(words: Catalogue, name: string): string {
  if (!words.under('pages').includes(name)) throw new Error(`no page of text ${name} in the catalogues`);
  return `/pages/${slugOf(name)}?lang=${words.locale}`;
}

/** @returns undefined when there is no such page. @param slug the last part of its address. */
export function findTextPage(words: Catalogue, slug: string): string | undefined {
  return words.under('pages').find((name) => slugOf(name) === slug);
}

/**
 * @param key where the catalogues have its `title` and its `paragraphs`.
 * @param backUrl where the person came from, when that is a page of ours.
 */
export function textPage(page: Page, key: string, backUrl?: string, more?: Html): string {
  const { words } = page;
  const title = words.text(`${key}.title`);
  const content = html`<div class="narrow"><article class="card">
<h1>${title}</h1>
${words.list(`${key}.paragraphs`).map((paragraph) => html`<p>${paragraph}</p>`)}
${more}
${backUrl && html`<div class="actions"><a class="button second" href="${backUrl}">${words.text('common.back')}</a></div>`}
</article></div>`;
  return layout(page, title, content);
}

function slugOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
