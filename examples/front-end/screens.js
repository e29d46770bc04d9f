/**
 * One screen for each `status` of an answer: a title, and what stands below it. A screen offers the steps of its answer and
 * no other: what the service does not list, it does not show.
 */
import { take } from './api.js';
import { captchaGroup } from './captcha.js';
import { button, make } from './dom.js';
import { checkbox, field, radios } from './form.js';
import { identityForm } from './identity-screen.js';

/** @returns the step of an answer that has this name, if it is possible. */
function stepOf({ steps }, name) {
  return steps.find((step) => step.name === name);
}

/** The form to sign in with a NIR or a provisional identifier, or with the one that this browser remembers. */
function signIn(answer, { words, typed, form, open, act }) {
  const { identifierType, remembered } = answer;
  const step = stepOf(answer, 'sign-in');
  const isNir = identifierType === 'nir';
  const place = make('div');
  let captcha;
  const element = form(
    { step, text: words.signInSubmit, settle },
    make('input', { type: 'hidden', name: 'identifierType', value: identifierType }),
    remembered
      ? make('p', {}, make('strong', {}, remembered.masked))
      : identifierField(identifierType, words, typed.identifier),
    // Unticked, the identifier that is remembered is forgotten: one that is shown stays ticked.
    checkbox({ name: 'remember', label: words.remember, checked: typed.remember ?? remembered !== undefined }),
    field({ name: 'password', label: words.password, type: 'password', autocomplete: 'current-password' }),
    place,
  );

  /** A captcha that is solved passes for the wait of a lock: it is offered when the service says so, and not before. */
  async function settle(problem, sent) {
    if (captcha) return captcha.settle(problem, sent);
    if (problem.code !== 'captcha_required') return;
    const { answer: first } = await take(stepOf(answer, 'captcha'));
    if (!first) return;
    captcha = captchaGroup(stepOf(answer, 'captcha'), first, words);
    place.append(captcha.element);
  }

  const forget = stepOf(answer, 'forget-identifier');
  const other = isNir ? 'provisional' : 'nir';
  return {
    title: words.signIn,
    nodes: [
      element,
      forget && button(words.useAnother, () => act(forget)),
      button(isNir ? words.toProvisional : words.toNir, () => open(`${step.shownAt}?identifier_type=${other}`)),
      opens(answer, 'password-recovery', words.forgottenPassword, open),
      !isNir && opens(answer, 'provisional-identifier-recovery', words.forgottenIdentifier, open),
    ],
  };
}

/** A password, typed twice. */
function newPassword(answer, { words, form }, { name, title, intro, text }) {
  return {
    title,
    nodes: [
      intro && make('p', {}, intro),
      form(
        { step: stepOf(answer, name), text },
        field({
          name: 'password',
          label: words.newPassword,
          hint: words.rules(answer.rules),
          type: 'password',
          autocomplete: 'new-password',
        }),
        field({ name: 'confirmation', label: words.confirmation, type: 'password', autocomplete: 'new-password' }),
      ),
    ],
  };
}

function createPassword(answer, kit) {
  const { words } = kit;
  const [title, intro, text] = [words.createPassword, words.createPasswordIntro, words.createPasswordSubmit];
  return newPassword(answer, kit, { name: 'password', title, intro, text });
}

function replacePassword(answer, kit) {
  const { words } = kit;
  return newPassword(answer, kit, {
    name: 'new-password',
    title: words.newPasswordTitle,
    text: words.newPasswordSubmit,
  });
}

