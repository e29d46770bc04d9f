/**
 * The loop of a front end: show what `status` says, post what `steps` say, and navigate to `redirectTo`. The address of
 * the page holds the screen, so that reload and Back show it again; what is typed stays in this page's memory, passwords,
 * codes and captchas aside.
 */
import { ask, base, now, take, uid } from './api.js';
import { button, make } from './dom.js';
import { read, showRefusal } from './form.js';
import { cancelButton, screens } from './screens.js';
import { words as allWords } from './words.js';

/** Where each screen is asked for, below the interaction. */
const SHOWN_AT = {
  'sign-in': 'sign-in',
  'password-creation-required': 'password',
  'password-created': 'password/done',
  'password-recovery': 'password-recovery',
  'code-sent': 'password-recovery/code',
  'new-password-required': 'password-recovery/password',
  'password-changed': 'password-recovery/done',
  'provisional-identifier-recovery': 'provisional-identifier-recovery',
  'message-on-its-way': 'provisional-identifier-recovery/done',
};
/** What a person can fill in again after the time is over: nothing was proved before it. */
const OPEN_TO_ALL = ['sign-in', 'password-recovery', 'provisional-identifier-recovery'];
const SECRET = new Set(['password', 'confirmation', 'code', 'captcha', 'captchaId']);
const WARN_BEFORE_MS = 2 * 60 * 1000;

const screen = document.getElementById('screen');
const time = document.getElementById('time');
const language = document.getElementById('language');

/** What was typed, by screen. */
const drafts = new Map();
let locale = navigator.language.startsWith('fr') ? 'fr' : 'en';
let current;
let isBusy = false;
let timers = [];
let clock;

await open(addressOfPage());
addEventListener('popstate', () => open(addressOfPage(), { isBack: true }));
// A page that the browser kept alive while its person went on: the service says where they are.
addEventListener('pageshow', ({ persisted }) => persisted && open(addressOfPage(), { isBack: true }));
language.addEventListener('click', changeLanguage);

function words() {
  return allWords[locale];
}

/** Asks for a screen, and shows it. */
async function open(href, options) {
  if (uid === '') return showOver({});
  const { answer, problem } = await once(() => ask(href));
  if (answer) show(answer, options);
  else if (problem) refuse(problem, { retry: () => open(href, options) });
}

/** Takes a step that has no form. */
async function act(step, body, notice) {
  const { answer, problem } = await once(() => take(step, body));
  if (answer) show(answer, { notice });
  else if (problem) refuse(problem, { form: screen.querySelector('form') });
}

/** One request at a time: a second click finds the first one under way. */
async function once(call) {
  if (isBusy) return {};
  isBusy = true;
  screen.setAttribute('aria-busy', 'true');
  const result = await call();
  screen.removeAttribute('aria-busy');
  isBusy = false;
  return result;
}

function show(answer, { notice, isBack = false } = {}) {
  if (answer.redirectTo) {
    location.assign(answer.redirectTo);
    return;
  }
  current = answer;
  locale = answer.interaction.locale;
  const kit = kitOf(answer);
  // Back returns to what was shown before; a screen that is shown again adds nothing to go back to.
  const hash = `#${answer.status}${answer.identifierType === 'provisional' ? '/provisional' : ''}`;
  if (hash !== location.hash) history[isBack || location.hash === '' ? 'replaceState' : 'pushState']({}, '', hash);
  const { title, nodes } = screens[answer.status](answer, kit);
  render(
    title,
    notice && make('p', { role: 'status' }, notice),
    nodes[0],
    others([...nodes.slice(1), cancelButton(answer, kit)]),
  );
  watch(answer.interaction.expiresAt);
}

function others(nodes) {
  return make('div', { class: 'others' }, nodes.flat(2));
}

/** A new screen: its title takes the focus, so that it is read and the next Tab is its first field. */
function render(title, ...nodes) {
  for (const timer of timers) clearTimeout(timer);
  timers = [];
  document.documentElement.lang = locale;
  document.title = `${title} – Mon Compte`;
  language.textContent = words().otherLanguage;
  language.lang = locale === 'fr' ? 'en' : 'fr';
  const heading = make('h1', { tabindex: '-1' }, title);
  screen.replaceChildren(heading, ...nodes.flat(2).filter((node) => node !== undefined && node !== false));
  heading.focus();
}

/** What a screen is made with. Who typed an identifier to sign in finds it again under « Mot de passe oublié ». */
function kitOf({ status, identifierType }) {
  const typedOn = (name) => (drafts.get(name)?.identifierType === identifierType ? drafts.get(name) : undefined);
  const typed = { identifier: status === 'password-recovery' && typedOn('sign-in')?.identifier, ...typedOn(status) };
  return {
    words: words(),
    locale,
    typed,
    open,
    act,
    after,
    form: (parts, ...children) => formOf(status, parts, children),
  };
}

