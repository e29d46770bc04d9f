/** « Mot de passe oublié »: the details, the code, the new password, the end. */
import type { PasswordPolicy } from '../../domain/password-policy.ts';
import { formTypeOf } from '../kit/form-type.ts';
import type { Guard } from '../kit/guard.ts';
import { type RecoveryThrottles, recoveryThrottle } from '../kit/recovery-throttle.ts';
import { type FormsOf, type StepTable, type StorySteps, show, showReached, submit } from '../kit/step-table.ts';
import { recoveryEvents, searchEvents } from './audit-events.ts';
import { createPasswordRecovery, type RecoveryPorts } from './flow.ts';
import { type CodeRules, createStartPasswordRecovery, createTellWrongCodes, type JobPorts } from './jobs.ts';
import { codeScreen, detailsScreen, newPasswordScreen, passwordChangedScreen } from './screens.ts';

interface RecoveryParts {
  readonly ports: RecoveryPorts;
  readonly settings: {
    readonly passwords: PasswordPolicy;
    readonly throttles: RecoveryThrottles;
    readonly codes: { readonly wrongPerDay: number; readonly tries: number };
    readonly messages: { readonly secondsBetween: number; readonly perContactPointPerHour: number };
  };
  readonly guard: Guard;
}

interface RecoveryJobParts {
  readonly ports: JobPorts;
  readonly settings: { readonly codes: CodeRules };
}

export const passwordRecovery = {
  name: 'password-recovery',
  auditEvents: { 'password-recovery': recoveryEvents, 'password-recovery-search': searchEvents },
  createSteps({ ports, settings, guard }: RecoveryParts): StorySteps {
    const { passwords, throttles, codes, messages } = settings;
    const policy = { audit: 'password-recovery', throttle: recoveryThrottle(throttles), spendsOneUse: true } as const;
    const flow = createPasswordRecovery(ports, guard, policy, {
      passwords,
      wrongCodesPerDay: codes.wrongPerDay,
      codes: {
        tries: codes.tries,
        secondsBetween: messages.secondsBetween,
        perHour: messages.perContactPointPerHour,
      },
    });
    return {
      steps: {
        'password-recovery': {
          path: ({ identifierType }) => `password-recovery?identifier_type=${identifierType}`,
          show: show('showPasswordRecovery', (context, { identifier_type }) => flow.show(context, identifier_type)),
          submit: submit('submitPasswordRecovery', (body) => body, flow.submit, {
            keeps: ['identifierType', 'identifier', 'birthDate', 'channel'],
            faults: (_context, body) => flow.faults(body),
            requires: ({ request }, { identifier }) =>
              identifier === undefined && request.browser.remembered === undefined ? ['identifier'] : [],
            buttons: ['carry'],
            again: (context, { identifierType }, refusal) => flow.show(context, formTypeOf(identifierType, refusal)),
          }),
          next: () => ['submitPasswordRecovery', 'submitSignIn'],
          json: ({ identifierType, remembered }) => ({ identifierType, ...(remembered && { remembered }) }),
          screen: detailsScreen,
        },
        'code-sent': {
          path: () => 'password-recovery/code',
          show: show('showRecoveryCode', flow.showCode),
          submit: submit('submitRecoveryCode', ({ code }) => ({ code }), flow.submitCode, {
            faults: (_context, body) => flow.faultsOfCode(body),
          }),
          others: [submit('resendRecoveryCode', (body) => body, flow.submitAgain, { keeps: ['channel'] })],
          next: () => ['submitRecoveryCode', 'resendRecoveryCode', 'submitPasswordRecovery', 'submitSignIn'],
          json: ({ status: _status, kept: _kept, resendableAt, ...form }) => ({
            ...form,
            resendableAt: resendableAt.toISOString(),
          }),
          screen: codeScreen,
        },
        'new-password-required': {
          path: () => 'password-recovery/password',
          show: show('showRecoveryPassword', flow.showPassword),
          submit: submit('submitRecoveryPassword', (body) => body, flow.submitPassword, {
            besides: { of: 'password', step: flow.besidesPassword },
          }),
          next: () => ['submitRecoveryPassword'],
          json: ({ identifierType, rules }) => ({ identifierType, rules }),
          screen: newPasswordScreen,
        },
        'password-changed': {
          path: () => 'password-recovery/done',
          show: showReached('showPasswordChanged', 'password-changed'),
          next: () => ['submitSignIn'],
          json: ({ identifierType }) => ({ identifierType }),
          screen: passwordChangedScreen,
        },
      } satisfies StepTable<FormsOf<ReturnType<typeof createPasswordRecovery>>>,
    };
  },
  createJobs: ({ ports, settings }: RecoveryJobParts) => ({
    'start-password-recovery': createStartPasswordRecovery(ports, settings.codes),
    'tell-wrong-codes': createTellWrongCodes(ports),
  }),
};
