/** The screens of the first password, and of « Mot de passe oublié ». */
import type { PasswordCreated, PasswordForm } from '../../../src/stories/first-password/flow.ts';
import type { CodeForm, DetailsForm } from '../../../src/stories/password-recovery/flow/asking.ts';
import type { NewPasswordForm, PasswordChanged } from '../../../src/stories/password-recovery/flow.ts';
import { fault, provisionalFault, type States } from './state.ts';

const rules = { minimumLength: 8, maximumLength: 24, minimumBits: 50 };
const badPassword = fault(['password', 'password_common'], ['confirmation', 'confirmation_differs']);

const creation: PasswordForm = { status: 'password-creation-required', rules };

export const firstPasswordStates: States<PasswordForm | PasswordCreated> = {
  'the creation of a password': { outcome: creation },
  'a password that is refused': { outcome: creation, refusal: badPassword },
  'a password created, of somebody with a NIR': { outcome: { status: 'password-created', identifierType: 'nir' } },
  'a password created, of somebody with a provisional identifier': {
    outcome: { status: 'password-created', identifierType: 'provisional' },
  },
};

const nir: DetailsForm = { status: 'password-recovery', identifierType: 'nir' };
const provisional: DetailsForm = { status: 'password-recovery', identifierType: 'provisional' };
const ofNir: DetailsForm = { ...nir, remembered: { identifierType: 'nir', masked: '2 55 •• •• ••• •25' } };
const typed = { identifier: 'P40718352', birthDate: '03/11/<1962', channel: 'mail' } as const;

const code: CodeForm = {
  status: 'code-sent',
  identifierType: 'nir',
  masked: '2 55 •• •• ••• •25',
  channel: 'sms',
  triesLeft: 5,
  resendableAt: new Date(60_000),
  resendableInSeconds: 60,
};
const wrong = { code: 'code_wrong', fields: [] } as const;
const newPassword: NewPasswordForm = { status: 'new-password-required', identifierType: 'nir', rules };

export const passwordRecoveryStates: States<DetailsForm | CodeForm | NewPasswordForm | PasswordChanged> = {
  'details, of a NIR': { outcome: nir },
  'details, of a provisional identifier': { outcome: provisional },
  'details, the identifier remembered': { outcome: ofNir },
  'details, another identifier typed than that which is remembered': {
    outcome: ofNir,
    typed: { identifierType: 'nir', identifier: '2550814168025', channel: 'sms' },
    refusal: fault(['birthDate', 'field_required']),
  },
  'details, another identifier needed than that which is remembered': {
    outcome: ofNir,
    typed: { identifierType: 'nir', birthDate: '03/11/1962', channel: 'sms' },
    refusal: fault(['identifier', 'field_required']),
  },
  'details, to be corrected': { outcome: { ...provisional, typed } },
  'details, typed again over those that were asked with': {
    outcome: { ...provisional, typed },
    typed: { identifierType: 'provisional', identifier: 'P11111111', birthDate: '31/02/1990', channel: 'sms' },
    refusal: fault(['birthDate', 'date_impossible']),
  },
  'details, every field refused': {
    outcome: nir,
    typed: { identifierType: 'nir', identifier: '12', birthDate: 'yesterday' },
    refusal: fault(['identifier', 'nir_shape'], ['birthDate', 'date_shape'], ['channel', 'field_required']),
  },
  'details, every field refused, of a provisional identifier': {
    outcome: provisional,
    refusal: fault(['identifier', 'provisional_identifier_shape'], ['birthDate', 'date_future']),
  },
  'details, a number of the administration typed': { outcome: nir, refusal: provisionalFault },
  'details, a number of the administration typed, beside another fault': {
    outcome: nir,
    refusal: fault(['identifier', 'nir_provisional'], ['birthDate', 'field_required']),
  },
  'details, a P in the midst of what was typed': {
    outcome: provisional,
    typed: { identifierType: 'provisional', identifier: '4P 0718352' },
    refusal: fault(['identifier', 'provisional_identifier_shape']),
  },
  'details, a number of the administration typed for a provisional identifier': {
    outcome: provisional,
    refusal: provisionalFault,
  },
  'details, a provisional identifier typed for a NIR': {
    outcome: provisional,
    typed,
    refusal: fault(['identifier', 'identifier_is_provisional']),
  },
  'details, a NIR typed for a provisional identifier': {
    outcome: nir,
    refusal: fault(['identifier', 'identifier_is_nir'], ['birthDate', 'field_required']),
  },
  'the code, just asked for': { outcome: code },
  'the code, another one a second away': { outcome: { ...code, resendableInSeconds: 1 } },
  'the code, another one to be had': { outcome: { ...code, channel: 'mail', resendableInSeconds: 0 } },
  'the code, another one a little over a minute away': { outcome: { ...code, resendableInSeconds: 61 } },
  'the code, another one in an hour': {
    outcome: { ...code, identifierType: 'provisional', resendableInSeconds: 3420 },
  },
  'the code, another one asked for by mail and too early': {
    outcome: code,
    typed: { channel: 'mail' },
    refusal: { code: 'code_asked_too_early', fields: [], retryAfterSeconds: 42 },
  },
  'the code, of no shape': { outcome: code, refusal: fault(['code', 'code_shape']) },
  'the code, wrong': { outcome: { ...code, triesLeft: 3 }, refusal: wrong },
  'the code, wrong, one try left': { outcome: { ...code, triesLeft: 1 }, refusal: wrong },
  'the code, wrong, no try left': { outcome: { ...code, triesLeft: 0 }, refusal: wrong },
  'the code, its tries over': {
    outcome: { ...code, triesLeft: 0 },
    refusal: { code: 'code_tries_exceeded', fields: [] },
  },
  'the new password': { outcome: newPassword },
  'the new password, refused': { outcome: newPassword, refusal: badPassword },
  'changed, of somebody with a NIR': { outcome: { status: 'password-changed', identifierType: 'nir' } },
  'changed, of somebody with a provisional identifier': {
    outcome: { status: 'password-changed', identifierType: 'provisional' },
  },
};
