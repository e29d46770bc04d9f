/** What a validator finds wrong, as the faults of fields that our problems list. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import { type FieldError, type FieldErrorCode, ServiceError } from '../../errors.ts';

const CODE_BY_KEYWORD: Readonly<Record<string, FieldErrorCode>> = {
  required: 'field_required',
  minLength: 'field_required',
  maxLength: 'field_too_long',
  type: 'field_wrong_type',
  additionalProperties: 'field_unknown',
};

/** One refusal for all faults, one fault a field: the first that was found. */
export function toRefusal(errors: readonly ErrorObject[]): ServiceError {
  const faults = errors.map(toFieldError);
  const first = new Map(faults.map((fault) => [fault.field, fault] as const).reverse());
  return new ServiceError('validation_failed', { fields: [...first.values()].reverse() });
}

function toFieldError(error: ErrorObject): FieldError {
  const params = error.params as { missingProperty?: string; additionalProperty?: string; limit?: number };
  const named = params.missingProperty ?? params.additionalProperty;
  const field = (named ?? error.instancePath.slice(1).split('/')[0] ?? '').slice(0, 64);
  const code = CODE_BY_KEYWORD[error.keyword] ?? 'field_invalid';
  return code === 'field_too_long' ? { field, code, values: { maximum: params.limit ?? 0 } } : { field, code };
}
