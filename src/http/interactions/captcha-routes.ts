/** Captchas of an interaction: a new one, its picture and its sound. */
import type Router from '@koa/router';
import type { Config } from '../../config/config.ts';
import { ServiceError } from '../../errors.ts';
import type { Interactions } from '../../oidc/interactions/interactions.ts';
import type { Ports } from '../../ports/ports.ts';
import { captchaToJson } from '../../stories/kit/captcha.ts';
import { createClientAddressThrottle } from '../../stories/kit/client-address-throttle.ts';
import { type Contract, JSON_TYPE } from '../contract/contract.ts';
import { createRoutes } from '../contract/routes.ts';
import { sendRange } from '../ranges.ts';
import { readJson } from '../read-body.ts';
import type { Context, RequestState } from '../request-state.ts';
import { localeOfStep } from '../steps/context.ts';
import { loadInteraction } from './interaction-place.ts';

interface CaptchaRouteParts {
  readonly config: Pick<Config, 'issuer' | 'throttles' | 'proxies'>;
  readonly contract: Contract;
  readonly interactions: Interactions;
  readonly ports: Pick<Ports, 'captcha' | 'rateLimiter' | 'vault'>;
}

/** Seen, heard and seen again; a browser that plays a sound may ask for its first bytes before it asks for the rest. */
const VIEWS_OF_ONE = 4;

export function createCaptchaRoutes(parts: CaptchaRouteParts): Router<RequestState> {
  const { config, contract, interactions, ports } = parts;
  const throttle = createClientAddressThrottle(ports, config.proxies.sharedFactor);
  /** A picture costs milliseconds of processor time. */
  const limit = config.throttles.captchasPerHour * VIEWS_OF_ONE;
  const policy = { name: 'captcha-views', limit, windowSeconds: 3600 };

  return createRoutes(contract, {
    async createCaptcha(ctx, { params: { uid } }) {
      const body = await readJson(ctx);
      const place = await loadInteraction(interactions, ctx, uid);
      ctx.state.place = place;
      contract.checkBody('createCaptcha', JSON_TYPE, body);
      const captcha = await ports.captcha.create(place.placeId, localeOfStep(ctx, place), ctx.state.clientAddress);
      await place.touch();
      ctx.body = captchaToJson(captcha, (path) => `${config.issuer}${place.base}/${path}`);
    },

    async showCaptchaPicture(ctx, { params: { uid, captchaId } }) {
      ctx.body = found(await ports.captcha.picture(captchaId, await view(ctx, uid)));
      ctx.type = 'image/png';
    },

    async showCaptchaSound(ctx, { params: { uid, captchaId } }) {
      sendRange(ctx, 'audio/wav', found(await ports.captcha.sound(captchaId, await view(ctx, uid))));
    },
  });

  /** Counts one more view. @returns the interaction that the captcha must be of. */
  async function view(ctx: Context, uid: string): Promise<string> {
    await throttle(policy, ctx.state.clientAddress);
    return (await loadInteraction(interactions, ctx, uid)).placeId;
  }
}

/** @throws ServiceError not_found. */
function found(content: Buffer | undefined): Buffer {
  if (!content) throw new ServiceError('not_found');
  return content;
}
