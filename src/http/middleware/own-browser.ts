/** An interaction is resumed by the browser that began it, once its person has finished it, and one time. */
import { ServiceError } from '../../errors.ts';
import type { BrowserBinding } from '../../oidc/interactions/browser-binding.ts';
import type { Resumes } from '../../oidc/interactions/resumes.ts';
import { protocolRoutes } from '../../oidc/paths.ts';
import { INTERACTIONS } from '../interactions/interaction-place.ts';
import type { Context, Middleware } from '../request-state.ts';

/** Below it interactions are resumed. */
export const RESUMED = `${protocolRoutes.authorization}/`;

/**
 * The library resumes the interaction of its cookie, whatever the path says, and begins another one where its person has
 * not finished it. Who comes too early goes on with the form.
 * @throws ServiceError interaction_not_found, interaction_elsewhere.
 */
export function ownBrowser(binding: BrowserBinding, resumes: Resumes): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(RESUMED)) return next();
    if (ctx.method === 'HEAD') {
      // RFC 9110 §9.3.2: safe; the library would resume.
      ctx.status = 200;
      return;
    }
    const uid = ctx.path.slice(RESUMED.length);
    const resumed = ctx.cookies.get(binding.resumeCookie, { signed: false });
    if (resumed === undefined) throw new ServiceError('interaction_not_found');
    if (resumed !== uid || !binding.isHeld(ctx.req, uid)) throw new ServiceError('interaction_elsewhere');
    const isFinished = await resumes.isFinished(uid);
    if (isFinished === false) {
      ctx.redirect(INTERACTIONS + uid);
      ctx.status = 303;
      return;
    }
    if (!isFinished || !(await resumes.begin(uid))) throw new ServiceError('interaction_not_found');
    try {
      await next();
      if (ctx.status < 500 && takesBack(ctx)) {
        if (!(await resumes.end(uid))) throw new ServiceError('interaction_not_found');
        binding.retire(ctx.cookies, uid);
        return;
      }
      // It refused before the interaction was over: the session that it began with is gone.
      if (ctx.status >= 400 && ctx.status < 500) throw new ServiceError('interaction_not_found');
    } catch (error) {
      await giveBack(ctx, uid);
      throw error;
    }
    await giveBack(ctx, uid);
  };

  /** Whether the library takes its cookie back: the interaction is over for it. */
  function takesBack(ctx: Context): boolean {
    return cookiesOf(ctx).some((cookie) => cookie.startsWith(`${binding.resumeCookie}=;`));
  }

  /** Nothing of the answer leaves, which may hold a code, and the browser keeps what it resumes with. */
  async function giveBack(ctx: Context, uid: string): Promise<void> {
    const names = [binding.resumeCookie, `${binding.resumeCookie}.sig`];
    const kept = cookiesOf(ctx).filter((cookie) => !names.some((name) => cookie.startsWith(`${name}=`)));
    ctx.remove('Location');
    ctx.set('Set-Cookie', kept);
    await resumes.giveBack(uid);
  }
}

/** Those that the answer sets. */
function cookiesOf(ctx: Context): string[] {
  return [ctx.response.get('Set-Cookie') ?? []].flat();
}
