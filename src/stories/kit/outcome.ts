/**
 * The vocabulary of the stories. A step is one call into a flow: it reads a FlowContext and typed input, reaches the
 * world through ports, and returns an outcome or throws a refusal. It never redirects, sees HTTP or calls another flow.
 */
import type { IdentifierType } from '../../domain/identifier.ts';
import type { CaptchaChallenge } from '../../ports/captcha.ts';
import type { FlowState } from '../../ports/flow-states.ts';

/** What a step may know of the request and of the interaction it belongs to. */
export interface FlowContext {
  readonly uid: string;
  readonly requestId: string;
  readonly client: { readonly clientId: string; readonly name: string };
  readonly locale: 'fr' | 'en';
  /** Canonical: an IPv4 address or an IPv6 /64. */
  readonly clientAddress: string;
  /** Whether the operator listed this address as one that many people share. */
  readonly sharedAddress: boolean;
  readonly state: FlowState;
  /** The screen that the relying party asked for with `login_hint`, or that a link chose. */
  readonly identifierType?: IdentifierType;
  /** Opaque tokens of this browser. */
  readonly rememberedToken?: string;
  readonly deviceToken?: string;
}

/** What a step did to the interaction's state: saved by the edge before the answer leaves. */
export type StateChange = Partial<Pick<FlowState, 'firstPassword' | 'passwordRecovery' | 'locale'>>;

/** What the edge writes on the browser; undefined leaves a cookie as it is, null removes it. */
export interface BrowserChange {
  readonly rememberedToken?: string | null;
  readonly deviceToken?: string;
}

export interface SignInForm {
  readonly status: 'sign-in';
  readonly identifierType: IdentifierType;
  /** The remembered identifier, masked. */
  readonly remembered?: { readonly identifierType: IdentifierType; readonly masked: string };
  readonly browser?: BrowserChange;
}

export interface PasswordForm {
  readonly status: 'password-creation-required';
  readonly rules: { readonly minimumLength: number; readonly maximumLength: number; readonly minimumBits: number };
  readonly state?: StateChange;
  readonly browser?: BrowserChange;
}

export interface Authenticated {
  readonly status: 'authenticated';
  readonly accountId: string;
  readonly acr: string;
  /** RFC 8176. */
  readonly amr: readonly string[];
  readonly browser?: BrowserChange;
}

/** « Mot de passe oublié »: the form, the code, the new password, the end. */
export interface PasswordRecoveryStep {
  readonly status: 'password-recovery' | 'code-sent' | 'new-password-required' | 'password-changed';
  readonly identifierType: IdentifierType;
  readonly rules?: PasswordForm['rules'];
  readonly state?: StateChange;
}

/** « Identifiant provisoire oublié »: the form, and the page that says the same in every case. */
export interface IdentifierRecoveryStep {
  readonly status: 'provisional-identifier-recovery' | 'message-on-its-way';
  readonly captcha?: CaptchaChallenge;
}

export interface Cancelled {
  readonly status: 'cancelled';
}

/** Everything a step can return: closed, so that the compiler checks that every renderer handles all of it. */
export type Outcome =
  | SignInForm
  | PasswordForm
  | PasswordRecoveryStep
  | IdentifierRecoveryStep
  | Authenticated
  | Cancelled;

export type Step<Input> = (context: FlowContext, input: Input) => Promise<Outcome>;
