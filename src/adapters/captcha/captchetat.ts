/**
 * CaptchEtat, the captcha of the State, behind the same port: theirs are the picture, the sound and the verdict; the
 * bond with the interaction, the tries and the one use stay ours. Their uuid never leaves this service.
 */
import type { Captcha } from '../../ports/captcha.ts';
import type { KeyValueStore } from '../../ports/key-value-store.ts';
import type { Clock, RandomSource } from '../../ports/system.ts';
import type { Vault } from '../../ports/vault.ts';
import { type CaptchetatSettings, createCaptchetatGateway } from './captchetat-gateway.ts';
import { CHALLENGE_SECONDS, createChallenges } from './challenges.ts';

/** What the sealed record of one challenge holds. */
export interface CaptchetatChallenge {
  readonly uuid: string;
  readonly name: string;
  /** Base64. Kept because each picture asked of the gateway is a new captcha. */
  readonly picture: string;
}

const NAMES = { fr: 'captchaFR', en: 'captchaEN' } as const;
const LONGEST_CODE = 64;

export function createCaptchetat(
  settings: CaptchetatSettings,
  store: KeyValueStore,
  vault: Vault,
  random: RandomSource,
  clock: Clock,
): Captcha {
  const gateway = createCaptchetatGateway(settings, clock);
  const challenges = createChallenges<CaptchetatChallenge>(store, vault, random);
  return {
    async create(uid, locale) {
      const name = NAMES[locale];
      const { uuid, png } = await gateway.createPicture(name);
      const captchaId = await challenges.open(uid, { uuid, name, picture: png.toString('base64') });
      return { captchaId, expiresInSeconds: CHALLENGE_SECONDS };
    },

    async picture(captchaId, uid) {
      const challenge = await challenges.find(captchaId, uid);
      return challenge && Buffer.from(challenge.picture, 'base64');
    },

    async sound(captchaId, uid) {
      const challenge = await challenges.find(captchaId, uid);
      return challenge && gateway.sound(challenge.name, challenge.uuid);
    },

    async verify(captchaId, uid, answer) {
      const challenge = await challenges.find(captchaId, uid);
      if (!challenge || !(await challenges.takeTry(captchaId))) return 'expired';
      const code = answer.replace(/\s/gu, '');
      if (code === '' || code.length > LONGEST_CODE) return 'wrong';
      if (!(await gateway.validate(challenge.uuid, code))) return 'wrong';
      return (await challenges.use(captchaId)) ? 'right' : 'expired';
    },
  };
}
