/**
 * CaptchEtat, the captcha of the State, behind the same port: theirs are the picture, the sound and the verdict; the
 * bond with the interaction, the tries and the one use stay ours. Their uuid never leaves this service.
 */
import type { Captcha } from '../../ports/captcha.ts';
import type { CaptchaChallenges } from '../../ports/captcha-challenges.ts';
import type { Clock } from '../../ports/system.ts';
import { address, gateway, secret } from '../../setting.ts';
import { type CaptchetatSettings, createCaptchetatGateway } from './captchetat-gateway.ts';
import type { CaptchaTools } from './tools.ts';

/** What the sealed record of one challenge holds. */
export interface CaptchetatChallenge {
  readonly uuid: string;
  readonly name: string;
  /** Base64. Kept because each picture asked of the gateway is a new captcha. */
  readonly picture: string;
}

const NAMES = { fr: 'captchaFR', en: 'captchaEN' } as const;
const LONGEST_CODE = 64;

/** As a choice of `CAPTCHA_PROVIDER`. */
export const captchetat = gateway({
  settings: {
    apiUrl: address('CAPTCHETAT_URL', '', 'CaptchEtat v2; ends in /piste/captchetat/v2', { empty: 'until chosen' }),
    tokenUrl: address('CAPTCHETAT_TOKEN_URL', '', 'Where CaptchEtat gives tokens; ends in /api/oauth/token', {
      empty: 'until chosen',
    }),
  },
  secrets: {
    clientId: secret('CAPTCHETAT_CLIENT_ID', 'Client of CaptchEtat'),
    clientSecret: secret('CAPTCHETAT_CLIENT_SECRET', 'Its secret'),
  },
  create: (settings, { createChallenges, clock }: CaptchaTools): Captcha =>
    createCaptchetat(settings, createChallenges(), clock),
});

export function createCaptchetat(
  settings: CaptchetatSettings,
  challenges: CaptchaChallenges<CaptchetatChallenge>,
  clock: Clock,
): Captcha {
  const gateway = createCaptchetatGateway(settings, clock);
  const judge = (typed: string | undefined) => {
    const code = typed?.replace(/\s/gu, '');
    if (code === undefined) return undefined;
    return ({ uuid }: CaptchetatChallenge) =>
      code !== '' && code.length <= LONGEST_CODE && gateway.validate(uuid, code);
  };
  return {
    create: (uid, locale, clientAddress) =>
      challenges.create(uid, clientAddress, async () => {
        const name = NAMES[locale];
        const { uuid, png } = await gateway.createPicture(name);
        return { uuid, name, picture: png.toString('base64') };
      }),

    findAnswerable: challenges.findAnswerable,

    async picture(captchaId, uid) {
      const challenge = await challenges.find(captchaId, uid);
      return challenge && Buffer.from(challenge.picture, 'base64');
    },

    async sound(captchaId, uid) {
      const challenge = await challenges.find(captchaId, uid);
      return challenge && gateway.sound(challenge.name, challenge.uuid);
    },

    solve: (captchaId, uid, answer) => challenges.solve(captchaId, uid, judge(answer)),
    verify: (captchaId, uid, answer) => challenges.verify(captchaId, uid, judge(answer)),
  };
}
