/** Screen C, « Identifiant provisoire oublié », and the page that follows it. */
import type { IdentityForm, MessageOnItsWay } from '../../../src/stories/provisional-identifier-recovery/flow.ts';
import { fault, type States } from './state.ts';

const captcha = { captchaId: 'captcha-1', expiresInSeconds: 300 };
const form: IdentityForm = { status: 'provisional-identifier-recovery', captcha };

export const provisionalIdentifierStates: States<IdentityForm | MessageOnItsWay> = {
  'C, nothing typed': { outcome: form },
  'C, where no other captcha is made': { outcome: { status: 'provisional-identifier-recovery' } },
  'C, all typed, born abroad, a captcha solved': {
    outcome: { ...form, captcha: { ...captcha, isSolved: true } },
    typed: {
      ...{ birthName: 'K"ovalenko', givenNames: 'Olena', birthDate: '17/03/1990', birthplace: 'abroad' },
      ...{ country: '99155', city: 'Kyiv', parent1BirthName: 'Bondar', parent1GivenNames: 'Iryna' },
      parent2Unknown: 'on',
    },
  },
  'C, all typed, born in France, a parent unknown': {
    outcome: form,
    typed: {
      ...{ birthName: 'Lefebvre', givenNames: 'Claire', birthDate: '03/11/1962', birthplace: 'france' },
      ...{ departement: '44', commune: 'Nantes', parent1Unknown: 'on' },
      ...{ parent2BirthName: 'Roux', parent2GivenNames: 'Ana' },
    },
    refusal: fault(['captcha', 'captcha_expired']),
  },
  'C, every field refused': {
    outcome: form,
    typed: { birthplace: 'abroad' },
    refusal: fault(
      ...(['birthName', 'givenNames', 'birthDate', 'birthplace', 'departement', 'commune', 'city'] as const).map(
        (name) => [name, 'field_required'] as const,
      ),
      ['country', 'country_unknown'],
      ['parent1BirthName', 'field_required'],
      ['parent1GivenNames', 'field_invalid'],
      ['parent2BirthName', 'field_required'],
      ['parent2GivenNames', 'field_invalid'],
      ['captcha', 'field_required'],
    ),
  },
  'C, a captcha asked for too often': {
    outcome: { status: 'provisional-identifier-recovery' },
    refusal: { code: 'too_many_requests', fields: [], retryAfterSeconds: 3600 },
  },
  'a message on its way': { outcome: { status: 'message-on-its-way' } },
};
