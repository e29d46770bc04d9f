/**
 * Sign-in with a NIR or a provisional identifier and a password. An unknown identifier costs and answers what a wrong
 * password does; failures are counted by account, whichever identifier was typed.
 */
import { canSignIn } from '../../domain/account.ts';
import {
  type Identifier,
  type IdentifierType,
  identifierTypeOf,
  maskIdentifier,
  parseIdentifier,
} from '../../domain/identifier.ts';
import { normalizePassword } from '../../domain/password-policy.ts';
import { fieldError, ServiceError } from '../../errors.ts';
import type { SignInAccount } from '../../ports/accounts.ts';
import type { Factor } from '../../ports/flow-states.ts';
import type { Ports } from '../../ports/ports.ts';
import { attemptsKeyOn, findRemembered } from '../kit/browser.ts';
import type { StepContext } from '../kit/context.ts';
import type { Guard, GuardPolicy } from '../kit/guard.ts';
import type { AnyOutcome, Proved } from '../kit/outcome.ts';

/** Screens A and B. */
export interface SignInForm extends AnyOutcome {
  readonly status: 'sign-in';
  readonly identifierType: IdentifierType;
  /** The remembered identifier, masked. */
  readonly remembered?: { readonly identifierType: IdentifierType; readonly masked: string };
}

export interface SignInInput {
  readonly identifierType: IdentifierType;
  /** Absent when the remembered identifier is used. */
  readonly identifier?: string;
  readonly password: string;
  readonly remember: boolean;
}

export type SignInPorts = Pick<Ports, 'accounts' | 'passwords' | 'vault' | 'rememberedIdentifiers' | 'clock'>;

export function createSignIn(ports: SignInPorts, guard: Guard, policy: GuardPolicy) {
  /** Shows the form of the asked type, or that of the remembered identifier. */
  async function show({ request, place }: StepContext, asked?: IdentifierType): Promise<SignInForm> {
    const remembered = await findRemembered(ports, request.browser);
    const identifierType = asked ?? identifierTypeOf(place.loginHint) ?? remembered?.type ?? 'nir';
    if (remembered === undefined || remembered.type !== identifierType) return { status: 'sign-in', identifierType };
    const shown = { identifierType: remembered.type, masked: maskIdentifier(remembered) };
    return { status: 'sign-in', identifierType, remembered: shown };
  }

  /** « Ce n'est pas vous ? »: forgets the identifier on this browser. */
  async function forget({ request, place }: StepContext, asked?: IdentifierType): Promise<SignInForm> {
    const { remembered } = request.browser;
    if (remembered) await ports.rememberedIdentifiers.forget(remembered);
    const identifierType = asked ?? identifierTypeOf(place.loginHint) ?? 'nir';
    return { status: 'sign-in', identifierType, kept: { browser: { remembered: null } } };
  }

  /** Checks the pair. @throws ServiceError validation_failed, sign_in_failed, sign_in_locked, account_unavailable. */
  const submit = guard(policy, async (context, input: SignInInput, attempt): Promise<Proved> => {
    const identifier = await readIdentifier(context, input);
    const account = await ports.accounts.findForSignIn(identifier);
    if (account) attempt.concerns(account.accountId);
    const typed = normalizePassword(input.password);
    const right = await attempt.countThenVerify(attemptKey(context, identifier, account), () =>
      ports.passwords.verify(typed, account?.password?.hash),
    );
    if (!right || !account?.password) throw new ServiceError('sign_in_failed');
    if (!canSignIn(account)) throw new ServiceError('account_unavailable');
    const { kind, credentialId } = account.password;
    if (kind === 'password') await rehashIfWeaker(account.password, typed);
    const factor: Factor = kind === 'password' ? { kind } : { kind, credentialId };
    const provedAt = ports.clock.now();
    return { status: 'proved', account, factors: [factor], provedAt, identifier, remember: input.remember };
  });

  async function readIdentifier({ request }: StepContext, input: SignInInput): Promise<Identifier> {
    if (input.identifier !== undefined) return parseIdentifier(input.identifierType, input.identifier);
    const remembered = await findRemembered(ports, request.browser);
    if (remembered?.type !== input.identifierType) throw fieldError('identifier', 'field_required');
    return remembered;
  }

  function attemptKey({ request }: StepContext, identifier: Identifier, account: SignInAccount | undefined): string {
    return account
      ? attemptsKeyOn(ports.vault, request.browser, account.accountId)
      : `identifier:${ports.vault.blindIndex(`identifier:${identifier.type}`, identifier.value)}`;
  }

  async function rehashIfWeaker(credential: NonNullable<SignInAccount['password']>, password: string): Promise<void> {
    if (!ports.passwords.needsRehash(credential.hash)) return;
    const stronger = await ports.passwords.hash(password);
    await ports.accounts.upgradePasswordHash(credential.credentialId, credential.hash, stronger);
  }

  return { show, forget, submit };
}
