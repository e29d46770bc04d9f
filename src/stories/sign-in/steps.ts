/** Sign-in: screens A and B. */
import type { PasswordPolicy } from '../../domain/password-policy.ts';
import { captchaToKeep } from '../kit/captcha.ts';
import { formTypeOf } from '../kit/form-type.ts';
import type { Guard } from '../kit/guard.ts';
import { action, type FormsOf, type StepTable, type StorySteps, show, submit } from '../kit/step-table.ts';
import { signInEvents } from './audit-events.ts';
import { createSignIn, type SignInPorts } from './flow.ts';
import { signInScreen } from './screens/screens.ts';

interface SignInParts {
  readonly ports: SignInPorts;
  readonly settings: { readonly passwords: PasswordPolicy; readonly throttles: { readonly signInPerMinute: number } };
  readonly guard: Guard;
}

export const signIn = {
  name: 'sign-in',
  auditEvents: { 'sign-in': signInEvents },
  createSteps({ ports, settings, guard }: SignInParts): StorySteps {
    const { passwords, throttles } = settings;
    const throttle = { name: 'sign-in', limit: throttles.signInPerMinute, windowSeconds: 60 };
    const flow = createSignIn(ports, guard, { audit: 'sign-in', throttle });
    return {
      steps: {
        'sign-in': {
          path: ({ identifierType }) => `sign-in?identifier_type=${identifierType}`,
          show: show('showSignIn', (context, { identifier_type }) => flow.show(context, identifier_type)),
          submit: submit('submitSignIn', ({ remember = false, ...pair }) => ({ ...pair, remember }), flow.submit, {
            keeps: ['identifierType', 'identifier', 'remember'],
            requires: ({ request }, { identifier }) =>
              identifier === undefined && request.browser.remembered === undefined ? ['identifier'] : [],
            faults: (_context, body) => flow.faults(body),
            besides: { of: 'captcha', step: flow.besides },
            buttons: ['renew'],
            again: (context, body, refusal) => {
              const form = formTypeOf(body.identifierType, refusal);
              const offersCaptcha = refusal?.code === 'captcha_required' || body.captchaId !== undefined;
              return offersCaptcha
                ? flow.showWithCaptcha(context, form, captchaToKeep(body))
                : flow.show(context, form);
            },
          }),
          next: ({ remembered }) => [
            'submitSignIn',
            ...(remembered ? (['forgetIdentifier'] as const) : []),
            'submitPasswordRecovery',
            'submitProvisionalIdentifierRecovery',
            'createCaptcha',
          ],
          json: ({ identifierType, remembered }) => ({ identifierType, ...(remembered && { remembered }) }),
          screen: (page, outcome) => signInScreen(page, outcome, passwords),
        },
      } satisfies StepTable<FormsOf<ReturnType<typeof createSignIn>>>,
      actions: [action('forgetIdentifier', (context, { identifier_type }) => flow.forget(context, identifier_type))],
    };
  },
};
