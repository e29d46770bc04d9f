/** The captchas, by the name that `CAPTCHA_PROVIDER` chooses. A new one has files of its own, and a line here. */
import { captchetat } from './captchetat.ts';
import { ownCaptcha } from './own.ts';

export const captchaGateways = { own: ownCaptcha, captchetat };
