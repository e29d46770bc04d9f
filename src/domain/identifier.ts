/** What a person types to say who they are. Three means of access and no other: NIR 1…, NIR 2…, P + 8 digits. */
import { maskNir, parseNir } from './nir.ts';
import { maskProvisionalIdentifier, parseProvisionalIdentifier } from './provisional-identifier.ts';

export const identifierTypes = ['nir', 'provisional'] as const;
export type IdentifierType = (typeof identifierTypes)[number];

export interface Identifier {
  readonly type: IdentifierType;
  /** 13 characters for a NIR, `P` and 8 digits for a provisional identifier. */
  readonly value: string;
}

/** Reads what was typed on the screen of `type`. @throws ServiceError validation_failed on `field`. */
export function parseIdentifier(type: IdentifierType, typed: string, field = 'identifier'): Identifier {
  const value = type === 'nir' ? parseNir(typed, field) : parseProvisionalIdentifier(typed, field);
  return { type, value };
}

/** The identifier with most of it hidden, to be recognised by its owner. */
export function maskIdentifier(identifier: Identifier): string {
  return identifier.type === 'nir' ? maskNir(identifier.value) : maskProvisionalIdentifier(identifier.value);
}

/** The type that somebody names, such as by `login_hint`; anything else could be personal data and names none. */
export function identifierTypeOf(named: unknown): IdentifierType | undefined {
  return identifierTypes.find((type) => type === named);
}
