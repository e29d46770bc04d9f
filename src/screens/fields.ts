/** The pieces that forms share: a labelled field with its hint, its help and its fault, and the summary of a refusal. */
import type { FieldError, FieldErrorCode } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import { attribute, type Html, html } from './html.ts';
import type { Refusal, StepPage } from './page.ts';
import { faultsTitle, faultText, labelsOf, namedFault, refusalText } from './refusal-text.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly help?: string;
  readonly type: 'text' | 'password';
  readonly autocomplete: string;
  readonly value?: string;
  readonly inputmode?: 'text' | 'numeric';
  /** Shown before the input, inside its frame: the P of a provisional identifier. */
  readonly prefix?: string;
  readonly maxlength?: number;
  readonly isOptional?: boolean;
  /** What is wrong with it where the whole form was refused for it: a code that is not the right one. */
  readonly fault?: string;
}

/** A field: label above, hint under it and always visible, fault tied to the input. */
export function field(words: Catalogue, refusal: Refusal | undefined, spec: Field): Html {
  const { name, label, hint, help } = spec;
  const isWrong = spec.fault !== undefined || faultsOf(refusal, name).length > 0;
  const described = [hint && `${name}-hint`, isWrong && `${name}-fault`].filter(Boolean).join(' ');
  return html`<div class="field${isWrong && ' wrong'}">
<div class="label-row"><label for="${name}">${label}</label>${help && helpOf(words, label, help)}</div>
${hint && html`<span class="hint" id="${name}-hint">${hint}</span>`}
${faultsText(words, refusal, name, spec.fault)}
<div class="input-row">${spec.prefix && html`<span class="prefix" aria-hidden="true">${spec.prefix}</span>`}<input id="${name}" name="${name}" type="${spec.type}" autocomplete="${spec.autocomplete}"${attribute('required', !spec.isOptional)} spellcheck="false" autocapitalize="none"${attribute('value', spec.value)}${attribute('inputmode', spec.inputmode)}${attribute('maxlength', spec.maxlength)}${attribute('aria-describedby', described || undefined)}${attribute('aria-invalid', isWrong ? 'true' : undefined)}></div>
</div>`;
}

/** The help « ? » of the source: opens without JavaScript, over what follows; one name, so that one is open at a time. */
export function helpOf(words: Catalogue, label: string, help: string): Html {
  return html`<details class="help" name="help"><summary><span aria-hidden="true">?</span><span class="visually-hidden">${words.text('common.helpOn', { field: label })}</span></summary><p>${help}</p></details>`;
}

/** The faults of a field, for its `aria-describedby`: `<name>-fault`. @param more one that is not of the refusal's fields. */
export function faultsText(words: Catalogue, refusal: Refusal | undefined, name: string, more?: string): Html {
  const texts = faultsOf(refusal, name).map((fault) => faultText(words, fault));
  return html`<div id="${name}-fault">${[...texts, ...(more === undefined ? [] : [more])].map((text) => html`<p class="fault"><span class="visually-hidden">${words.text('common.errorPrefix')}</span>${text}</p>`)}</div>`;
}

export interface Radios {
  readonly name: string;
  readonly legend: string;
  /** Value and label of each; the first has the name of the field as its id, where the summary leads. */
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly chosen?: string;
  /** After the last of them. */
  readonly more?: Html | false;
}

/** Radio buttons of one field: their fault is that of the group. */
export function radios(words: Catalogue, refusal: Refusal | undefined, spec: Radios): Html {
  const { name, legend, options, chosen, more } = spec;
  const isWrong = faultsOf(refusal, name).length > 0;
  const idOf = (value: string, index: number) => (index === 0 ? name : `${name}-${value}`);
  const described = attribute('aria-describedby', isWrong ? `${name}-fault` : undefined);
  return html`<fieldset role="radiogroup"${attribute('class', isWrong ? 'wrong' : undefined)}${described}${attribute('aria-invalid', isWrong ? 'true' : undefined)}><legend>${legend}</legend>
${faultsText(words, refusal, name)}
${options.map(([value, label], index) => html`<div class="check"><input type="radio" name="${name}" id="${idOf(value, index)}" value="${value}"${attribute('checked', chosen === value)}${described}><label for="${idOf(value, index)}">${label}</label></div>`)}
${more}
</fieldset>`;
}

/**
 * What went wrong, above the form: the message of a refusal, or how many faults there are and a link to each field.
 * @param own the names of fields that this screen calls otherwise than `labels` of the catalogues.
 */
export function refusalSummary(
  words: Catalogue,
  refusal: Refusal | undefined,
  wayOut?: Html,
  own: Readonly<Record<string, string>> = {},
): Html | undefined {
  if (!refusal) return undefined;
  const { code, fields } = refusal;
  const labels = labelsOf(words, own);
  // A field that nobody knows has the name that somebody sent: it has no label, and nothing to lead to.
  const line = (fault: FieldError) => {
    const label = Object.hasOwn(labels, fault.field) ? labels[fault.field] : undefined;
    const said = namedFault(words, label, fault);
    return html`<li>${label ? html`<a href="#${fault.field}">${said}</a>` : said}</li>`;
  };
  return html`<div class="alert" role="alert" tabindex="-1">
<h2>${fields.length === 0 ? words.text(`errors.${code}.title`) : faultsTitle(words, fields.length)}</h2>
${fields.length === 0 ? html`<p>${refusalText(words, refusal)}</p>` : html`<ul>${fields.map(line)}</ul>`}
${wayOut}
</div>`;
}

const WRONG_FORMS: Partial<Record<FieldErrorCode, 'typedProvisional' | 'typedNir'>> = {
  identifier_is_provisional: 'typedProvisional',
  identifier_is_nir: 'typedNir',
};

/**
 * An identifier that was typed on the form of the other type is no fault: that form is shown, and a notice says so in the
 * place of the fault.
 * @param textOf the words of the notice.
 */
export function withoutWrongForm(
  { refusal, ...page }: StepPage,
  textOf: (key: 'typedProvisional' | 'typedNir') => string,
): StepPage & { readonly notice?: Html } {
  const fault = refusal?.fields.find(({ code }) => WRONG_FORMS[code]);
  const key = fault && WRONG_FORMS[fault.code];
  if (!refusal || !key) return { ...page, refusal };
  const notice = html`<p class="note" role="status">${textOf(key)}</p>`;
  const fields = refusal.fields.filter(({ code }) => !WRONG_FORMS[code]);
  return { ...page, refusal: fields.length > 0 ? { code: refusal.code, fields } : undefined, notice };
}

/** The title of a screen, marked when it repeats a refusal, so that a screen reader says so first. */
export function titleOf(page: StepPage, title: string): string {
  return page.refusal ? page.words.text('common.errorPrefix') + title : title;
}

/** The hidden field that ties a form to its interaction. */
export function formToken(page: StepPage): Html {
  return html`<input type="hidden" name="csrf" value="${page.formToken}">`;
}

export function faultsOf(refusal: Refusal | undefined, name: string): readonly FieldError[] {
  return refusal?.fields.filter((fault) => fault.field === name) ?? [];
}
