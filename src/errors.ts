/**
 * The closed list of what can go wrong. A code is a public promise (docs/errors.md is generated from this file);
 * its words stand in the message catalogues. A ServiceError has two halves: `code`, `fields`,
 * `retryAfterSeconds` and `triesLeft` may be shown; `cause` and `details` are for the log alone.
 */

/** Refusals and failures, with the HTTP status that carries each. */
export const errorStatus = {
  validation_failed: 422,
  malformed_body: 400,
  report_unreadable: 400,
  credentials_required: 401,
  body_too_large: 413,
  query_too_long: 414,
  unsupported_media_type: 415,
  not_found: 404,
  method_not_allowed: 405,
  interaction_not_found: 404,
  interaction_expired: 410,
  interaction_elsewhere: 409,
  step_not_available: 409,
  forwarded_header_unreadable: 400,
  form_token_invalid: 403,
  origin_not_allowed: 403,
  sign_in_failed: 403,
  code_wrong: 403,
  code_tries_exceeded: 429,
  code_asked_too_early: 429,
  account_unavailable: 403,
  sign_in_locked: 429,
  captcha_required: 429,
  too_many_requests: 429,
  busy: 503,
  store_unavailable: 503,
  internal_error: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** What can be wrong with one field of a form. */
export const fieldErrorCodes = [
  'field_required',
  'field_too_long',
  'field_wrong_type',
  'field_invalid',
  'field_unknown',
  'nir_shape',
  'nir_key',
  'nir_provisional',
  'provisional_identifier_shape',
  'identifier_is_provisional',
  'identifier_is_nir',
  'password_too_short',
  'password_too_long',
  'password_too_weak',
  'password_common',
  'password_personal',
  'confirmation_differs',
  'date_shape',
  'date_impossible',
  'date_future',
  'date_too_old',
  'departement_unknown',
  'commune_unknown',
  'country_unknown',
  'captcha_wrong',
  'captcha_expired',
  'code_shape',
] as const;

export type FieldErrorCode = (typeof fieldErrorCodes)[number];

/** One fault of one field; `values` fill the placeholders of its message and never hold what was typed. */
export interface FieldError {
  readonly field: string;
  readonly code: FieldErrorCode;
  readonly values?: Readonly<Record<string, string | number>>;
}

export interface ServiceErrorOptions {
  /** Shown: the faults, field by field. */
  readonly fields?: readonly FieldError[];
  /** Shown: when to try again, in seconds. */
  readonly retryAfterSeconds?: number;
  /** Shown: how many tries a wrong code leaves, whoever was asked for. */
  readonly triesLeft?: number;
  /** For the log alone. */
  readonly cause?: unknown;
  /** For the log alone; never a secret, a NIR, a name or a contact point. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The only error that the service throws on purpose. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly triesLeft: number | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, options: ServiceErrorOptions = {}) {
    super(code, { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.triesLeft = options.triesLeft;
    this.details = options.details ?? {};
  }

  get status(): number {
    return errorStatus[this.code];
  }

  /** Koa and oidc-provider read this name. */
  get statusCode(): number {
    return this.status;
  }
}

/** How long a store that is away is given to come back, before somebody tries again. */
export const STORE_RETRY_SECONDS = 5;

/** A store or a gateway that does not answer, or answers what nobody can read. */
export function storeUnavailable(options: Pick<ServiceErrorOptions, 'cause' | 'details'> = {}): ServiceError {
  return new ServiceError('store_unavailable', { ...options, retryAfterSeconds: STORE_RETRY_SECONDS });
}

/** A refusal for one field. */
export function fieldError(field: string, code: FieldErrorCode, values?: FieldError['values']): ServiceError {
  return new ServiceError('validation_failed', { fields: [values ? { field, code, values } : { field, code }] });
}

/** The faults that these readers of typed fields find, each read whatever the others say. */
export function collectFaults(...readers: readonly (() => unknown)[]): readonly FieldError[] {
  return readers.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      return fieldsOf(error);
    }
  });
}

/** The faults of a form that was refused. @throws what was thrown, when it is anything else. */
export function fieldsOf(error: unknown): readonly FieldError[] {
  if (!(error instanceof ServiceError) || error.code !== 'validation_failed') throw error;
  return error.fields;
}