function recoverPassword(answer, { words, typed, form, open }) {
  const { identifierType, remembered } = answer;
  const step = stepOf(answer, 'password-recovery');
  const other = identifierType === 'nir' ? 'provisional' : 'nir';
  return {
    title: words.recoverPassword,
    nodes: [
      form(
        { step, text: words.sendCode },
        make('input', { type: 'hidden', name: 'identifierType', value: identifierType }),
        remembered
          ? make('p', {}, make('strong', {}, remembered.masked))
          : identifierField(identifierType, words, typed.identifier),
        field({
          name: 'birthDate',
          label: words.birthDate,
          hint: words.birthDateHint,
          value: typed.birthDate,
          autocomplete: 'bday',
        }),
        radios({
          name: 'channel',
          legend: words.channel,
          value: typed.channel ?? 'sms',
          options: [
            ['sms', words.sms],
            ['mail', words.mail],
          ],
        }),
      ),
      button(identifierType === 'nir' ? words.toProvisional : words.toNir, () =>
        open(`${step.shownAt}?identifier_type=${other}`),
      ),
      opens(answer, 'sign-in', words.backToSignIn, open),
    ],
  };
}

/** The code that may have been sent: its tries, another one once the wait is over, and the way back. */
function enterCode(answer, { words, form, open, act, after }) {
  const again = stepOf(answer, 'another-code');
  const buttons = ['sms', 'mail'].map((channel) =>
    button(`${words.anotherCode} ${words[channel]}`, () => act(again, { channel }, words.anotherCodeAsked), {
      disabled: answer.resendableInSeconds > 0,
    }),
  );
  const wait = make('p', { role: 'status' });
  if (answer.resendableInSeconds > 0) wait.textContent = words.anotherCodeAt(answer.resendableInSeconds);
  after(answer.resendableInSeconds, () => {
    wait.textContent = words.anotherCodeNow;
    for (const each of buttons) each.disabled = false;
  });
  return {
    title: words.codeTitle,
    nodes: [
      make('p', {}, words.codeIntro(answer.masked)),
      make('p', {}, words.triesLeft(answer.triesLeft)),
      form(
        { step: stepOf(answer, 'code'), text: words.codeSubmit },
        field({ name: 'code', label: words.code, inputmode: 'numeric', autocomplete: 'one-time-code' }),
      ),
      again && [wait, buttons],
      opens(answer, 'password-recovery', words.changeDetails, open),
    ],
  };
}

function recoverIdentifier(answer, kit) {
  const { words, open } = kit;
  const steps = { form: stepOf(answer, 'provisional-identifier-recovery'), captcha: stepOf(answer, 'captcha') };
  return {
    title: words.recoverIdentifier,
    nodes: [identityForm(steps, answer.captcha, kit), opens(answer, 'sign-in', words.backToSignIn, open)],
  };
}

/** A last page: it says what is done, and leads back to the form of sign-in. */
function done(title, text) {
  return (answer, { words, open }) => ({
    title: words[title],
    nodes: [make('p', {}, words[text]), opens(answer, 'sign-in', words.signInSubmit, open)],
  });
}

function identifierField(identifierType, words, value) {
  const [label, hint] =
    identifierType === 'nir' ? [words.nir, words.nirHint] : [words.provisional, words.provisionalHint];
  return field({ name: 'identifier', label, hint, value, autocomplete: 'username', autocapitalize: 'characters' });
}

/** Leads to the form of a step, where that step is possible: `shownAt` answers what its screen needs. */
function opens(answer, name, text, open) {
  const step = stepOf(answer, name);
  const type = answer.identifierType ? `?identifier_type=${answer.identifierType}` : '';
  return step?.shownAt && button(text, () => open(step.shownAt + type));
}

export const screens = {
  'sign-in': signIn,
  'password-creation-required': createPassword,
  'password-created': done('passwordCreated', 'passwordCreatedText'),
  'password-recovery': recoverPassword,
  'code-sent': enterCode,
  'new-password-required': replacePassword,
  'password-changed': done('passwordChanged', 'passwordChangedText'),
  'provisional-identifier-recovery': recoverIdentifier,
  'message-on-its-way': done('messageSent', 'messageSentText'),
};

export function cancelButton(answer, { words, act }) {
  const step = stepOf(answer, 'cancel');
  return step && button(words.cancel(answer.interaction.client.name), () => act(step));
}
