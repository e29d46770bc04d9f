/** The kit of the screens: what is escaped, and each attribute that a browser or a screen reader goes by. */
import assert from 'node:assert/strict';
import { captchaFields, captchaRenewal } from '../../src/screens/captcha.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import {
  type Field,
  faultsOf,
  faultsText,
  field,
  formToken,
  helpOf,
  radios,
  refusalSummary,
  titleOf,
  withoutWrongForm,
} from '../../src/screens/fields.ts';
import { attribute, Html, html } from '../../src/screens/html.ts';
import { layout } from '../../src/screens/layout.ts';
import type { Refusal, StepPage } from '../../src/screens/page.ts';
import { timeLeft } from '../../src/screens/time-left.ts';

const { fr, en } = loadCatalogues();
const EVIL = `<b a="1" c='2'>&</b>`;
const ESCAPED = '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;&lt;/b&gt;';
const page: StepPage = {
  words: fr,
  links: { dataProtection: '/dp', securityAdvice: '/sa', legalNotice: '/ln', accessibility: '/ac', help: '/he' },
  textPage: (name) => `/pages/${name}`,
  assetVersion: 'v1',
  trial: false,
  base: '/interactions/u',
  formToken: 't0ken',
  clientName: 'Portail',
  timeLeft: { endsAt: new Date('2026-11-24T14:42:00Z'), seconds: 240 },
};
const refusal = (...fields: Refusal['fields']): Refusal => ({ code: 'validation_failed', fields });
const required = (name: string) => ({ field: name, code: 'field_required' }) as const;
const has = (text: string | { text: string } | undefined, ...parts: readonly string[]) => {
  const all = typeof text === 'string' ? text : (text?.text ?? '');
  for (const part of parts) assert.ok(all.includes(part), `${part} in ${all}`);
};
const lacks = (text: string | { text: string } | undefined, ...parts: readonly string[]) => {
  const all = typeof text === 'string' ? text : (text?.text ?? '');
  for (const part of parts) assert.ok(!all.includes(part), `${part} in ${all}`);
};

describe('the HTML of the screens', () => {
  it('escapes every value, in an array too, and leaves what is HTML already', () => {
    assert.equal(html`<p>${EVIL}</p>`.text, `<p>${ESCAPED}</p>`);
    assert.equal(html`${[EVIL, [EVIL]]}`.text, ESCAPED + ESCAPED);
    assert.equal(html`<p>${html`<i>${EVIL}</i>`}</p>`.text, `<p><i>${ESCAPED}</i></p>`);
    assert.equal(html`${new Html('<i>')}${7}${0}`.text, '<i>70');
    assert.equal(html`${JSON.parse('{"text":"<i>"}')}`.text, '[object Object]', 'what looks like HTML is none');
  });

  it('leaves nothing of false, null and undefined, and an empty text empty', () => {
    assert.equal(html`a${false}b${null}c${undefined}d${''}e`.text, 'abcde');
  });

  it('writes an attribute with its value escaped, alone where it is true, and not at all where there is none', () => {
    assert.equal(attribute('value', EVIL).text, ` value="${ESCAPED}"`);
    assert.equal(attribute('value', '').text, ' value=""');
    assert.equal(attribute('maxlength', 0).text, ' maxlength="0"');
    assert.equal(attribute('required', true).text, ' required');
    for (const none of [false, undefined]) assert.equal(attribute('required', none).text, '');
  });
});

