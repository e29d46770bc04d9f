/** The audit events that a step behind the guard leaves: what became of it, or the code of its refusal. */
import type { ErrorCode } from '../../errors.ts';
import type { AuditKind, AuditOutcome } from '../../ports/audit-log.ts';

/**
 * What each refusal tells whoever reads the audit log; null for what is no security fact of a step: a form that was filled
 * in badly, somebody who is in a hurry, a fault of ours, a store that is down and cannot record one, and what the edge
 * refuses before any step.
 */
export const REFUSALS = {
  sign_in_failed: 'The identifier and the password are not those of an account.',
  sign_in_locked: 'Failures in a row have locked what was typed, or its account; it passes by itself.',
  captcha_required: 'The longest lock: it passes by itself, or with a captcha.',
  account_unavailable: 'Whoever was proved may not sign in: their account is suspended or closed.',
  code_wrong: 'The verification code is not the one that was sent, if one was.',
  code_tries_exceeded: 'The tries of a verification code are used up.',
  step_not_available: 'The step was asked for without what it needs: a proof that is missing, used or overtaken.',
  too_many_requests: 'A limit by client address, or of a browser that the account knows, was reached.',
  validation_failed: null,
  code_asked_too_early: null,
  malformed_body: null,
  report_unreadable: null,
  credentials_required: null,
  body_too_large: null,
  query_too_long: null,
  unsupported_media_type: null,
  not_found: null,
  method_not_allowed: null,
  interaction_not_found: null,
  interaction_expired: null,
  interaction_elsewhere: null,
  forwarded_header_unreadable: null,
  form_token_invalid: null,
  origin_not_allowed: null,
  busy: null,
  store_unavailable: null,
  internal_error: null,
} as const satisfies Readonly<Record<ErrorCode, string | null>>;

/** The refusals that are worth an event. */
export type AuditedRefusal = {
  [Code in ErrorCode]: (typeof REFUSALS)[Code] extends string ? Code : never;
}[ErrorCode];

/** The guard knows where each came from; whose account it is, once the step has found one. */
const NAMES = { accountId: 'if-known', clientId: 'always', requestId: 'always', clientAddressIndex: 'always' } as const;

/** Declares the kind of a guarded step. @param outcomes its statuses, and what a change writes in its transaction. */
export function guardedKind<
  const Outcomes extends Readonly<Record<string, AuditOutcome>>,
  const Refusals extends readonly AuditedRefusal[],
>(says: string, outcomes: Outcomes, refusals: Refusals) {
  return { says, names: NAMES, outcomes, refusals } satisfies AuditKind;
}

/** Of a step that uses something up. */
export const BEGUN = 'A step that uses something up (a captcha, a code) begins: without this event it does not.';
