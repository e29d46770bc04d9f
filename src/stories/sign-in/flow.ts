/**
 * Sign-in with a NIR or a provisional identifier, the remembered identifier included. Known and unknown identifiers get the
 * same answer and the same work.
 */
import { canSignIn } from '../../domain/account.ts';
import {
  type Identifier,
  type IdentifierType,
  identifierTypeOf,
  maskIdentifier,
  parseIdentifier,
} from '../../domain/identifier.ts';
import { accountAttemptsKey } from '../../domain/lockout.ts';
import { normalizePassword } from '../../domain/password-policy.ts';
import { collectFaults, type FieldError, fieldError, ServiceError } from '../../errors.ts';
import type { SignInAccount } from '../../ports/accounts.ts';
import type { CaptchaChallenge } from '../../ports/captcha.ts';
import type { Factor } from '../../ports/flow-states.ts';
import type { Ports } from '../../ports/ports.ts';
import { findOwnKey, findRemembered, identifierAttemptsKey, readDevice } from '../kit/browser.ts';
import { checkCaptcha, findOrCreateCaptcha, keepCaptcha, solveCaptcha } from '../kit/captcha.ts';
import type { StepContext } from '../kit/context.ts';
import type { AttemptKeys, Guard, GuardPolicy } from '../kit/guard.ts';
import type { AnyOutcome, Proved } from '../kit/outcome.ts';

/** Screens A and B. */
export interface SignInForm extends AnyOutcome {
  readonly status: 'sign-in';
  readonly identifierType: IdentifierType;
  /** The remembered identifier, masked. */
  readonly remembered?: { readonly identifierType: IdentifierType; readonly masked: string };
  /** Solved, it passes for the wait of a lock. */
  readonly captcha?: CaptchaChallenge;
}

export interface SignInInput {
  readonly identifierType: IdentifierType;
  /** Absent when the remembered identifier is used. */
  readonly identifier?: string;
  readonly password: string;
  readonly remember: boolean;
  /** Of a captcha that is solved; without an answer, of one that was solved when the form had other faults. */
  readonly captchaId?: string;
  readonly captcha?: string;
}

export type SignInPorts = Pick<
  Ports,
  'accounts' | 'passwords' | 'vault' | 'rememberedIdentifiers' | 'knownBrowsers' | 'captcha' | 'clock' | 'log'
>;

/** Who is meant by what was typed, and what this browser spends of its own there. */
interface Meant {
  readonly identifier: Identifier;
  readonly account?: SignInAccount;
  readonly ownKey?: string;
}