describe('a field of a form', () => {
  const spec: Field = { name: 'nir', label: 'Numéro', type: 'text', autocomplete: 'username' };

  it('has its label, its name and what the browser goes by, and nothing that it was not given', () => {
    assert.equal(
      field(fr, undefined, spec).text.replaceAll('\n', ''),
      '<div class="field"><div class="label-row"><label for="nir">Numéro</label></div><div id="nir-fault"></div>' +
        '<div class="input-row"><input id="nir" name="nir" type="text" autocomplete="username" required spellcheck="false" autocapitalize="none"></div></div>',
    );
  });

  it('shows what it was given, each escaped and in its place', () => {
    const all = { ...spec, hint: EVIL, help: EVIL, value: EVIL, prefix: 'P', maxlength: 9 } as const;
    const text = field(fr, undefined, { ...all, inputmode: 'numeric', isOptional: true, type: 'password' }).text;
    has(
      text,
      `<span class="hint" id="nir-hint">${ESCAPED}</span>`,
      `value="${ESCAPED}"`,
      'maxlength="9"',
      'type="password"',
    );
    has(text, 'inputmode="numeric"', 'aria-describedby="nir-hint"', '<span class="prefix" aria-hidden="true">P</span>');
    has(text, `<p>${ESCAPED}</p></details>`);
    lacks(text, ' required', 'aria-invalid', EVIL, 'wrong');
  });

  it('that is wrong says so to the eye and to a screen reader, with its fault tied to it', () => {
    const text = field(fr, refusal(required('nir'), required('other')), { ...spec, hint: 'h' }).text;
    has(text, '<div class="field wrong">', 'aria-invalid="true"', 'aria-describedby="nir-hint nir-fault"');
    has(
      text,
      `<span class="visually-hidden">${fr.text('common.errorPrefix')}</span>${fr.text('fields.field_required')}</p>`,
    );
    assert.equal(text.split('class="fault"').length, 2, 'its own fault alone');
    lacks(field(fr, refusal(required('other')), spec), 'wrong', 'aria-invalid', 'class="fault"');
    const own = field(fr, undefined, { ...spec, fault: EVIL }).text;
    has(own, 'class="field wrong"', ESCAPED, 'aria-invalid="true"', 'aria-describedby="nir-fault"');
  });

  it('has its faults in their order, the one of its own last', () => {
    const text = faultsText(fr, refusal(required('nir'), { field: 'nir', code: 'nir_key' }), 'nir', 'last').text;
    const order = [fr.text('fields.field_required'), fr.text('fields.nir_key'), 'last'].map((said) =>
      text.indexOf(said),
    );
    assert.deepEqual(
      order,
      [...order].sort((one, other) => one - other),
    );
    assert.ok(order.every((at) => at > 0));
    assert.deepEqual(faultsOf(undefined, 'nir'), []);
  });

  it('has a help that is opened without a script, one at a time, and named after its field', () => {
    const text = helpOf(fr, 'Numéro', EVIL).text;
    has(text, '<details class="help" name="help">', fr.text('common.helpOn', { field: 'Numéro' }), `<p>${ESCAPED}</p>`);
  });

  it('of radio buttons has one group, one choice, and its fault', () => {
    const choice = {
      name: 'sex',
      legend: 'Sexe',
      options: [
        ['f', 'Femme'],
        ['m', EVIL],
      ],
      chosen: 'm',
    } as const;
    const text = radios(fr, undefined, choice).text;
    has(text, '<fieldset role="radiogroup"><legend>Sexe</legend>', 'id="sex" value="f"><label for="sex">Femme');
    has(text, `id="sex-m" value="m" checked><label for="sex-m">${ESCAPED}`);
    const wrong = radios(fr, refusal(required('sex')), { ...choice, more: html`<hr>` }).text;
    has(wrong, '<fieldset role="radiogroup" class="wrong" aria-describedby="sex-fault" aria-invalid="true">', '<hr>');
    has(wrong, 'value="f" aria-describedby="sex-fault">');
    lacks(radios(fr, undefined, { ...choice, chosen: undefined }), 'checked');
  });

  it('that ties a form to its interaction is hidden, and escaped', () => {
    assert.equal(formToken({ ...page, formToken: EVIL }).text, `<input type="hidden" name="csrf" value="${ESCAPED}">`);
  });
});

describe('the summary of a refusal', () => {
  it('is none where nothing was refused', () => {
    assert.equal(refusalSummary(fr, undefined), undefined);
  });

  it('is the title and the words of what was refused, with the way out that it is given', () => {
    const text = refusalSummary(fr, { code: 'busy', fields: [], retryAfterSeconds: 2 }, html`<a>out</a>`)?.text ?? '';
    has(
      text,
      '<div class="alert" role="alert" tabindex="-1">',
      `<h2>${fr.text('errors.busy.title')}</h2>`,
      '<a>out</a>',
    );
    lacks(text, '<ul>');
  });

  it('counts the faults and leads to each field that has a name, its own or the screen’s, and to no other', () => {
    const faults = refusal(required('password'), required('own'), required(`x"><b>`), required('constructor'));
    const text = refusalSummary(fr, faults, undefined, { own: 'À moi' })?.text ?? '';
    has(text, `<h2>${fr.text('common.faults', { count: 4 })}</h2>`, '<a href="#password">', '<a href="#own">À moi');
    assert.equal(text.match(/<a /g)?.length, 2);
    lacks(text, '<b>', '#constructor', '<p>');
    has(refusalSummary(fr, refusal(required('password'))), `<h2>${fr.text('common.oneFault', { count: 1 })}</h2>`);
  });

  it('is said first in the title of the page', () => {
    assert.equal(titleOf(page, 'Titre'), 'Titre');
    assert.equal(titleOf({ ...page, refusal: refusal() }, 'Titre'), `${fr.text('common.errorPrefix')}Titre`);
  });

  it('says nothing of an identifier typed on the form of the other type but a notice, and keeps the other faults', () => {
    const wrongForm = { field: 'identifier', code: 'identifier_is_provisional' } as const;
    const other = withoutWrongForm(
      { ...page, refusal: refusal(wrongForm, required('password')) },
      (key) => `${key} ${EVIL}`,
    );
    has(other.notice, '<p class="note" role="status">', `typedProvisional ${ESCAPED}`);
    assert.deepEqual(other.refusal, { code: 'validation_failed', fields: [required('password')] });
    const nir = withoutWrongForm(
      { ...page, refusal: refusal({ field: 'identifier', code: 'identifier_is_nir' }) },
      (key) => key,
    );
    has(nir.notice, 'typedNir');
    assert.equal(nir.refusal, undefined);
    const plain = withoutWrongForm({ ...page, refusal: refusal(required('password')) }, assert.fail);
    assert.deepEqual([plain.refusal?.fields, plain.notice], [[required('password')], undefined]);
    assert.deepEqual(withoutWrongForm(page, assert.fail), { ...page, refusal: undefined });
  });
});

