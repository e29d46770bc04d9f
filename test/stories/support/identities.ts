/** People who have forgotten their provisional identifier: what is recorded of them, and what they type. */
import type { CivilIdentity } from '../../../src/domain/civil-identity.ts';
import type { BodyOf } from '../../../src/http/contract/operations.ts';
import { randomProvisional } from '../../support/people.ts';
import { CAPTCHA_ANSWER } from './captcha.ts';
import type { Answer, TestPlace } from './place.ts';
import type { Stories } from './stories.ts';
import { createReachable } from './walks.ts';

/** What the form holds besides its captcha. */
export type IdentityForm = Omit<BodyOf<'submitProvisionalIdentifierRecovery'>, 'captchaId' | 'captcha'>;

export const bornAbroad: IdentityForm = {
  birthName: 'Kovalenko',
  givenNames: 'Olena',
  birthDate: '17/03/1990',
  birthplace: 'abroad',
  country: '99155',
  city: 'Kyiv',
  parent1BirthName: 'Bondar',
  parent1GivenNames: 'Iryna',
  parent2BirthName: 'Kovalenko',
  parent2GivenNames: 'Petro',
};

export const bornInFrance: IdentityForm = {
  birthName: 'Lefebvre',
  givenNames: 'Claire',
  birthDate: '03/11/1962',
  birthplace: 'france',
  departement: '44',
  commune: 'Nantes',
};

/** Whom `bornAbroad` is. */
export const recordedAbroad: CivilIdentity = {
  birthName: 'KOVALENKO',
  givenNames: 'OLENA MARIA',
  sex: 'female',
  birthDate: '1990-03-17',
  birthplace: { countryCode: '99155', city: 'KYIV' },
  parents: [
    { birthName: 'KOVALENKO', givenNames: 'PETRO' },
    { birthName: 'BONDAR', givenNames: 'IRYNA' },
  ],
};

/** Somebody with a provisional identifier, recorded as `recordedAbroad`. */
export function createRecorded(stories: Stories, more: Parameters<typeof createReachable>[1] = {}) {
  return createReachable(stories, { identifier: randomProvisional(), civilIdentity: recordedAbroad, ...more });
}

/** The captcha of a form that is shown anew. */
export async function captchaOf(place: TestPlace): Promise<string> {
  const { json } = await place.run('showProvisionalIdentifierRecovery');
  return (json.captcha as { readonly captchaId: string }).captchaId;
}

/** Sends the form, with a captcha that is right. */
export async function askForIdentifier(place: TestPlace, form: IdentityForm = bornAbroad): Promise<Answer> {
  const captchaId = await captchaOf(place);
  return place.run('submitProvisionalIdentifierRecovery', { ...form, captchaId, captcha: CAPTCHA_ANSWER });
}
