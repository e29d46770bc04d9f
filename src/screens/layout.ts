/** The frame of every screen: what a trial says, band, content, foot. */

import { attribute, type Html, html } from './html.ts';
import type { Page } from './page.ts';
import { type AnyPage, timeLeft } from './time-left.ts';

const FOOT = ['dataProtection', 'securityAdvice', 'legalNotice', 'accessibility', 'help'] as const;

/** The form that a screen is about, of the forms that it has. */
const STEP_FORM = 'id="step"';

/** @param title the `<title>`; one that repeats a refusal starts with « Erreur : ». */
export function layout(page: AnyPage, title: string, content: Html): string {
  const { words, links, assetVersion } = page;
  const ofStep = content.text.includes(STEP_FORM);
  const language = page.otherLanguageUrl && otherLanguage(words, page.otherLanguageUrl, ofStep);
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
${!ofStep && language}
<main id="content" tabindex="-1">
${content}
${ofStep && timeLeft(page)}
</main>
${ofStep && language}
<footer class="foot"><nav aria-label="${words.text('common.footNav')}"><ul>
${FOOT.map(
  (name) => html`<li><a href="${links[name]}">${words.text(`links.${name}`)}</a></li>
`,
)}</ul></nav></footer>
</body>
</html>
`.text;
}

/**
 * A link; or a button of the step's form, which keeps what was typed. The button stands after the form: what stands before
 * it would be what Enter presses.
 */
function otherLanguage(words: Page['words'], url: string, ofStep: boolean): Html {
  const other = words.locale === 'fr' ? 'en' : 'fr';
  const text = words.text('common.otherLanguage');
  const control = ofStep
    ? html`<button type="submit" form="step" name="lang" value="${other}" formnovalidate lang="${other}">${text}</button>`
    : html`<a${attribute('href', url)} hreflang="${other}" lang="${other}">${text}</a>`;
  return html`<nav class="lang" aria-label="${words.text('common.language')}">${control}</nav>`;
}