/** @param settle what a screen does about a refusal before it is shown. */
function formOf(status, { step, text, settle }, children) {
  const keep = () => {
    const entries = Object.entries(read(element)).filter(([name]) => !SECRET.has(name));
    drafts.set(status, Object.fromEntries(entries));
  };
  const submit = async (event) => {
    event.preventDefault();
    const typed = read(element);
    const taken = step.takes.map(({ name }) => name).filter((name) => name in typed);
    const body = Object.fromEntries(taken.map((name) => [name, typed[name]]));
    const { answer, problem } = await once(() => take(step, body));
    if (answer) show(answer);
    else if (problem) await refuse(problem, { form: element, settle: () => settle?.(problem, typed) });
  };
  const element = make(
    'form',
    { novalidate: true, onsubmit: submit, oninput: keep },
    ...children,
    make('button', { type: 'submit', class: 'main' }, text),
  );
  return element;
}

/** What to do for each kind of refusal. */
async function refuse(problem, { form, settle, retry }) {
  if (problem.code === 'interaction_expired') return showExpired();
  if (problem.code === 'interaction_not_found' || problem.code === 'interaction_elsewhere') return showOver(problem);
  // Another tab went on, or what was owed is not owed any more.
  if (problem.code === 'step_not_available') {
    const { answer, problem: other } = await ask(base);
    if (answer) return show(answer, { notice: words().stepGone, isBack: true });
    return other.code === 'step_not_available' ? showOver(other) : refuse(other, { form, settle, retry });
  }
  await settle?.();
  const { title = words().failed, detail = words().noAnswer, errors } = problem;
  if (!form) return render(title, make('p', {}, detail), retry && button(words().tryAgain, retry));
  const tries = problem.triesLeft !== undefined && make('p', {}, words().triesLeft(problem.triesLeft));
  const wait = problem.retryAfterSeconds !== undefined && make('p', { role: 'status' });
  if (wait)
    after(problem.retryAfterSeconds, () => {
      wait.textContent = words().retryNow;
    });
  showRefusal(form, { title, detail, errors }, [tries, wait]);
}

/** Later, unless another screen is shown before. */
function after(seconds, what) {
  if (seconds > 0) timers.push(setTimeout(what, seconds * 1000));
}

/** Another language keeps the screen and what was typed on it. */
async function changeLanguage() {
  const other = locale === 'fr' ? 'en' : 'fr';
  const { answer, problem } = await once(() => ask(`${base}?lang=${other}`));
  if (problem) refuse(problem, { form: screen.querySelector('form') });
  else if (answer?.redirectTo || !current) show(answer);
  else if (answer) show({ ...current, interaction: answer.interaction });
}

/** Warns two minutes before the interaction ends, and says so when it has ended. */
function watch(expiresAt) {
  clearTimeout(clock);
  time.replaceChildren();
  if (expiresAt === undefined) return;
  const left = Date.parse(expiresAt) - now();
  if (left <= 0) showExpired();
  else if (left > WARN_BEFORE_MS) clock = setTimeout(() => watch(expiresAt), left - WARN_BEFORE_MS);
  else {
    warn(expiresAt);
    clock = setTimeout(showExpired, left);
  }
}

function warn(expiresAt) {
  const at = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(new Date(expiresAt));
  const stay = button(words().stay, async () => {
    const { answer, problem } = await ask(`${base}/prolongation`, { method: 'POST', body: {} });
    if (problem) return refuse(problem, { form: screen.querySelector('form') });
    const isLonger = Date.parse(answer.expiresAt) > Date.parse(expiresAt);
    if (isLonger) watch(answer.expiresAt);
    // The button goes, and what came of it takes the focus.
    const said = make('p', { tabindex: '-1' }, isLonger ? words().moreTime : words().noMoreTime);
    if (isLonger) time.replaceChildren(said);
    else stay.replaceWith(said);
    said.focus();
  });
  time.replaceChildren(make('p', {}, words().expiresAt(at)), stay);
}

/** The time is over: the interaction begins anew in place, with what was typed. */
function showExpired() {
  clearTimeout(clock);
  time.replaceChildren();
  const restart = async () => {
    const { answer, problem } = await once(() => ask(`${base}/restart`, { method: 'POST', body: {} }));
    if (problem) return showOver(problem);
    const screenBefore = current?.status;
    if (!answer || !OPEN_TO_ALL.includes(screenBefore)) return answer && show(answer);
    const type = current.identifierType ? `?identifier_type=${current.identifierType}` : '';
    await open(`${base}/${SHOWN_AT[screenBefore]}${type}`);
  };
  render(words().expired, make('p', {}, words().expiredText), button(words().restart, restart));
}

/** Nothing can be done here any more: the way back to the service, where it is known. */
function showOver({ title = words().over, detail, returnTo }) {
  clearTimeout(clock);
  time.replaceChildren();
  render(
    title,
    detail && make('p', {}, detail),
    returnTo && make('p', {}, make('a', { href: returnTo }, words().goBack)),
  );
}

/** Of the screen that the address of this page names; of where the interaction stands, when it names none. */
function addressOfPage() {
  const [status, identifierType] = location.hash.slice(1).split('/');
  const path = SHOWN_AT[status];
  if (path === undefined) return base;
  return `${base}/${path}${identifierType === 'provisional' ? '?identifier_type=provisional' : ''}`;
}
