/** A screen as a person may see it: what the step returned, what it refused, what was typed. */
import type { FieldErrorCode } from '../../../src/errors.ts';
import type { Refusal, StepPage } from '../../../src/screens/page.ts';
import type { AnyOutcome } from '../../../src/stories/kit/outcome.ts';

export interface State<Outcome extends AnyOutcome = AnyOutcome> extends Pick<StepPage, 'refusal' | 'typed'> {
  readonly outcome: Outcome;
}

/** By what a reader calls them. */
export type States<Outcome extends AnyOutcome = AnyOutcome> = Readonly<Record<string, State<Outcome>>>;

/** A form with these faults. */
export function fault(...fields: readonly (readonly [field: string, code: FieldErrorCode])[]): Refusal {
  return { code: 'validation_failed', fields: fields.map(([field, code]) => ({ field, code })) };
}

export const provisionalFault = fault(['identifier', 'nir_provisional']);
