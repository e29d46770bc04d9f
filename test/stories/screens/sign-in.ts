/** Screens A and B, as they are shown: with nothing typed, with what this browser remembers, and after each refusal. */
import type { SignInForm } from '../../../src/stories/sign-in/flow.ts';
import { fault, provisionalFault, type States } from './state.ts';

const nir: SignInForm = { status: 'sign-in', identifierType: 'nir' };
const provisional: SignInForm = { status: 'sign-in', identifierType: 'provisional' };
const captcha = { captchaId: 'captcha-1', expiresInSeconds: 300 };
const typed = { identifierType: 'nir', identifier: '2 55 08 <14> 168 025' };
const ofNir: SignInForm = { ...nir, remembered: { identifierType: 'nir', masked: '2 55 •• •• ••• •25' } };
const ofProvisional: SignInForm = {
  ...provisional,
  remembered: { identifierType: 'provisional', masked: 'P •••• ••52' },
};

export const signInStates: States<SignInForm> = {
  'A, nothing typed': { outcome: nir },
  'A, with a remembered identifier': { outcome: ofNir },
  'A, with a remembered identifier, the box unticked before a refusal': {
    outcome: ofNir,
    typed: { identifierType: 'nir' },
    refusal: { code: 'sign_in_failed', fields: [] },
  },
  'A, another identifier typed than that which is remembered': {
    outcome: ofNir,
    typed: { ...typed, remember: 'on' },
    refusal: { code: 'sign_in_failed', fields: [] },
  },
  'A, a wrong pair': { outcome: nir, typed, refusal: { code: 'sign_in_failed', fields: [] } },
  'A, locked': { outcome: nir, typed, refusal: { code: 'sign_in_locked', fields: [], retryAfterSeconds: 240 } },
  'A, a captcha asked for': {
    outcome: { ...nir, captcha },
    typed,
    refusal: { code: 'captcha_required', fields: [], retryAfterSeconds: 900 },
  },
  'A, a captcha answered wrongly': {
    outcome: { ...nir, captcha },
    typed,
    refusal: fault(['captcha', 'captcha_wrong']),
  },
  'A, a captcha solved': { outcome: { ...nir, captcha: { ...captcha, isSolved: true } }, typed },
  'A, a suspended account': { outcome: nir, typed, refusal: { code: 'account_unavailable', fields: [] } },
  'A, too many requests': {
    outcome: nir,
    typed,
    refusal: { code: 'too_many_requests', fields: [], retryAfterSeconds: 60 },
  },
  'A, every field refused': {
    outcome: nir,
    typed,
    refusal: fault(['identifier', 'nir_key'], ['password', 'field_required']),
  },
  'A, a number of the administration typed': { outcome: nir, typed, refusal: provisionalFault },
  'A, a NIR typed on B': {
    outcome: nir,
    typed,
    refusal: fault(['identifier', 'identifier_is_nir'], ['password', 'field_required']),
  },
  'B, nothing typed': { outcome: provisional },
  'B, with a remembered identifier': { outcome: ofProvisional },
  'B, a wrong pair': {
    outcome: provisional,
    typed: { identifierType: 'provisional', identifier: ' p 40718352', remember: 'on' },
    refusal: { code: 'sign_in_failed', fields: [] },
  },
  'B, a P in the midst of what was typed': {
    outcome: provisional,
    typed: { identifierType: 'provisional', identifier: '4P 0718352' },
    refusal: fault(['identifier', 'provisional_identifier_shape']),
  },
  'B, a form without its identifier': {
    outcome: provisional,
    typed: { identifierType: 'provisional', remember: 'on' },
    refusal: fault(['identifier', 'field_required']),
  },
  'B, every field refused': {
    outcome: provisional,
    typed: { identifierType: 'provisional', identifier: 'P12' },
    refusal: fault(['identifier', 'provisional_identifier_shape'], ['password', 'field_required']),
  },
  'B, a number of the administration typed': { outcome: provisional, typed, refusal: provisionalFault },
  'B, a provisional identifier typed on A': {
    outcome: provisional,
    typed: { identifierType: 'nir', identifier: 'P40718352' },
    refusal: fault(['identifier', 'identifier_is_provisional']),
  },
};
