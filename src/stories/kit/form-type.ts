/** Which of the two forms of an identifier a refusal is shown on. */
import { type IdentifierType, identifierTypeOf } from '../../domain/identifier.ts';
import type { ServiceError } from '../../errors.ts';

/**
 * A P typed on the form of the NIR belongs to the other form; anything else stays where it was typed.
 * @param named the type that the form says it is of, not checked yet.
 */
export function formTypeOf(named: unknown, refusal: ServiceError | undefined): IdentifierType | undefined {
  return refusal?.fields.some(({ code }) => code === 'identifier_is_provisional')
    ? 'provisional'
    : identifierTypeOf(named);
}
