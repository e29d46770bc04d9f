/** A captcha beside a form: where it is drawn from, and whether it was solved. */
import { fieldError } from '../../errors.ts';
import type { Captcha, CaptchaChallenge } from '../../ports/captcha.ts';
import type { StepContext } from './context.ts';

/** @param addressOf the address of a path below the place. */
export function captchaToJson({ captchaId, expiresInSeconds }: CaptchaChallenge, addressOf: (path: string) => string) {
  const address = addressOf(`captchas/${captchaId}`);
  return { captchaId, picture: `${address}/picture`, sound: `${address}/sound`, expiresInSeconds };
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

/**
 * Where a captcha may be solved and need not be.
 * @returns whether it was: false where nothing was typed.
 * @throws ServiceError validation_failed on `captcha` when what was typed is not right.
 */
export async function checkCaptcha(
  captcha: Pick<Captcha, 'verify'>,
  { place }: StepContext,
  { captchaId, captcha: typed }: { readonly captchaId?: string; readonly captcha?: string },
): Promise<boolean> {
  if (typed === undefined) return false;
  if (captchaId === undefined) throw fieldError('captchaId', 'field_required');
  const result = await captcha.verify(captchaId, place.placeId, typed);
  if (result !== 'right') throw fieldError('captcha', result === 'wrong' ? 'captcha_wrong' : 'captcha_expired');
  return true;
}
