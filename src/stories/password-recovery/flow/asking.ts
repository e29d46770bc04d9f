/**
 * Asking for a code, and for another one. Nobody is looked up before the answer: the search is a job, and a code exists
 * once its message may leave. What was asked for is kept with the place, so that another code costs one act.
 */
import {
  type Identifier,
  type IdentifierType,
  identifierTypeOf,
  maskIdentifier,
  parseIdentifier,
} from '../../../domain/identifier.ts';
import { type CodeWaits, nextCodeAt, PASSWORD_RECOVERY } from '../../../domain/verification-code.ts';
import { collectFaults, type FieldError, fieldError, ServiceError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import { findRemembered, identifierAttemptsKey, readDevice } from '../../kit/browser.ts';
import type { StepContext } from '../../kit/context.ts';
import type { AttemptGuard, Guard, GuardPolicy } from '../../kit/guard.ts';
import type { AnyOutcome } from '../../kit/outcome.ts';
import { readTypedBirthDate } from '../../kit/typed-birth-date.ts';

interface TypedDetails {
  readonly identifier?: string;
  readonly birthDate: string;
  readonly channel: 'sms' | 'mail';
}

/** The code that was asked for and with what, then whose it proved to be. */
export interface RecoveryProof {
  readonly codeId: string;
  readonly identifier: Identifier;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly channel: 'sms' | 'mail';
  /** To be corrected; without an identifier it was the one that the browser remembers. */
  readonly typed: TypedDetails;
  /** When a code was asked for with these details, the last of them at the end. */
  readonly askedAtMs: readonly number[];
  /** Under which key the failures of what was typed are counted, whoever it belongs to. */
  readonly typedAs: string;
  readonly proof?: { readonly accountId: string; readonly provedAtMs: number };
}

declare module '../../../ports/flow-states.ts' {
  interface Proofs {
    readonly 'password-recovery': RecoveryProof;
  }
}

export interface RecoveryOutcome extends AnyOutcome {
  readonly identifierType: IdentifierType;
}

export interface DetailsForm extends RecoveryOutcome {
  readonly status: 'password-recovery';
  /** The remembered identifier, masked: it need not be typed. */
  readonly remembered?: { readonly identifierType: IdentifierType; readonly masked: string };
  /** What a code was asked for with, to be corrected. */
  readonly typed?: TypedDetails;
}

export interface CodeForm extends RecoveryOutcome {
  readonly status: 'code-sent';
  readonly masked: string;
  readonly channel: 'sms' | 'mail';
  /** Of this code: the same whether one was sent or not. */
  readonly triesLeft: number;
  /** When another one may be asked for. */
  readonly resendableAt: Date;
  readonly resendableInSeconds: number;
}

export interface PasswordRecoveryInput {
  readonly identifierType: IdentifierType;
  /** Absent when the remembered identifier is used. */
  readonly identifier?: string;
  /** JJ/MM/AAAA or YYYY-MM-DD. */
  readonly birthDate: string;
  /** Offered to everyone alike; the other is used where the account lacks it. */
  readonly channel: 'sms' | 'mail';
}

export type AskingPorts = Pick<Ports, 'rememberedIdentifiers' | 'verificationCodes' | 'vault' | 'jobs' | 'clock'>;

/** Between two codes, and of each of them. */
export interface AskingRules extends CodeWaits {
  readonly tries: number;
}

/** What is asked for anew, or once more. */
type Asked = Omit<RecoveryProof, 'codeId' | 'typedAs' | 'proof'>;

export function createAsking(
  ports: AskingPorts,
  guard: Guard,
  policy: GuardPolicy<'password-recovery'>,
  rules: AskingRules,
) {
  /** The form of the asked type, with what was typed in this place, or what this browser remembers. */
  async function show({ place, request }: StepContext, asked?: IdentifierType): Promise<DetailsForm> {
    const identifierType = asked ?? identifierTypeOf(place.loginHint) ?? 'nir';
    const remembered = await findRemembered(ports, request.browser);
    const before = place.proofs['password-recovery'];
    const typed = before && isWhole(before) && before.identifier.type === identifierType ? before.typed : undefined;
    return {
      status: 'password-recovery',
      identifierType,
      kept: { form: { identifierType } },
      ...(remembered?.type === identifierType && {
        remembered: { identifierType, masked: maskIdentifier(remembered) },
      }),
      ...(typed && { typed }),
    };
  }

  /** Asks for a code. @throws ServiceError validation_failed. */
  const submit = guard(policy, async (context, input: PasswordRecoveryInput, attempt): Promise<CodeForm> => {
    const identifier = await readIdentifier(context, input);
    const birthDate = readTypedBirthDate(input.birthDate, ports.clock.now());
    const { channel } = input;
    const typed = { identifier: input.identifier, birthDate: input.birthDate, channel };
    return ask(context, attempt, { identifier, birthDate, channel, typed, askedAtMs: [] });
  });

  function faults({ identifierType, identifier, birthDate }: Partial<PasswordRecoveryInput>): readonly FieldError[] {
    return collectFaults(
      () => identifierType && identifier !== undefined && parseIdentifier(identifierType, identifier),
      () => birthDate !== undefined && readTypedBirthDate(birthDate, ports.clock.now()),
    );
  }

  /**
   * Asks for another code, in the place of the one before.
   * @throws ServiceError code_asked_too_early, the same for everybody; step_not_available.
   */
  const submitAgain = guard(
    policy,
    async (context, input: { readonly channel?: 'sms' | 'mail' }, attempt): Promise<CodeForm> => {
      const before = requireRequest(context);
      const waitMs = nextCodeAt(before.askedAtMs, rules) - ports.clock.now().getTime();
      if (waitMs > 0) throw new ServiceError('code_asked_too_early', { retryAfterSeconds: Math.ceil(waitMs / 1000) });
      const { codeId: _former, typedAs: _same, proof: _void, ...asked } = before;
      return ask(context, attempt, { ...asked, channel: input.channel ?? before.channel });
    },
  );

  /** @throws ServiceError step_not_available before a code was asked for. */
  async function showCode(context: StepContext): Promise<CodeForm> {
    const request = requireRequest(context);
    return codeForm(request, await ports.verificationCodes.triesLeft(request.codeId, PASSWORD_RECOVERY));
  }

  async function ask(
    context: StepContext,
    attempt: AttemptGuard<'password-recovery'>,
    asked: Asked,
  ): Promise<CodeForm> {
    const { place, request } = context;
    const { identifier, birthDate, channel } = asked;
    const { type, value } = identifier;
    const codeId = codeIdOf(context, identifier, birthDate);
    const device = readDevice(ports.vault, request.browser.device);
    const now = ports.clock.now().getTime();
    const search = { codeId, type, value, birthDate, channel, clientId: place.clientId, device };
    const again = asked.askedAtMs.length > 0 ? { askedAgainAtMs: now } : {};
    await ports.jobs.add('start-password-recovery', { ...search, ...again }, attempt.eventOf('code-sent'));
    const askedAtMs = [...asked.askedAtMs, now].slice(-rules.perHour);
    const typedAs = identifierAttemptsKey(ports.vault, identifier);
    const record: RecoveryProof = { ...asked, codeId, typedAs, askedAtMs };
    return { ...codeForm(record, rules.tries), kept: { proofs: { 'password-recovery': record } } };
  }

  /**
   * Two clicks on one button ask for one code: whichever message leaves, its code is that of the place. It is another one
   * than any before, whose tries and use are its own: it follows from the steps that were taken there, and from the last.
   */
  function codeIdOf({ place, request }: StepContext, { type, value }: Identifier, birthDate: string): string {
    const before = place.proofs['password-recovery']?.codeId;
    const parts = [place.placeId, place.taken, before, request.browser.device, type, value, birthDate];
    return ports.vault.blindIndex('recovery-code-id', JSON.stringify(parts));
  }

  async function readIdentifier({ request }: StepContext, input: PasswordRecoveryInput): Promise<Identifier> {
    if (input.identifier !== undefined) return parseIdentifier(input.identifierType, input.identifier);
    const remembered = await findRemembered(ports, request.browser);
    if (remembered?.type !== input.identifierType) throw fieldError('identifier', 'field_required');
    return remembered;
  }

  function codeForm({ identifier, channel, askedAtMs }: RecoveryProof, triesLeft: number): CodeForm {
    const nextAtMs = nextCodeAt(askedAtMs, rules);
    return {
      status: 'code-sent',
      identifierType: identifier.type,
      masked: maskIdentifier(identifier),
      channel,
      triesLeft,
      resendableAt: new Date(nextAtMs),
      resendableInSeconds: Math.max(0, Math.ceil((nextAtMs - ports.clock.now().getTime()) / 1000)),
    };
  }

  return { show, submit, faults, showCode, submitAgain };
}

/** A version before this one has kept less: nobody can go on from there. */
function isWhole({ identifier, askedAtMs }: Partial<RecoveryProof>): boolean {
  return identifier !== undefined && askedAtMs !== undefined;
}

/** @throws ServiceError step_not_available before a code was asked for. */
export function requireRequest({ place }: StepContext): RecoveryProof {
  const request = place.proofs['password-recovery'];
  if (!request || !isWhole(request)) throw new ServiceError('step_not_available');
  return request;
}
