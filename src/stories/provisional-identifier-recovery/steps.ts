/** « Identifiant provisoire oublié »: screen C, and the page that follows it in every case. */
import type { Ports } from '../../ports/ports.ts';
import { captchaToJson, captchaToKeep } from '../kit/captcha.ts';
import type { Guard } from '../kit/guard.ts';
import type { SendPorts } from '../kit/messages/send-to-contact-point.ts';
import { type RecoveryThrottles, recoveryThrottle } from '../kit/recovery-throttle.ts';
import { type FormsOf, type StepTable, type StorySteps, show, submit } from '../kit/step-table.ts';
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

/** What each shape of the birthplace asks for, besides the rest. */
const FIELDS = {
  france: ['departement', 'commune'],
  abroad: ['country', 'city', 'parent1BirthName', 'parent1GivenNames', 'parent2BirthName', 'parent2GivenNames'],
} as const;

export const provisionalIdentifierRecovery = {
  name: 'provisional-identifier-recovery',
  createSteps({ ports, settings, guard }: RecoveryParts): StorySteps {
    const throttle = recoveryThrottle(settings.throttles);
    const policy = { audit: 'provisional-identifier-recovery', throttle, spendsOneUse: true };
    const flow = createProvisionalIdentifierRecovery(ports, guard, policy);
    return {
      steps: {
        'provisional-identifier-recovery': {
          path: () => 'provisional-identifier-recovery',
          show: show('showProvisionalIdentifierRecovery', flow.show),
          submit: submit('submitProvisionalIdentifierRecovery', (body) => body, flow.submit, {
            keeps: ['birthName', 'givenNames', 'birthDate', 'birthplace', ...FIELDS.france, ...FIELDS.abroad],
            buttons: ['shape', 'renew'],
            requires: (_context, body) => fieldsOf(body.birthplace).filter((name) => body[name] === undefined),
            again: (context, body, refusal) =>
              flow.showAgain(context, captchaToKeep(body), refusal?.code === 'too_many_requests'),
          }),
          next: () => ['submitProvisionalIdentifierRecovery', 'createCaptcha', 'submitSignIn'],
          json: (form, addressOf) => ({ captcha: captchaToJson(captchaOf(form), addressOf) }),
          screen: (page, outcome) =>
            identityScreen(page, outcome, { countries: ports.referenceData.countries(page.words.locale) }),
        },
        'message-on-its-way': {
          path: () => 'provisional-identifier-recovery',
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

function fieldsOf(birthplace: unknown): readonly (typeof FIELDS)[keyof typeof FIELDS][number][] {
  return birthplace === 'france' || birthplace === 'abroad' ? FIELDS[birthplace] : [];
}
