/** The frame of every screen: what a trial says, band, content, foot. */

import { attribute, type Html, html } from './html.ts';
import type { Page } from './page.ts';

const FOOT = ['dataProtection', 'securityAdvice', 'legalNotice', 'accessibility', 'help'] as const;

/** @param title the `<title>`; one that repeats a refusal starts with « Erreur : ». */
export function layout(page: Page, title: string, content: Html): string {
  const { words, links, assetVersion } = page;
  const other = words.locale === 'fr' ? 'en' : 'fr';
  return html`<!DOCTYPE html>
<html lang="${words.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title} – ${words.text('service')}</title>
<link rel="icon" href="/assets/mark.svg?v=${assetVersion}" type="image/svg+xml">
<link rel="stylesheet" href="/assets/screens.css?v=${assetVersion}">
<script src="/assets/screens.js?v=${assetVersion}" type="module"></script>
</head>
<body data-show="${words.text('common.showPassword')}" data-hide="${words.text('common.hidePassword')}">
<a class="skip" href="#content">${words.text('common.skip')}</a>
${page.trial && html`<p class="trial" role="note">${words.text('common.trial')}</p>`}
<header class="band"><div class="band-inner">
<span class="mark"><img src="/assets/mark.svg?v=${assetVersion}" alt="" width="32" height="32">${words.text('service')}</span>
<p class="welcome">${page.welcome ?? words.text('common.welcome')}</p>
</div></header>
${page.otherLanguageUrl && html`<nav class="lang" aria-label="${words.text('common.language')}"><a${attribute('href', page.otherLanguageUrl)} hreflang="${other}" lang="${other}">${words.text('common.otherLanguage')}</a></nav>`}
<main id="content" tabindex="-1">
${content}
</main>
<footer class="foot"><nav aria-label="${words.text('common.footNav')}"><ul>
${FOOT.map(
  (name) => html`<li><a href="${links[name]}">${words.text(`links.${name}`)}</a></li>
`,
)}</ul></nav></footer>
</body>
</html>
`.text;
}
