/** Which of the two forms of an identifier a refusal is shown on. */
import { type IdentifierType, identifierTypeOf, identifierTypes } from '../../domain/identifier.ts';
import type { ServiceError } from '../../errors.ts';

/**
 * A P typed on the form of the NIR, and a NIR typed on that of the P, belong to the other form; anything else stays where
 * it was typed.
 * @param named the type that the form says it is of, not checked yet.
 */
export function formTypeOf(named: unknown, refusal: ServiceError | undefined): IdentifierType | undefined {
  const isWrongFor = (type: IdentifierType) => refusal?.fields.some(({ code }) => code === `identifier_is_${type}`);
  return identifierTypes.find(isWrongFor) ?? identifierTypeOf(named);
}
