/**
 * The table: operation of the contract → step of a flow → screen that shows its refusal. Every operation that checks a
 * secret or spends a hash stands behind a guard; the type of the table asks for it and a test walks it.
 */

import type { createFirstPassword } from '../../stories/first-password/flow.ts';
import type { GuardedStep } from '../../stories/kit/guard.ts';
import type { NewPasswordInput } from '../../stories/kit/new-password.ts';
import type { FlowContext, Outcome, Step } from '../../stories/kit/outcome.ts';
import type { createPasswordRecovery, PasswordRecoveryInput } from '../../stories/password-recovery/flow.ts';
import type {
  createProvisionalIdentifierRecovery,
  ProvisionalIdentifierRecoveryInput,
} from '../../stories/provisional-identifier-recovery/flow.ts';
import type { createSignIn, SignInInput } from '../../stories/sign-in/flow.ts';

export interface Flows {
  readonly passwordRecovery: ReturnType<typeof createPasswordRecovery>;
  readonly provisionalIdentifierRecovery: ReturnType<typeof createProvisionalIdentifierRecovery>;
  readonly signIn: ReturnType<typeof createSignIn>;
  readonly firstPassword: ReturnType<typeof createFirstPassword>;
}

/** A validated body, still in the words of the wire. */
export type Body = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly run: (context: FlowContext, body: Body) => Promise<Outcome>;
  /** The step behind `run`, when it takes what a person typed: it must be guarded. */
  readonly guarded?: GuardedStep<never>;
  /** Fields that this browser must send although the contract lets others leave them out. */
  readonly requires?: (context: FlowContext, body: Body) => readonly string[];
  /** Shows the form that a refusal belongs to. */
  readonly form?: Step<void>;
  /** A form's second button: asks for the form again, with another captcha or the shape of the birthplace. */
  readonly againButtons?: readonly string[];
}

export function createOperations({
  signIn,
  firstPassword,
  passwordRecovery,
  provisionalIdentifierRecovery,
}: Flows): Readonly<Record<string, Operation>> {
  const cancelled = async (): Promise<Outcome> => ({ status: 'cancelled' });
  return {
    showInteraction: { run: signIn.show },
    showSignIn: { run: signIn.show },
    submitSignIn: {
      run: (context, body) => signIn.submit(context, toSignInInput(body)),
      guarded: signIn.submit,
      requires: ({ rememberedToken }, { identifier }) =>
        identifier === undefined && rememberedToken === undefined ? ['identifier'] : [],
      form: signIn.show,
    },
    forgetIdentifier: { run: signIn.forget },
    showPassword: { run: firstPassword.show },
    submitPassword: {
      run: (context, body) => firstPassword.submit(context, toNewPasswordInput(body)),
      guarded: firstPassword.submit,
      form: firstPassword.show,
    },
    showPasswordRecovery: { run: passwordRecovery.show },
    submitPasswordRecovery: {
      run: (context, body) => passwordRecovery.submit(context, body as unknown as PasswordRecoveryInput),
      guarded: passwordRecovery.submit,
      form: passwordRecovery.show,
    },
    showRecoveryCode: { run: passwordRecovery.showCode },
    submitRecoveryCode: {
      run: (context, body) => passwordRecovery.submitCode(context, body as unknown as { code: string }),
      guarded: passwordRecovery.submitCode,
      form: passwordRecovery.showCode,
    },
    showRecoveryPassword: { run: passwordRecovery.showPassword },
    submitRecoveryPassword: {
      run: (context, body) => passwordRecovery.submitPassword(context, toNewPasswordInput(body)),
      guarded: passwordRecovery.submitPassword,
      form: passwordRecovery.showPassword,
    },
    showProvisionalIdentifierRecovery: { run: provisionalIdentifierRecovery.show },
    submitProvisionalIdentifierRecovery: {
      run: (context, body) =>
        provisionalIdentifierRecovery.submit(context, body as unknown as ProvisionalIdentifierRecoveryInput),
      guarded: provisionalIdentifierRecovery.submit,
      form: provisionalIdentifierRecovery.show,
      againButtons: ['shape', 'renew'],
      requires: (_context, body) =>
        BIRTHPLACE_FIELDS[String(body.birthplace)]?.filter((name) => body[name] === undefined) ?? [],
    },
    cancelInteraction: { run: cancelled },
    cancelInteractionByForm: { run: cancelled },
  };
}

/** What each shape of the birthplace asks for. */
const BIRTHPLACE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  france: ['departement', 'commune'],
  abroad: ['country', 'city', 'parent1BirthName', 'parent1GivenNames', 'parent2BirthName', 'parent2GivenNames'],
};

/** A form says `remember=on`, JSON says true. */
function toSignInInput(body: Body): SignInInput {
  const { identifierType, identifier, password, remember } = body as unknown as SignInInput & { remember?: unknown };
  return { identifierType, identifier, password, remember: remember === true || (remember as unknown) === 'on' };
}

function toNewPasswordInput(body: Body): NewPasswordInput {
  const { password, confirmation } = body as unknown as NewPasswordInput;
  return { password, confirmation };
}
