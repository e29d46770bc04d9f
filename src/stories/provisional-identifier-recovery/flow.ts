/**
 * « Identifiant provisoire oublié »: birth details and a captcha, then always the same page. What is typed is compared
 * in a job after the answer, and the identifier goes to a contact point that the account already has: knowing
 * somebody's birth details proves nothing, and this form never signs anyone in.
 */

import { ServiceError } from '../../errors.ts';
import type { CaptchaChallenge } from '../../ports/captcha.ts';
import type { Ports } from '../../ports/ports.ts';
import { keepCaptcha, solveCaptcha, useCaptcha } from '../kit/captcha.ts';
import type { StepContext } from '../kit/context.ts';
import type { Guard, GuardPolicy } from '../kit/guard.ts';
import type { AnyOutcome } from '../kit/outcome.ts';
import { faultsOfDetails, readDetails, type TypedDetails } from '../kit/typed-identity.ts';

/** Screen C. */
export interface IdentityForm extends AnyOutcome {
  readonly status: 'provisional-identifier-recovery';
  /** Absent while no other one is made for this client address. */
  readonly captcha?: CaptchaChallenge;
}

/** The page that says the same in every case. */
export interface MessageOnItsWay extends AnyOutcome {
  readonly status: 'message-on-its-way';
}

export interface ProvisionalIdentifierRecoveryInput extends TypedDetails {
  readonly captchaId: string;
  /** Absent when it was solved while the form had other faults. */
  readonly captcha?: string;
}

export type RecoveryPorts = Pick<Ports, 'captcha' | 'referenceData' | 'jobs' | 'clock'>;

export function createProvisionalIdentifierRecovery(
  ports: RecoveryPorts,
  guard: Guard,
  policy: GuardPolicy<'provisional-identifier-recovery'>,
) {
  /** Shows the form, with a captcha of its own. @throws ServiceError too_many_requests. */
  async function show({ request, place }: StepContext): Promise<IdentityForm> {
    return formWith(await ports.captcha.create(place.placeId, request.locale, request.clientAddress));
  }

  /**
   * The form again, with the captcha that it has while that one can be answered.
   * @param captchaId undefined when another one is asked for.
   * @param isLimited no other one is made then, and the form may be without.
   * @throws ServiceError too_many_requests.
   */
  async function showAgain(
    context: StepContext,
    captchaId: string | undefined,
    isLimited: boolean,
  ): Promise<IdentityForm> {
    const captcha = captchaId && (await ports.captcha.findAnswerable(captchaId, context.place.placeId));
    if (captcha) return formWith(captcha);
    return isLimited ? { status: 'provisional-identifier-recovery' } : show(context);
  }

  /** @throws ServiceError validation_failed: every fault of the form, or the captcha's. */
  const submit = guard(
    policy,
    async (context, input: ProvisionalIdentifierRecoveryInput, attempt): Promise<MessageOnItsWay> => {
      const identity = readDetails(input, ports.referenceData, ports.clock.now());
      await useCaptcha(ports.captcha, context, input);
      const search = { identity, clientId: context.place.clientId };
      await ports.jobs.add('find-provisional-identifier', search, attempt.eventOf('message-on-its-way'));
      return { status: 'message-on-its-way', isDone: true };
    },
  );

  const faults = (input: Partial<ProvisionalIdentifierRecoveryInput>) =>
    faultsOfDetails(input, ports.referenceData, ports.clock.now());

  /** A captcha that is solved beside a fault elsewhere need not be solved again. Nothing is used up by it. */
  const besides = guard(
    { ...policy, spendsOneUse: false },
    async (context, input: Partial<ProvisionalIdentifierRecoveryInput>): Promise<never> => {
      await solveCaptcha(ports.captcha, context, input);
      throw new ServiceError('validation_failed');
    },
  );

  return { show, showAgain, submit, faults, besides };
}

function formWith(captcha: CaptchaChallenge): IdentityForm {
  return { status: 'provisional-identifier-recovery', captcha, kept: keepCaptcha(captcha) };
}

/** For a program, which is shown no form without a captcha. @throws ServiceError too_many_requests. */
export function captchaOf({ captcha }: IdentityForm): CaptchaChallenge {
  if (!captcha) throw new ServiceError('too_many_requests');
  return captcha;
}
