/** What an error becomes on the wire: an RFC 9457 problem. 500 and above always say the same of themselves. */
import { type ErrorCode, type FieldError, ServiceError } from '../errors.ts';
import type { Catalogue } from '../screens/catalogue.ts';
import { faultText, refusalText } from '../screens/refusal-text.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: ErrorCode;
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
  readonly triesLeft?: number;
  readonly returnTo?: string;
  readonly errors?: readonly FieldProblem[];
}

/** With the values of its words, for whoever has words of their own. */
interface FieldProblem extends Pick<FieldError, 'field' | 'code' | 'values'> {
  readonly detail: string;
}

/** Any thrown value as a ServiceError: what is not ours is `internal_error`, or what Koa says of a client's fault. */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const { status, expose } = (error ?? {}) as { status?: unknown; expose?: unknown };
  if (expose === true && typeof status === 'number') {
    const code = CODE_BY_STATUS[status];
    if (code) return new ServiceError(code, { cause: error });
    if (status < 500) return new ServiceError('malformed_body', { cause: error });
  }
  return new ServiceError('internal_error', { cause: error });
}

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  415: 'unsupported_media_type',
};

/** The shown half of an error, in the words of a catalogue. */
export function toProblem(error: ServiceError, issuer: string, requestId: string, words: Catalogue): Problem {
  const { code, status, fields, retryAfterSeconds, triesLeft } = error;
  return {
    type: `${issuer}/docs/errors#${code}`,
    title: words.text(`errors.${code}.title`),
    status,
    detail: refusalText(words, error),
    code,
    requestId,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(triesLeft === undefined ? {} : { triesLeft }),
    ...(fields.length === 0 ? {} : { errors: fields.map((field) => toFieldProblem(field, words)) }),
  };
}

function toFieldProblem(fault: FieldError, words: Catalogue): FieldProblem {
  const { field, code, values } = fault;
  return { field, code, detail: faultText(words, fault), ...(values && { values }) };
}

/** RFC 9110 §10.2.3. */
export function setRetryAfter(ctx: { set(name: string, value: string): void }, refusal: ServiceError): void {
  if (refusal.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(refusal.retryAfterSeconds));
}
