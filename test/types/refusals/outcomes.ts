/** An outcome whose state nobody would save, and a proof that no story declares. */
import type { Guard, GuardPolicy } from '../../../src/stories/kit/guard.ts';
import type { AnyOutcome, Kept, Redirect } from '../../../src/stories/kit/outcome.ts';

declare const guard: Guard;
declare const policy: GuardPolicy<'password-recovery'>;
declare const asked: NonNullable<NonNullable<Kept['proofs']>['password-recovery']>;

interface Saved extends AnyOutcome {
  readonly status: 'code-sent';
}
export const right = guard(
  policy,
  async (): Promise<Saved> => ({ status: 'code-sent', kept: { proofs: { 'password-recovery': asked } } }),
);

// refuses TS2430: Types of property 'state' are incompatible
export interface Lost extends AnyOutcome {
  readonly status: 'lost';
  readonly state: { readonly codeId: string };
}

type Stateful = { readonly status: 'code-sent'; readonly state: object };
// refuses TS2322: Types of property 'state' are incompatible
export const lost = guard(policy, async (): Promise<Stateful> => ({ status: 'code-sent', state: {} }));

// refuses TS2561: Did you mean to write 'proofs'
export const misspelt: Kept = { proof: {} };
// refuses TS2353: ''pasword-recovery'' does not exist
export const undeclared: Kept = { proofs: { 'pasword-recovery': { codeId: 'a' } } };
// refuses TS2353: 'digits' does not exist
export const other: Kept = { proofs: { 'password-recovery': { ...asked, digits: 6 } } };
guard(
  policy,
  async (): Promise<Saved> => ({
    status: 'code-sent',
    // refuses TS2353: 'keep' does not exist in type 'Saved'
    keep: { proofs: {} },
  }),
);

// refuses TS2741: Property 'returns' is missing
export const lostOnTheWay: Redirect = { status: 'redirect', redirectTo: 'https://upstream.example' };
// refuses TS2820: is not assignable to type 'keyof Operations'
export const comesBackNowhere: Redirect['returns'] = { state: 'a', operation: 'submitRecoveryKode' };
