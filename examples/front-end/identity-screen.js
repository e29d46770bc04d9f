/** A civil identity, with its birthplace, parents when it is abroad, and a captcha. What does not apply is hidden and not sent. */
import { list } from './api.js';
import { captchaGroup } from './captcha.js';
import { make } from './dom.js';
import { checkbox, field, radios, select } from './form.js';

const SEARCH_DELAY_MS = 200;

export function identityForm(steps, challenge, { words, locale, typed, form }) {
  const captcha = captchaGroup(steps.captcha, challenge, words);
  const [inFrance, abroad] = [franceGroup(words, typed, locale), abroadGroup(words, typed, locale)];
  const choose = (birthplace) => {
    inFrance.hidden = birthplace !== 'france';
    abroad.hidden = birthplace !== 'abroad';
  };
  choose(typed.birthplace);
  const text = (name, more) => field({ name, label: words[name], value: typed[name], ...more });
  return form(
    { step: steps.form, text: words.continue, settle: captcha.settle },
    text('birthName', { autocomplete: 'family-name' }),
    text('givenNames', { autocomplete: 'given-name' }),
    text('birthDate', { hint: words.birthDateHint, autocomplete: 'bday' }),
    radios({
      name: 'birthplace',
      legend: words.birthplace,
      value: typed.birthplace,
      options: [
        ['france', words.france],
        ['abroad', words.abroad],
      ],
      onchange: ({ target }) => choose(target.value),
    }),
    inFrance,
    abroad,
    captcha.element,
  );
}

/** A département of the list, and a commune that completes as it is typed. */
function franceGroup(words, typed, locale) {
  const departement = listed({ name: 'departement', path: 'departements' }, words, typed, locale, ({ code, name }) => [
    code,
    `${code} ${name}`,
  ]);
  const communes = make('datalist', { id: 'communes' });
  let waiting;
  const suggest = ({ target }) => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const code = departement.querySelector('select').value;
      if (code === '' || target.value === '') return;
      const found = await list(`departements/${code}/communes?search=${encodeURIComponent(target.value)}`, locale);
      communes.replaceChildren(...found.map(({ name }) => make('option', { value: name })));
    }, SEARCH_DELAY_MS);
  };
  const commune = field({
    name: 'commune',
    label: words.commune,
    value: typed.commune,
    list: 'communes',
    oninput: suggest,
  });
  return make('div', {}, departement, commune, communes);
}

function abroadGroup(words, typed, locale) {
  const country = listed({ name: 'country', path: 'countries' }, words, typed, locale, ({ code, name }) => [
    code,
    name,
  ]);
  return make(
    'div',
    {},
    country,
    field({ name: 'city', label: words.city, value: typed.city }),
    make('fieldset', {}, make('legend', {}, words.parents), parent(1, words, typed), parent(2, words, typed)),
  );
}

/** One parent, or « Je ne connais pas ce parent ». */
function parent(rank, words, typed) {
  const [birthName, givenNames, unknown] = ['BirthName', 'GivenNames', 'Unknown'].map((part) => `parent${rank}${part}`);
  const names = make(
    'div',
    {},
    field({ name: birthName, label: words.birthName, value: typed[birthName] }),
    field({ name: givenNames, label: words.givenNames, value: typed[givenNames] }),
  );
  names.hidden = Boolean(typed[unknown]);
  const onchange = ({ target }) => {
    names.hidden = target.checked;
  };
  return make(
    'fieldset',
    {},
    make('legend', {}, words[`parent${rank}`]),
    names,
    checkbox({ name: unknown, label: words.unknownParent, checked: typed[unknown], onchange }),
  );
}

/** A list of the service, which comes after the form is shown. */
function listed({ name, path }, words, typed, locale, toOption) {
  const element = select({ name, label: words[name], options: [['', words.choose]] });
  list(path, locale).then((items) => {
    const box = element.querySelector('select');
    box.append(...items.map(toOption).map(([value, text]) => make('option', { value }, text)));
    if (typed[name]) box.value = typed[name];
  });
  return element;
}
