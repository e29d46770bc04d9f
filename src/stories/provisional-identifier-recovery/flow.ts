/**
 * « Identifiant provisoire oublié »: birth details and a captcha, then always the same page. What is typed is compared
 * in a job after the answer, and the identifier goes to a contact point that the account already has: knowing
 * somebody's birth details proves nothing, and this form never signs anyone in.
 */

import type { Birthplace } from '../../domain/birthplace.ts';
import { FRANCE } from '../../domain/birthplace.ts';
import type { Parent, TypedIdentity } from '../../domain/civil-identity.ts';
import { type FieldError, fieldError, ServiceError } from '../../errors.ts';
import type { CaptchaChallenge } from '../../ports/captcha.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StepContext } from '../kit/context.ts';
import type { Guard, GuardPolicy } from '../kit/guard.ts';
import type { AnyOutcome } from '../kit/outcome.ts';
import { readTypedBirthDate } from '../kit/typed-birth-date.ts';

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

export interface ProvisionalIdentifierRecoveryInput {
  readonly birthName: string;
  readonly givenNames: string;
  /** JJ/MM/AAAA or YYYY-MM-DD. */
  readonly birthDate: string;
  readonly birthplace: 'france' | 'abroad';
  /** Born in France: code of the département or collectivité, and the commune, by name or INSEE code. */
  readonly departement?: string;
  readonly commune?: string;
  /** Born abroad: INSEE code of the country, and the city. */
  readonly country?: string;
  readonly city?: string;
  readonly parent1BirthName?: string;
  readonly parent1GivenNames?: string;
  readonly parent2BirthName?: string;
  readonly parent2GivenNames?: string;
  readonly captchaId: string;
  readonly captcha: string;
}

export type RecoveryPorts = Pick<Ports, 'captcha' | 'referenceData' | 'jobs' | 'clock'>;

export function createProvisionalIdentifierRecovery(ports: RecoveryPorts, guard: Guard, policy: GuardPolicy) {
  /** Shows the form, with a captcha of its own. @throws ServiceError too_many_requests. */
  async function show({ request, place }: StepContext): Promise<IdentityForm> {
    const captcha = await ports.captcha.create(place.placeId, request.locale, request.clientAddress);
    return { status: 'provisional-identifier-recovery', captcha };
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
    if (captcha) return { status: 'provisional-identifier-recovery', captcha };
    return isLimited ? { status: 'provisional-identifier-recovery' } : show(context);
  }

  /** @throws ServiceError validation_failed: every fault of the form, then the captcha's. */
  const submit = guard(
    policy,
    async ({ place }, input: ProvisionalIdentifierRecoveryInput, attempt): Promise<MessageOnItsWay> => {
      const identity = readForm(input);
      const captcha = await ports.captcha.verify(input.captchaId, place.placeId, input.captcha);
      if (captcha !== 'right') throw fieldError('captcha', captcha === 'wrong' ? 'captcha_wrong' : 'captcha_expired');
      const search = { identity, clientId: place.clientId };
      await ports.jobs.add('find-provisional-identifier', search, attempt.eventOf('message-on-its-way'));
      return { status: 'message-on-its-way', isDone: true };
    },
  );

  /** The whole form is read before the captcha is spent: a fault elsewhere does not cost a new picture. */
  function readForm(input: ProvisionalIdentifierRecoveryInput): TypedIdentity {
    const faults: FieldError[] = [];
    const attempt = <Value>(read: () => Value): Value | undefined => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'validation_failed') throw error;
        faults.push(...error.fields);
        return undefined;
      }
    };
    const birthName = attempt(() => readName(input.birthName, 'birthName'));
    const givenNames = attempt(() => readName(input.givenNames, 'givenNames'));
    const birthDate = attempt(() => readTypedBirthDate(input.birthDate, ports.clock.now()));
    const birthplace = attempt(() => (input.birthplace === 'france' ? readCommune(input) : readCity(input)));
    const parents = input.birthplace === 'abroad' ? attempt(() => readParents(input)) : [];
    if (!birthName || !givenNames || !birthDate || !birthplace || !parents || faults.length > 0)
      throw new ServiceError('validation_failed', { fields: faults });
    return { birthName, givenNames, birthDate, birthplace, parents };
  }

  /** The commune by its name within the département, or by its code. */
  function readCommune({ departement, commune }: ProvisionalIdentifierRecoveryInput): Birthplace {
    if (!departement) throw fieldError('departement', 'field_required');
    if (!commune) throw fieldError('commune', 'field_required');
    const code = departement.toUpperCase();
    if (!ports.referenceData.departements().some((known) => known.code === code))
      throw fieldError('departement', 'departement_unknown');
    const found = ports.referenceData.findCommune(commune) ?? ports.referenceData.findCommunes(code, commune)[0];
    if (!found) throw fieldError('commune', 'commune_unknown');
    return { countryCode: FRANCE, communeCode: found.code };
  }

  function readCity({ country, city }: ProvisionalIdentifierRecoveryInput): Birthplace {
    if (!country) throw fieldError('country', 'field_required');
    if (!ports.referenceData.countries('fr').some(({ code }) => code === country))
      throw fieldError('country', 'country_unknown');
    return { countryCode: country, city: readName(city ?? '', 'city') };
  }

  return { show, showAgain, submit };
}

/** For a program, which is shown no form without a captcha. @throws ServiceError too_many_requests. */
export function captchaOf({ captcha }: IdentityForm): CaptchaChallenge {
  if (!captcha) throw new ServiceError('too_many_requests');
  return captcha;
}

function readParents(input: ProvisionalIdentifierRecoveryInput): readonly Parent[] {
  return [1, 2].map((rank) => {
    const name = `parent${rank as 1 | 2}BirthName` as const;
    const given = `parent${rank as 1 | 2}GivenNames` as const;
    return { birthName: readName(input[name] ?? '', name), givenNames: readName(input[given] ?? '', given) };
  });
}

/** A name is text with a letter in it: anything else, and emoji or control characters alone, is not. */
function readName(typed: string, field: string): string {
  const name = typed.normalize('NFC').trim();
  if (name === '') throw fieldError(field, 'field_required');
  if (!/\p{L}/u.test(name) || /[\p{Cc}\p{Cs}\p{Extended_Pictographic}]/u.test(name))
    throw fieldError(field, 'field_invalid');
  return name;
}
