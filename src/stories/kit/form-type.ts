/** Which of the two forms of an identifier a refusal is shown on. */
import type { IdentifierType } from '../../domain/identifier.ts';
import type { ServiceError } from '../../errors.ts';

/** A P typed on the form of the NIR belongs to the other form; anything else stays where it was typed. */
export function formTypeOf(
  typed: IdentifierType | undefined,
  refusal: ServiceError | undefined,
): IdentifierType | undefined {
  return refusal?.fields.some(({ code }) => code === 'identifier_is_provisional') ? 'provisional' : typed;
}
