/** Captchas of an interaction, and the places that forms ask for. */
import Router from '@koa/router';
import type { Config } from '../../config/config.ts';
import { ServiceError } from '../../errors.ts';
import type { Interactions } from '../../oidc/interactions.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Contract } from '../contract/contract.ts';
import { localeOf } from '../locale.ts';
import type { Context, RequestState } from '../request-state.ts';
import { localeOfStep } from './respond.ts';
import { captchaToJson } from './steps.ts';

interface CaptchaRouteParts {
  readonly config: Config;
  readonly contract: Contract;
  readonly interactions: Interactions;
  readonly ports: Pick<Ports, 'captcha' | 'referenceData' | 'rateLimiter' | 'vault'>;
}

const LONGEST_LIST = 50;
const CAPTCHAS_A_FORM = 10;

export function createCaptchaRoutes({
  config,
  contract,
  interactions,
  ports,
}: CaptchaRouteParts): Router<RequestState> {
  const router = new Router<RequestState>();
  const on = (operationId: string, step: (ctx: Context, params: Record<string, string>) => Promise<void>) => {
    const { method, path } = contract.routeOf(operationId);
    router[method as 'get' | 'post'](path, (async (ctx: Context) => {
      ctx.state.operation = operationId;
      contract.checkQuery(operationId, ctx.query);
      await step(ctx, (ctx as unknown as { params: Record<string, string> }).params);
    }) as never);
  };

  /** A picture costs milliseconds of processor time: as many an hour as forms and their second tries need. */
  async function throttle(ctx: Context): Promise<void> {
    const { address, shared } = ctx.state.client;
    const limit = config.throttles.recoveryPerHour * CAPTCHAS_A_FORM * (shared ? config.proxies.sharedFactor : 1);
    const key = ports.vault.blindIndex('client-address', address);
    const result = await ports.rateLimiter.count({ name: 'captcha', limit, windowSeconds: 3600 }, key);
    if (!result.allowed) throw new ServiceError('too_many_requests', { retryAfterSeconds: result.retryAfterSeconds });
  }

  on('createCaptcha', async (ctx, { uid = '' }) => {
    if (!ctx.is('json')) throw new ServiceError('unsupported_media_type');
    await throttle(ctx);
    const pending = await interactions.load(ctx.req, ctx.res, uid);
    const captcha = await ports.captcha.create(uid, localeOfStep(ctx, pending));
    await interactions.save(pending, {});
    ctx.body = captchaToJson(config.issuer, uid, captcha);
  });

  on('showCaptcha', async (ctx, { uid = '', captchaId = '', form }) => {
    await throttle(ctx);
    await interactions.load(ctx.req, ctx.res, uid);
    const content =
      form === 'picture' ? await ports.captcha.picture(captchaId, uid) : await ports.captcha.sound(captchaId, uid);
    if (!content) throw new ServiceError('not_found');
    ctx.type = form === 'picture' ? 'image/png' : 'audio/wav';
    ctx.body = content;
  });

  on('listDepartements', async (ctx) => {
    ctx.body = ports.referenceData.departements().map(({ code, name }) => ({ code, name }));
  });

  on('listCommunes', async (ctx, { departement = '' }) => {
    if (!ports.referenceData.departements().some(({ code }) => code === departement))
      throw new ServiceError('not_found');
    const search = typeof ctx.query.search === 'string' ? ctx.query.search : '';
    const communes = ports.referenceData.searchCommunes(departement, search, LONGEST_LIST);
    ctx.body = communes.map(({ code, name }) => ({ code, name }));
  });

  on('listCountries', async (ctx) => {
    ctx.body = ports.referenceData.countries(localeOf(ctx)).map(({ code, name }) => ({ code, name }));
  });

  return router;
}
