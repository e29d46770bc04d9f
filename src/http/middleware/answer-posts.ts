/**
 * The endpoints that browsers are led to take POST too (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). A post from
 * another site carries none of our cookies (SameSite=Lax), so it becomes the GET of the same parameters, which does.
 */
import { bodyParser } from '@koa/bodyparser';
import { ServiceError } from '../../errors.ts';
import { LONGEST_QUERY } from '../../oidc/bound-parameters.ts';
import { protocolRoutes } from '../../oidc/paths.ts';
import { toServiceError } from '../problem.ts';
import type { Context, Middleware } from '../request-state.ts';

const PATHS: ReadonlySet<string> = new Set([protocolRoutes.authorization, protocolRoutes.end_session]);

const parse = bodyParser({
  enableTypes: ['form'],
  formLimit: LONGEST_QUERY,
  onError: (error) => {
    throw toServiceError(Object.assign(error, { expose: true }));
  },
});

/** Stands before the throttles: the GET is counted. @throws ServiceError unsupported_media_type, body_too_large. */
export const answerPosts: Middleware = async (ctx, next) => {
  if (!PATHS.has(ctx.path)) return next();
  if (ctx.method === 'HEAD' && ctx.path === protocolRoutes.end_session) {
    // RFC 9110 §9.3.2: safe; the library would sign out.
    ctx.status = 200;
    return;
  }
  if (ctx.method !== 'POST') return next();
  const query = [ctx.querystring, await readForm(ctx)].filter(Boolean).join('&');
  if (query.length > LONGEST_QUERY) throw new ServiceError('body_too_large');
  ctx.redirect(query ? `${ctx.path}?${query}` : ctx.path);
  ctx.status = 303;
};

/** The parameters in their order, each as often as it was sent, in one spelling. */
async function readForm(ctx: Context): Promise<string> {
  if (ctx.request.length === 0 || ctx.is('urlencoded') === null) return '';
  if (!ctx.is('urlencoded')) throw new ServiceError('unsupported_media_type');
  await parse(ctx, async () => {});
  return new URLSearchParams(ctx.request.rawBody ?? '').toString();
}