export function createSignIn(ports: SignInPorts, guard: Guard, policy: GuardPolicy<'sign-in'>) {
  const meantBy = new WeakMap<StepContext, Promise<Meant>>();

  /** Shows the form of the asked type, or that of the remembered identifier. */
  async function show({ request, place }: StepContext, asked?: IdentifierType): Promise<SignInForm> {
    const remembered = await findRemembered(ports, request.browser);
    const identifierType = asked ?? identifierTypeOf(place.loginHint) ?? remembered?.type ?? 'nir';
    const form = { status: 'sign-in', identifierType, kept: { form: { identifierType } } } as const;
    if (remembered === undefined || remembered.type !== identifierType) return form;
    return { ...form, remembered: { identifierType: remembered.type, masked: maskIdentifier(remembered) } };
  }

  /**
   * The form again, with a captcha: whoever solves it need not wait.
   * @param captchaId of the one that the form has, where it may be kept.
   */
  async function showWithCaptcha(
    context: StepContext,
    asked: IdentifierType | undefined,
    captchaId: string | undefined,
  ): Promise<SignInForm> {
    const captcha = await findOrCreateCaptcha(ports.captcha, context, captchaId);
    const form = await show(context, asked);
    const { identifierType } = form;
    return { ...form, captcha, kept: { form: { identifierType, ...keepCaptcha(captcha).form } } };
  }

  /** « Ce n'est pas vous ? »: forgets the identifier on this browser. */
  async function forget({ request, place }: StepContext, asked?: IdentifierType): Promise<SignInForm> {
    const { remembered } = request.browser;
    if (remembered) await ports.rememberedIdentifiers.forget(remembered);
    const identifierType = asked ?? identifierTypeOf(place.loginHint) ?? 'nir';
    return { status: 'sign-in', identifierType, kept: { browser: { remembered: null } } };
  }

  /**
   * Checks the pair.
   * @throws ServiceError validation_failed, sign_in_failed, sign_in_locked, captcha_required, account_unavailable.
   */
  const submit = guard(
    policy,
    async (context, input: SignInInput, attempt): Promise<Proved> => {
      // Before the password is read: one that is replaced meanwhile signs nobody in for longer than that.
      const provedAt = ports.clock.now();
      const meant = await findMeant(context, input);
      const { identifier, account } = meant;
      const isSolved = await checkCaptcha(ports.captcha, context, input);
      if (account) attempt.concerns(account.accountId);
      const typed = normalizePassword(input.password);
      const verify = () => ports.passwords.verify(typed, account?.password?.hash);
      const isRight = await attempt.countThenVerify(keysOf(meant), verify, isSolved);
      if (!isRight || !account?.password) throw new ServiceError('sign_in_failed');
      if (!canSignIn(account)) throw new ServiceError('account_unavailable');
      const { kind, credentialId } = account.password;
      if (kind === 'password') await rehashIfWeaker(account.password, typed);
      const factor: Factor = kind === 'password' ? { kind } : { kind, credentialId };
      return { status: 'proved', account, factors: [factor], provedAt, identifier, remember: input.remember };
    },
    { browserOf, find: findOwnLimit },
  );

  /** Without a device token there is none: what a stranger types is not looked up before it is counted. */
  function browserOf({ request }: StepContext): string | undefined {
    return readDevice(ports.vault, request.browser.device).deviceId || undefined;
  }

  async function findOwnLimit(context: StepContext, input: SignInInput): Promise<string | undefined> {
    try {
      return (await findMeant(context, input)).ownKey;
    } catch (error) {
      // What was typed is no identifier: the step says so, once it is counted.
      if (error instanceof ServiceError && error.code === 'validation_failed') return undefined;
      throw error;
    }
  }

  /** Looked up once a request. */
  function findMeant(context: StepContext, input: SignInInput): Promise<Meant> {
    const known = meantBy.get(context) ?? lookUp(context, input);
    meantBy.set(context, known);
    return known;
  }

  /** What is wrong with the identifier, whoever's it is. */
  function faults({ identifierType, identifier }: Partial<SignInInput>): readonly FieldError[] {
    if (identifierType === undefined || identifier === undefined) return [];
    return collectFaults(() => parseIdentifier(identifierType, identifier));
  }

  /** A captcha that is solved beside another fault need not be solved again. */
  const besides = guard(policy, async (context, input: Partial<SignInInput>): Promise<never> => {
    await solveCaptcha(ports.captcha, context, input);
    throw new ServiceError('validation_failed');
  });

  async function lookUp(context: StepContext, input: SignInInput): Promise<Meant> {
    const identifier = await readIdentifier(context, input);
    const account = await ports.accounts.findForSignIn(identifier);
    const ownKey = await findOwnKey(ports, readDevice(ports.vault, context.request.browser.device), account);
    return { identifier, account, ownKey };
  }

  async function readIdentifier({ request }: StepContext, input: SignInInput): Promise<Identifier> {
    if (input.identifier !== undefined) return parseIdentifier(input.identifierType, input.identifier);
    const remembered = await findRemembered(ports, request.browser);
    if (remembered?.type !== input.identifierType) throw fieldError('identifier', 'field_required');
    return remembered;
  }

  /** An unknown identifier is counted twice too: once as what was typed, once in the place of the account. */
  function keysOf({ identifier, account, ownKey }: Meant): AttemptKeys {
    if (ownKey !== undefined) return { shown: ownKey, compared: ownKey };
    const shown = identifierAttemptsKey(ports.vault, identifier);
    return { shown, compared: account ? accountAttemptsKey(account.accountId) : `nobody:${shown}` };
  }

  /** A hash that could not be made stronger now is made so at the next sign-in: it keeps nobody out. */
  async function rehashIfWeaker(credential: NonNullable<SignInAccount['password']>, password: string): Promise<void> {
    if (!ports.passwords.needsRehash(credential.hash)) return;
    try {
      const stronger = await ports.passwords.hash(password);
      await ports.accounts.upgradePasswordHash(credential.credentialId, credential.hash, stronger);
    } catch (error) {
      ports.log.warn({ event: 'rehash_failed', error }, 'a weaker hash was kept');
    }
  }

  return { show, showWithCaptcha, forget, submit, faults, besides };
}
