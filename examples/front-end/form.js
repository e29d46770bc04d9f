/**
 * Forms: labelled fields, what is read from them, and what is wrong with each beside it and in a summary above, which
 * takes the focus. The service decides what is wrong; nothing is checked twice.
 */
import { make } from './dom.js';

/** What a password manager or an assistive tool is told of a field: `name`, `label`, `hint`, and attributes. */
export function field({ name, label, hint, value, ...attributes }) {
  const describedBy = hint ? `${name}-hint` : undefined;
  return make(
    'div',
    { class: 'field' },
    make('label', { for: name }, label),
    hint && make('p', { class: 'hint', id: `${name}-hint` }, hint),
    make('input', {
      id: name,
      name,
      value,
      type: 'text',
      autocomplete: 'off',
      'aria-describedby': describedBy,
      ...attributes,
    }),
  );
}

export function select({ name, label, hint, value, options, ...attributes }) {
  const items = options.map(([code, text]) => make('option', { value: code, selected: code === value }, text));
  return make(
    'div',
    { class: 'field' },
    make('label', { for: name }, label),
    hint && make('p', { class: 'hint', id: `${name}-hint` }, hint),
    make('select', { id: name, name, 'aria-describedby': hint && `${name}-hint`, ...attributes }, ...items),
  );
}

export function checkbox({ name, label, checked, onchange }) {
  return make(
    'div',
    { class: 'choice' },
    make('input', { type: 'checkbox', id: name, name, checked, onchange }),
    make('label', { for: name }, label),
  );
}

/** @param options pairs of value and label. */
export function radios({ name, legend, options, value, onchange }) {
  return make(
    'fieldset',
    { id: `${name}-group` },
    make('legend', {}, legend),
    options.map(([code, label], at) => {
      const id = at === 0 ? name : `${name}-${code}`;
      const radio = { type: 'radio', id, name, value: code, checked: code === value, onchange };
      return make('div', { class: 'choice' }, make('input', radio), make('label', { for: id }, label));
    }),
  );
}

/** What was typed: an empty field is absent, as the contract has it. What stands in a hidden part is not read. */
export function read(form) {
  const typed = {};
  for (const element of form.elements) {
    if (!element.name || element.closest('[hidden]')) continue;
    if (element.type === 'checkbox') typed[element.name] = element.checked;
    else if (element.type === 'radio') {
      if (element.checked) typed[element.name] = element.value;
    } else if (element.value !== '') typed[element.name] = element.value;
  }
  return typed;
}

/** Removes what was shown of the refusal before. */
export function clearFaults(form) {
  form.parentElement.querySelector('.summary')?.remove();
  for (const fault of form.querySelectorAll('.fault')) fault.remove();
  for (const input of form.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    const others = (input.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => !id.endsWith('-fault'));
    if (others.join('') === '') input.removeAttribute('aria-describedby');
    else input.setAttribute('aria-describedby', others.join(' '));
  }
}

/** Shows a refusal above a form, and each fault beside its field. @returns the summary, which has the focus. */
export function showRefusal(form, { title, detail, errors = [] }, more = []) {
  clearFaults(form);
  const items = errors.map((fault) => {
    const input = form.querySelector(`[name="${CSS.escape(fault.field)}"]`);
    if (!input || input.type === 'hidden') return make('li', {}, fault.detail);
    showFault(input, fault);
    const focus = (event) => {
      event.preventDefault();
      input.focus();
    };
    return make('li', {}, make('a', { href: `#${input.id}`, onclick: focus }, `${labelOf(input)} : ${fault.detail}`));
  });
  const summary = make(
    'div',
    { class: 'summary', role: 'alert', tabindex: '-1' },
    make('h2', {}, title),
    detail && make('p', {}, detail),
    more,
    items.length > 0 && make('ul', {}, ...items),
  );
  form.before(summary);
  summary.focus();
  return summary;
}

function showFault(input, { field: name, detail }) {
  const id = `${name}-fault`;
  const isRadio = input.type === 'radio';
  const group = isRadio ? input.closest('fieldset') : input.parentElement;
  group.append(make('p', { class: 'fault', id }, detail));
  for (const each of isRadio ? group.querySelectorAll('[type=radio]') : [input]) {
    each.setAttribute('aria-invalid', 'true');
    each.setAttribute('aria-describedby', [each.getAttribute('aria-describedby'), id].filter(Boolean).join(' '));
  }
}

/** Of a radio, what its group asks; of another field, what stands before it, with its group: there are two parents. */
function labelOf(input) {
  const legend = input.closest('fieldset')?.querySelector('legend').textContent;
  if (input.type === 'radio') return legend;
  return [legend, input.labels[0].textContent].filter(Boolean).join(', ');
}
