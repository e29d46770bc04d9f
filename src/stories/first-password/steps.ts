/** First sign-in: the creation of the password that replaces the 8 digits, and what is told where sign-in cannot follow. */
import type { PasswordPolicy } from '../../domain/password-policy.ts';
import type { Guard } from '../kit/guard.ts';
import { type FormsOf, type StepTable, type StorySteps, show, showReached, submit } from '../kit/step-table.ts';
import { firstPasswordEvents } from './audit-events.ts';
import { createFirstPassword, type FirstPasswordPorts } from './flow.ts';
import { firstPasswordScreen, passwordCreatedScreen } from './screens.ts';

interface FirstPasswordParts {
  readonly ports: FirstPasswordPorts;
  readonly settings: { readonly passwords: PasswordPolicy; readonly throttles: { readonly signInPerMinute: number } };
  readonly guard: Guard;
}

export const firstPassword = {
  name: 'first-password',
  auditEvents: { 'first-password': firstPasswordEvents },
  createSteps({ ports, settings, guard }: FirstPasswordParts): StorySteps {
    const throttle = { name: 'first-password', limit: settings.throttles.signInPerMinute, windowSeconds: 60 };
    const flow = createFirstPassword(ports, guard, { audit: 'first-password', throttle }, settings.passwords);
    return {
      steps: {
        'password-creation-required': {
          path: () => 'password',
          show: show('showPassword', flow.show),
          submit: submit('submitPassword', (body) => body, flow.submit, {
            besides: { of: 'password', step: flow.besides },
          }),
          next: () => ['submitPassword'],
          json: ({ rules }) => ({ rules }),
          screen: firstPasswordScreen,
        },
        'password-created': {
          path: () => 'password/done',
          show: showReached('showPasswordCreated', 'password-created'),
          next: () => ['submitSignIn'],
          json: ({ identifierType }) => ({ identifierType }),
          screen: passwordCreatedScreen,
        },
      } satisfies StepTable<FormsOf<ReturnType<typeof createFirstPassword>>>,
    };
  },
};
