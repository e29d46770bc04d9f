/** Who may ask for an operation: whoever meets the security that the contract asks for it. */
import { ServiceError } from '../../errors.ts';
import type { Contract } from '../contract/contract.ts';
import type { Context, Middleware } from '../request-state.ts';

/** One of the contract's `securitySchemes`. */
export interface AuthenticationScheme {
  /** What a client that is refused is told to show (RFC 9110 §11.6.1). */
  readonly challenge: string;
  accepts(ctx: Context): boolean | Promise<boolean>;
}

/**
 * Stands after the operation is named and before it is run.
 * @param schemes by their names in the contract. @throws Error for one that the contract asks for and nobody knows.
 */
export function authenticate(contract: Contract, schemes: Readonly<Record<string, AuthenticationScheme>>): Middleware {
  for (const operationId of contract.operationIds) alternativesOf(operationId);
  return async (ctx, next) => {
    const { operation } = ctx.state;
    const alternatives = operation && contract.has(operation) ? alternativesOf(operation) : [];
    if (alternatives.length > 0 && !(await meetsOne(ctx, alternatives))) {
      const challenges = new Set(alternatives.flat().map(({ challenge }) => challenge));
      ctx.set('WWW-Authenticate', [...challenges].join(', '));
      throw new ServiceError('credentials_required');
    }
    return next();
  };

  function alternativesOf(operationId: string): readonly (readonly AuthenticationScheme[])[] {
    return contract.securityOf(operationId).map((names) =>
      names.map((name) => {
        const scheme = schemes[name];
        if (!scheme) throw new Error(`the operation ${operationId} asks for ${name}, which nobody knows`);
        return scheme;
      }),
    );
  }
}

async function meetsOne(ctx: Context, alternatives: readonly (readonly AuthenticationScheme[])[]): Promise<boolean> {
  for (const schemes of alternatives) {
    const accepted = await Promise.all(schemes.map((scheme) => scheme.accepts(ctx)));
    if (accepted.every(Boolean)) return true;
  }
  return false;
}
