/**
 * Sign-in with a NIR or a provisional identifier and a password. An unknown identifier costs and answers what a wrong
 * password does; failures are counted by account, whichever identifier was typed.
 */
import { acrOf, canSignIn } from '../../domain/account.ts';
import { type Identifier, type IdentifierType, maskIdentifier, parseIdentifier } from '../../domain/identifier.ts';
import { accountAttemptsKey } from '../../domain/lockout.ts';
import { normalizePassword, type PasswordPolicy } from '../../domain/password-policy.ts';
import { fieldError, ServiceError } from '../../errors.ts';
import type { SignInAccount } from '../../ports/accounts.ts';
import type { Ports } from '../../ports/ports.ts';
import { afterSignIn, knownAccounts } from '../kit/browser.ts';
import type { createGuard, GuardPolicy } from '../kit/guard.ts';
import type { FlowContext, Outcome, SignInForm } from '../kit/outcome.ts';

export interface SignInInput {
  readonly identifierType: IdentifierType;
  /** Absent when the remembered identifier is used. */
  readonly identifier?: string;
  readonly password: string;
  readonly remember: boolean;
}

export interface SignInSettings {
  readonly guard: GuardPolicy;
  readonly passwordRules: PasswordPolicy;
  /** How long « Se souvenir de moi » keeps the identifier on this browser. */
  readonly rememberSeconds: number;
}

type SignInPorts = Pick<Ports, 'accounts' | 'passwords' | 'vault' | 'rememberedIdentifiers' | 'random'>;

export function createSignIn(ports: SignInPorts, guard: ReturnType<typeof createGuard>, settings: SignInSettings) {
  /** Shows the form of the asked type, or that of the remembered identifier. */
  async function show(context: FlowContext): Promise<SignInForm> {
    const remembered = await findRemembered(context);
    const identifierType = context.identifierType ?? remembered?.type ?? 'nir';
    if (remembered === undefined || remembered.type !== identifierType) return { status: 'sign-in', identifierType };
    const shown = { identifierType: remembered.type, masked: maskIdentifier(remembered) };
    return { status: 'sign-in', identifierType, remembered: shown };
  }

  /** « Ce n'est pas vous ? »: forgets the identifier on this browser. */
  async function forget(context: FlowContext): Promise<SignInForm> {
    if (context.rememberedToken) await ports.rememberedIdentifiers.forget(context.rememberedToken);
    const identifierType = context.identifierType ?? 'nir';
    return { status: 'sign-in', identifierType, browser: { rememberedToken: null } };
  }

  /** Checks the pair. @throws ServiceError validation_failed, sign_in_failed, sign_in_locked, account_unavailable. */
  const submit = guard<SignInInput>(settings.guard, async (context, input, guardOfStep): Promise<Outcome> => {
    const identifier = await readIdentifier(context, input);
    const account = await ports.accounts.findForSignIn(identifier);
    if (account) guardOfStep.concerns(account.accountId);
    const password = normalizePassword(input.password);
    const right = await guardOfStep.countThenVerify(attemptKey(context, identifier, account), () =>
      ports.passwords.verify(password, account?.password?.hash),
    );
    if (!right || !account?.password) throw new ServiceError('sign_in_failed');
    if (!canSignIn(account)) throw new ServiceError('account_unavailable');
    if (account.password.kind === 'initial-password') {
      const { credentialId } = account.password;
      return {
        status: 'password-creation-required',
        rules: settings.passwordRules,
        state: {
          firstPassword: {
            accountId: account.accountId,
            credentialId,
            identifierType: identifier.type,
            remember: input.remember,
          },
        },
      };
    }
    await rehashIfWeaker(account.password, password);
    return {
      status: 'authenticated',
      accountId: account.accountId,
      acr: acrOf(account),
      amr: ['pwd'],
      browser: await afterSignIn(
        ports,
        settings.rememberSeconds,
        context,
        account.accountId,
        identifier,
        input.remember,
      ),
    };
  });

  async function findRemembered(context: FlowContext): Promise<Identifier | undefined> {
    return context.rememberedToken ? await ports.rememberedIdentifiers.find(context.rememberedToken) : undefined;
  }

  async function readIdentifier(context: FlowContext, input: SignInInput): Promise<Identifier> {
    if (input.identifier !== undefined) return parseIdentifier(input.identifierType, input.identifier);
    const remembered = await findRemembered(context);
    if (remembered?.type !== input.identifierType) throw fieldError('identifier', 'field_required');
    return remembered;
  }

  /** A browser that has signed in to this account before has a count of its own: strangers cannot lock it out. */
  function attemptKey(context: FlowContext, identifier: Identifier, account: SignInAccount | undefined): string {
    if (!account) return `identifier:${ports.vault.blindIndex(`identifier:${identifier.type}`, identifier.value)}`;
    const device = knownAccounts(ports.vault, context.deviceToken);
    return device.accountIds.includes(account.accountId)
      ? `${accountAttemptsKey(account.accountId)}:device:${device.deviceId}`
      : accountAttemptsKey(account.accountId);
  }

  async function rehashIfWeaker(credential: NonNullable<SignInAccount['password']>, password: string): Promise<void> {
    if (!ports.passwords.needsRehash(credential.hash)) return;
    const stronger = await ports.passwords.hash(password);
    await ports.accounts.upgradePasswordHash(credential.credentialId, credential.hash, stronger);
  }

  return { show, forget, submit };
}
