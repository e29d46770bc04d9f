/** Where the picture and the sound of a captcha are, for whoever draws the form. */
import type { CaptchaChallenge } from '../../ports/captcha.ts';

/** @param addressOf the address of a path below the place. */
export function captchaToJson({ captchaId, expiresInSeconds }: CaptchaChallenge, addressOf: (path: string) => string) {
  const address = addressOf(`captchas/${captchaId}`);
  return { captchaId, picture: `${address}/picture`, sound: `${address}/sound`, expiresInSeconds };
}
