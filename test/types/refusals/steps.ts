/** A half-built step. */
import type { StepContext } from '../../../src/stories/kit/context.ts';
import type { Guard, GuardPolicy } from '../../../src/stories/kit/guard.ts';
import type { AnyOutcome, Proved } from '../../../src/stories/kit/outcome.ts';
import {
  action,
  type FormsOf,
  type StepTable,
  type StepView,
  show,
  showReached,
  submit,
} from '../../../src/stories/kit/step-table.ts';
import type { CodeForm, DetailsForm } from '../../../src/stories/password-recovery/flow/asking.ts';
import type { createPasswordRecovery } from '../../../src/stories/password-recovery/flow.ts';

declare const guard: Guard;
declare const policy: GuardPolicy<'password-recovery'>;
declare const proved: Proved;
declare const codeForm: CodeForm;
declare const formOf: (context: StepContext, code: string) => Promise<CodeForm>;

const showCode = async (_context: StepContext): Promise<CodeForm> => codeForm;
const prove = guard(policy, async (_context, _input: { readonly code: string }): Promise<CodeForm> => codeForm);
const unguarded = async (_context: StepContext, _input: { readonly code: string }): Promise<CodeForm> => codeForm;

export const right: StepView<CodeForm> = {
  path: () => 'password-recovery/code',
  show: show('showRecoveryCode', showCode),
  submit: submit('submitRecoveryCode', ({ code }) => ({ code }), prove, { keeps: ['code'] }),
  next: () => ['submitRecoveryCode'],
  json: ({ status: _status, kept: _kept, resendableAt, ...form }) => ({
    ...form,
    resendableAt: resendableAt.toISOString(),
  }),
  screen: () => '',
};
const { path, next, json, screen, show: shown } = right;

// refuses TS2741: Property '[guarded]' is missing
submit('submitRecoveryCode', ({ code }) => ({ code }), unguarded);
// refuses TS2345: is not assignable to parameter of type 'never'
action('submitRecoveryCode', showCode);
// refuses TS2339: Property 'kode' does not exist
submit('submitRecoveryCode', ({ kode }) => ({ code: kode }), prove);
// refuses TS2322: is not assignable to type '"code"'
submit('submitRecoveryCode', ({ code }) => ({ code }), prove, { keeps: ['kode'] });
// refuses TS2741: Property 'code' is missing
submit('submitRecoveryCode', () => ({}), prove);
// refuses TS2345: is not assignable to parameter of type 'keyof Operations'
show('showRecoveryKode', showCode);
// refuses TS2345: is not assignable to parameter of type 'never'
show('submitRecoveryCode', showCode);
// refuses TS2322: Type 'Proved' is not assignable to type 'AnyOutcome'
show('showRecoveryCode', async () => proved);
// refuses TS2322: Types of property 'factors' are incompatible
action('forgetIdentifier', async () => proved);
submit('submitRecoveryCode', ({ code }) => ({ code }), prove, {
  // refuses TS2345: Argument of type 'unknown' is not assignable
  again: (context, { code }) => formOf(context, code),
  // refuses TS18046: 'code' is of type 'unknown'
  requires: (_context, { code }) => (code.length > 6 ? ['code'] : []),
});

// refuses TS2741: Property '[made]' is missing
export const handMade: StepView<CodeForm> = { ...right, show: { operation: 'showRecoveryCode', run: showCode } };
// refuses TS2741: Property 'screen' is missing
export const withoutScreen: StepView<CodeForm> = { path, next, json, show: shown };
// refuses TS2741: Property 'path' is missing
export const withoutPath: StepView<CodeForm> = { next, json, screen, show: shown };
// refuses TS2741: Property 'next' is missing
export const withoutNext: StepView<CodeForm> = { path, json, screen, show: shown };
// refuses TS2741: Property 'json' is missing
export const withoutJson: StepView<CodeForm> = { path, next, screen, show: shown };
// refuses TS2741: Property 'show' is missing
export const withoutAddress: StepView<CodeForm> = { path, next, json, screen };
// refuses TS2345: is not assignable to parameter of type
showReached('showPasswordChanged', 'password-chagned');
// refuses TS2820: is not assignable to type 'keyof Operations'
export const nextUnknown: StepView<CodeForm> = { ...right, next: () => ['submitRecoveryKode'] };
export const answersWhatIsKept: StepView<CodeForm> = {
  ...right,
  // refuses TS2322: is not assignable to type 'undefined'
  json: ({ resendableAt, ...kept }) => ({ ...kept, resendableAt: resendableAt.toISOString() }),
};
// refuses TS2740: identifierType, masked, channel, triesLeft
export const answersLess: StepView<CodeForm> = { ...right, json: () => ({}) };

interface Unanswered extends AnyOutcome {
  readonly status: 'not-in-the-contract';
}
const blank = { path: () => '', next: () => [], screen: () => '', show: shown };
// refuses TS2322: is not assignable to type 'never'
export const unanswered: StepView<Unanswered> = { ...blank, json: () => ({}) };

// refuses TS2741: Property '"password-recovery"' is missing
export const rowMissing = { 'code-sent': right } satisfies StepTable<CodeForm | DetailsForm>;
// refuses TS2353: ''code-read'' does not exist in type
export const rowTooMany = { 'code-sent': right, 'code-read': right } satisfies StepTable<CodeForm>;

type Recovery = FormsOf<ReturnType<typeof createPasswordRecovery>>;
// refuses TS2739: "new-password-required", "password-changed", "password-recovery"
export const rowOfAStepMissing = { 'code-sent': right } satisfies StepTable<Recovery>;