describe('a captcha in a form', () => {
  it('shows its picture and its sound by its id, and asks for an answer, with another picture on demand', () => {
    const text = captchaFields(page, { captchaId: 'c-1' }).text;
    has(
      text,
      '<input type="hidden" name="captchaId" value="c-1" autocomplete="off">',
      'src="/interactions/u/captchas/c-1/picture"',
    );
    has(
      text,
      '<audio controls preload="none" src="/interactions/u/captchas/c-1/sound"',
      'data-renew="/interactions/u/captchas"',
    );
    has(
      text,
      'id="captcha" name="captcha" type="text" autocomplete="off" required',
      'maxlength="20"',
      'type="button" hidden',
    );
    has(text, `<legend>${fr.text('captcha.title')}</legend>`);
    has(
      captchaFields({ ...page, refusal: refusal({ field: 'captcha', code: 'captcha_wrong' }) }, { captchaId: 'c' }),
      'aria-invalid="true"',
    );
    has(captchaRenewal(page, { captchaId: 'c-1' }), '<noscript>', 'type="submit" name="renew" value="captcha"');
  });

  it('may be left out where the form may be sent without it', () => {
    const text = captchaFields(page, { captchaId: 'c-1' }, true).text;
    has(text, `<legend>${fr.text('captcha.optionalTitle')}</legend>`);
    lacks(text, ' required');
  });

  it('that is solved asks for nothing more', () => {
    const text = captchaFields(page, { captchaId: 'c-1', isSolved: true }).text;
    has(text, 'value="c-1"', `<p class="done" role="status">${fr.text('captcha.solved')}</p>`);
    lacks(text, '<img', '<audio', 'name="captcha"');
    assert.equal(captchaRenewal(page, { captchaId: 'c-1', isSolved: true }), undefined);
  });
});

describe('the frame of a screen', () => {
  const form = html`<form id="step"></form>`;
  const text = html`<p>${EVIL}</p>`;

  it('escapes its title, tells its language, keeps robots out, and leads to the pages of the foot', () => {
    const shown = layout(page, EVIL, text);
    has(
      shown,
      `<title>${ESCAPED} – ${fr.text('service')}</title>`,
      '<html lang="fr">',
      '<meta name="robots" content="noindex">',
    );
    has(shown, '<a class="skip" href="#content">', '<main id="content" tabindex="-1">', `<p>${ESCAPED}</p>`);
    for (const link of Object.values(page.links)) has(shown, `<li><a href="${link}">`);
    for (const file of ['mark.svg', 'screens.css', 'screens.js']) has(shown, `/assets/${file}?v=v1"`);
    has(layout({ ...page, words: en }, 'T', text), '<html lang="en">');
    lacks(shown, 'class="trial"', 'class="lang"', 'time-left');
    assert.ok(shown.startsWith('<!DOCTYPE html>'));
  });

  it('says that it is a trial where it is one, and its own welcome where it has one', () => {
    has(layout({ ...page, trial: true }, 'T', text), `<p class="trial" role="note">${fr.text('common.trial')}</p>`);
    has(layout(page, 'T', text), `<p class="welcome">${fr.text('common.welcome')}</p>`);
    has(layout({ ...page, welcome: EVIL }, 'T', text), `<p class="welcome">${ESCAPED}</p>`);
  });

  it('offers the other language by a link before a text, and by a button after a form, which keeps what was typed', () => {
    const other = { ...page, otherLanguageUrl: '/x?lang=en&a=1' };
    const before = layout(other, 'T', text);
    has(before, '<a href="/x?lang=en&amp;a=1" hreflang="en" lang="en">');
    assert.ok(before.indexOf('class="lang"') < before.indexOf('<main'));
    const after = layout(other, 'T', form);
    has(after, '<button type="submit" form="step" name="lang" value="en" formnovalidate lang="en">');
    assert.ok(after.indexOf('class="lang"') > after.indexOf('</main>'));
    lacks(after, 'hreflang');
    has(layout({ ...other, words: en }, 'T', form), 'name="lang" value="fr"');
  });

  it('says until when its form can be sent, and offers more time', () => {
    const shown = layout(page, 'T', form);
    has(shown, '<time datetime="2026-11-24T14:42:00.000Z">15\u00a0h\u00a042</time>', 'data-seconds="240"');
    has(shown, 'data-more="/interactions/u/prolongation"', 'form="step" name="stay" value="yes" formnovalidate');
    has(timeLeft(page), `data-soon="${fr.text('common.timeSoon', { time: '{time}' })}"`);
    assert.equal(timeLeft({ ...page, timeLeft: undefined }), undefined);
  });
});
