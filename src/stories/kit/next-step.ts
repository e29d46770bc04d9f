/**
 * The one place that decides what comes after somebody was proved: what they still owe, in order, or the end. Adding a
 * second factor is one more line of OWED and the story that takes it.
 */
import { acrOf } from '../../domain/account.ts';
import type { Factor } from '../../ports/flow-states.ts';
import type { Ports } from '../../ports/ports.ts';
import { afterSignIn } from './browser.ts';
import type { StepContext } from './context.ts';
import type { Authenticated, Kept, Proved } from './outcome.ts';

/** What an interaction shows to somebody of whom nothing is proved. */
const FIRST_STEP = 'sign-in';

/** What is owed after which factors: the first line that applies is the next step. */
const OWED: readonly (readonly [step: string, isOwed: (factors: readonly Factor[]) => boolean])[] = [
  ['password-creation-required', (factors) => factors.some(({ kind }) => kind === 'initial-password')],
];

/** Authentication method references (RFC 8176). */
const AMR: Readonly<Record<Factor['kind'], string>> = { password: 'pwd', 'initial-password': 'pwd' };

/** The steps that this file may lead to: they must exist, which the table of all steps checks at boot. */
export const stepsLedTo: readonly string[] = [FIRST_STEP, ...OWED.map(([step]) => step)];

/** The step that somebody proved by these factors still owes; undefined when there is none. */
export function owedBy(factors: readonly Factor[]): string | undefined {
  return OWED.find(([, isOwed]) => isOwed(factors))?.[0];
}

/** A step to show, with what must be kept until it was taken. */
export interface Owed {
  readonly status: 'owed';
  readonly step: string;
  readonly kept: Kept;
}

export type NextStep = ReturnType<typeof createNextStep>;

/** @param rememberSeconds how long « Se souvenir de moi » keeps the identifier. */
export function createNextStep(
  ports: Pick<Ports, 'vault' | 'rememberedIdentifiers' | 'knownBrowsers' | 'random' | 'clock'>,
  rememberSeconds: number,
) {
  /** What comes after a step that proved somebody. */
  async function after({ request }: StepContext, proved: Proved): Promise<Owed | Authenticated> {
    const { account, factors, provedAt, identifier, remember } = proved;
    const step = owedBy(factors);
    if (step !== undefined) {
      const record = { accountId: account.accountId, factors, provedAtMs: provedAt.getTime() };
      const proofs = { ...proved.kept?.proofs, proved: { ...record, identifierType: identifier.type, remember } };
      return { status: 'owed', step, kept: { ...proved.kept, proofs } };
    }
    const remembered = remember ? identifier : undefined;
    const browser = await afterSignIn(ports, rememberSeconds, request.browser, account.accountId, remembered);
    return {
      status: 'authenticated',
      accountId: account.accountId,
      acr: acrOf(account),
      amr: [...new Set(factors.map(({ kind }) => AMR[kind]))],
      provedAt,
      kept: { ...proved.kept, browser: { ...proved.kept?.browser, ...browser } },
    };
  }

  /** Where a place stands: the step that its proved person owes, or the first of all. */
  function current({ place }: StepContext): string {
    const { proved } = place.proofs;
    return (proved && owedBy(proved.factors)) ?? FIRST_STEP;
  }

  return { after, current };
}
