/** Where an interaction stands, in the words of the contract: the address of each step, and what can be asked next. */

import type { PendingInteraction } from '../../oidc/interactions.ts';
import type { CaptchaChallenge } from '../../ports/captcha.ts';
import type { Authenticated, Cancelled, Outcome, PasswordForm } from '../../stories/kit/outcome.ts';

/** Outcomes that have a screen. */
export type Shown = Exclude<Outcome, Authenticated | Cancelled>;

export const STEP_OPERATIONS = {
  'sign-in': 'submitSignIn',
  password: 'submitPassword',
  'forget-identifier': 'forgetIdentifier',
  'password-recovery': 'submitPasswordRecovery',
  code: 'submitRecoveryCode',
  'new-password': 'submitRecoveryPassword',
  'provisional-identifier-recovery': 'submitProvisionalIdentifierRecovery',
  captcha: 'createCaptcha',
  cancel: 'cancelInteraction',
} as const;

export type StepName = keyof typeof STEP_OPERATIONS;

/** What can be asked from where the interaction stands. */
export function stepsOf(outcome: Shown): readonly StepName[] {
  switch (outcome.status) {
    case 'sign-in': {
      const identifier: StepName[] = outcome.remembered ? ['forget-identifier'] : [];
      return ['sign-in', ...identifier, 'password-recovery', 'provisional-identifier-recovery', 'cancel'];
    }
    case 'password-creation-required':
      return ['password', 'cancel'];
    case 'password-recovery':
      return ['password-recovery', 'sign-in', 'cancel'];
    case 'code-sent':
      return ['code', 'password-recovery', 'sign-in', 'cancel'];
    case 'new-password-required':
      return ['new-password', 'cancel'];
    case 'provisional-identifier-recovery':
      return ['provisional-identifier-recovery', 'captcha', 'sign-in', 'cancel'];
    case 'password-changed':
    case 'message-on-its-way':
      return ['sign-in', 'cancel'];
  }
}

/** The address of the screen of an outcome. */
export function pathOf({ uid }: PendingInteraction, shown: Shown): string {
  const base = `/interactions/${uid}`;
  switch (shown.status) {
    case 'sign-in':
      return `${base}?identifier_type=${shown.identifierType}`;
    case 'password-creation-required':
      return `${base}/password`;
    case 'password-recovery':
      return `${base}/password-recovery?identifier_type=${shown.identifierType}`;
    case 'code-sent':
      return `${base}/password-recovery/code`;
    case 'new-password-required':
      return `${base}/password-recovery/password`;
    case 'password-changed':
      return base;
    case 'provisional-identifier-recovery':
    case 'message-on-its-way':
      return `${base}/provisional-identifier-recovery`;
  }
}

export function rulesOf({ minimumLength, maximumLength, minimumBits }: PasswordForm['rules']) {
  return { minimumLength, maximumLength, minimumBits };
}

/** Where the picture and the sound of a captcha are. */
export function captchaToJson(issuer: string, uid: string, { captchaId, expiresInSeconds }: CaptchaChallenge) {
  const address = `${issuer}/interactions/${uid}/captchas/${captchaId}`;
  return { captchaId, picture: `${address}/picture`, sound: `${address}/sound`, expiresInSeconds };
}
