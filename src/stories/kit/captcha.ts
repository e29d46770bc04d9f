/** A captcha beside a form: where it is drawn from, and whether it was solved. */
import { fieldError } from '../../errors.ts';
import type { Captcha, CaptchaChallenge } from '../../ports/captcha.ts';
import type { StepContext } from './context.ts';
import type { Kept } from './outcome.ts';

/** @param addressOf the address of a path below the place. */
export function captchaToJson(
  { captchaId, expiresInSeconds, isSolved }: CaptchaChallenge,
  addressOf: (path: string) => string,
) {
  const address = addressOf(`captchas/${captchaId}`);
  const shown = { captchaId, picture: `${address}/picture`, sound: `${address}/sound`, expiresInSeconds };
  return isSolved ? { ...shown, solved: true } : shown;
}

/** What a form with a captcha is shown again with: the same one, while it can be answered. */
export function keepCaptcha({ captchaId }: CaptchaChallenge): Kept {
  return { form: { captchaId } };
}

/** The captcha that a form came with, unless its button asks for another. @param body not checked yet. */
export function captchaToKeep({ captchaId, ...body }: { readonly captchaId?: unknown }): string | undefined {
  return typeof captchaId === 'string' && !('renew' in body) ? captchaId : undefined;
}

/**
 * The captcha that a form has, while it can be answered, else another one.
 * @throws ServiceError too_many_requests.
 */
export async function findOrCreateCaptcha(
  captcha: Pick<Captcha, 'findAnswerable' | 'create'>,
  { request, place }: StepContext,
  captchaId: string | undefined,
): Promise<CaptchaChallenge> {
  const kept = captchaId === undefined ? undefined : await captcha.findAnswerable(captchaId, place.placeId);
  return kept ?? captcha.create(place.placeId, request.locale, request.clientAddress);
}

interface Typed {
  readonly captchaId?: string;
  readonly captcha?: string;
}

/**
 * Uses the captcha of a form up: solved now, or when the form had other faults.
 * @throws ServiceError validation_failed on `captcha` when what was typed is not right.
 */
export async function useCaptcha(
  captcha: Pick<Captcha, 'verify'>,
  { place }: StepContext,
  typed: Typed,
): Promise<void> {
  if (typed.captchaId === undefined) throw fieldError('captchaId', 'field_required');
  const result = await captcha.verify(typed.captchaId, place.placeId, typed.captcha);
  if (result !== 'right') throw fieldError('captcha', CODES[result]);
}

/**
 * The captcha of a form that has other faults: solved now, it stays so while the rest is corrected.
 * @throws ServiceError validation_failed on `captcha` when what was typed is not right.
 */
export async function solveCaptcha(
  captcha: Pick<Captcha, 'solve'>,
  { place }: StepContext,
  { captchaId, captcha: answer }: Typed,
): Promise<void> {
  if (captchaId === undefined) return;
  const result = await captcha.solve(captchaId, place.placeId, answer);
  if (result !== 'right') throw fieldError('captcha', CODES[result]);
}

const CODES = { wrong: 'captcha_wrong', unanswered: 'field_required', expired: 'captcha_expired' } as const;

/**
 * Where a captcha may be solved and need not be.
 * @returns whether it was, now or when the form had other faults: false where nothing was typed.
 * @throws ServiceError validation_failed on `captcha` when what was typed is not right.
 */
export async function checkCaptcha(
  captcha: Pick<Captcha, 'verify'>,
  context: StepContext,
  typed: Typed,
): Promise<boolean> {
  if (typed.captcha === undefined)
    return (
      typed.captchaId !== undefined &&
      (await captcha.verify(typed.captchaId, context.place.placeId, undefined)) === 'right'
    );
  await useCaptcha(captcha, context, typed);
  return true;
}
