/** The list of error codes, which the `type` of each problem leads to. */
import { errorStatus, fieldErrorCodes } from '../../errors.ts';
import { html } from '../../screens/html.ts';
import type { Page } from '../../screens/page.ts';
import { textPage } from './text-pages.ts';

export function errorCodesPage(page: Page): string {
  const { words } = page;
  const table = html`<table><thead><tr><th scope="col">code</th><th scope="col">HTTP</th><th scope="col">title</th></tr></thead><tbody>
${Object.entries(errorStatus).map(([code, status]) => html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${words.text(`errors.${code}.title`)}</td></tr>`)}
${fieldErrorCodes.map((code) => html`<tr id="${code}"><td><code>${code}</code></td><td></td><td>${words.text(`fields.${code}`)}</td></tr>`)}
</tbody></table>`;
  return textPage(page, 'errorCodes', undefined, table);
}
