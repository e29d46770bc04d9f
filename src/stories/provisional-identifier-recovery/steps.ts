/** « Identifiant provisoire oublié »: screen C, and the page that follows it in every case. */
import type { Ports } from '../../ports/ports.ts';
import { captchaToJson, captchaToKeep } from '../kit/captcha.ts';
import type { Guard } from '../kit/guard.ts';
import type { SendPorts } from '../kit/messages/send-to-contact-point.ts';
import { type RecoveryThrottles, recoveryThrottle } from '../kit/recovery-throttle.ts';
import { type FormsOf, type StepTable, type StorySteps, show, showReached, submit } from '../kit/step-table.ts';
import { missingDetails } from '../kit/typed-identity.ts';
import { recoveryEvents, searchEvents } from './audit-events.ts';
import { captchaOf, createProvisionalIdentifierRecovery, type RecoveryPorts } from './flow.ts';
import { createFindProvisionalIdentifier } from './jobs.ts';
import { identityScreen, messageOnItsWayScreen } from './screens.ts';

interface RecoveryParts {
  readonly ports: RecoveryPorts;
  readonly settings: { readonly throttles: RecoveryThrottles };
  readonly guard: Guard;
}

interface RecoveryJobParts {
  readonly ports: SendPorts & Pick<Ports, 'accounts' | 'audit' | 'referenceData'>;
}

/** What is shown again after a refusal. */
const KEPT = [
  ...(['birthName', 'givenNames', 'birthDate', 'birthplace', 'departement', 'commune', 'country', 'city'] as const),
  ...(['parent1BirthName', 'parent1GivenNames', 'parent1Unknown'] as const),
  ...(['parent2BirthName', 'parent2GivenNames', 'parent2Unknown'] as const),
];

export const provisionalIdentifierRecovery = {
  name: 'provisional-identifier-recovery',
  auditEvents: { 'provisional-identifier-recovery': recoveryEvents, 'provisional-identifier-search': searchEvents },
  createSteps({ ports, settings, guard }: RecoveryParts): StorySteps {
    const throttle = recoveryThrottle(settings.throttles);
    const policy = { audit: 'provisional-identifier-recovery', throttle, spendsOneUse: true } as const;
    const flow = createProvisionalIdentifierRecovery(ports, guard, policy);
    return {
      steps: {
        'provisional-identifier-recovery': {
          path: () => 'provisional-identifier-recovery',
          show: show('showProvisionalIdentifierRecovery', flow.show),
          submit: submit('submitProvisionalIdentifierRecovery', (body) => body, flow.submit, {
            keeps: KEPT,
            buttons: ['renew'],
            requires: (_context, body) => missingDetails(body),
            faults: (_context, body) => flow.faults(body),
            besides: { of: 'captchaId', step: flow.besides },
            again: (context, body, refusal) =>
              flow.showAgain(context, captchaToKeep(body), refusal?.code === 'too_many_requests'),
          }),
          next: () => ['submitProvisionalIdentifierRecovery', 'createCaptcha', 'submitSignIn'],
          json: (form, addressOf) => ({ captcha: captchaToJson(captchaOf(form), addressOf) }),
          screen: (page, outcome) =>
            identityScreen(page, outcome, { countries: ports.referenceData.countries(page.words.locale) }),
        },
        'message-on-its-way': {
          path: () => 'provisional-identifier-recovery/done',
          show: showReached('showMessageOnItsWay', 'message-on-its-way'),
          next: () => ['submitSignIn'],
          json: () => ({}),
          screen: messageOnItsWayScreen,
        },
      } satisfies StepTable<FormsOf<ReturnType<typeof createProvisionalIdentifierRecovery>>>,
    };
  },
  createJobs: ({ ports }: RecoveryJobParts) => ({
    'find-provisional-identifier': createFindProvisionalIdentifier(ports),
  }),
};
