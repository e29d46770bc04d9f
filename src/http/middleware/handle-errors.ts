/** Whatever is thrown below becomes a problem, or a page for a person; nothing of its cause is shown. */
import { ServiceError } from '../../errors.ts';
import type { Logger } from '../../ports/monitoring.ts';
import type { Catalogues } from '../../screens/catalogue.ts';
import { PROBLEM_TYPE } from '../contract/contract.ts';
import { type Locale, localeOf } from '../locale.ts';
import { setRetryAfter, toProblem, toServiceError } from '../problem.ts';
import type { Context, Middleware } from '../request-state.ts';
import { logFields } from './log-request.ts';

/** What is known of where a refused person is. */
export interface Whereabouts {
  readonly locale: Locale;
  /** Where they are led back to. */
  readonly home?: { readonly name: string; readonly url: string };
}

export interface ErrorParts {
  readonly issuer: string;
  readonly log: Logger;
  readonly catalogues: Catalogues;
  /** Without it a refusal is in the language of the request and leads nowhere. */
  findWhereabouts?(ctx: Context, error: ServiceError): Promise<Whereabouts>;
  /** Answers in the form of another protocol, where the request is of one. @returns whether it did. */
  renderForeign?(ctx: Context, error: ServiceError): boolean;
  /** Without it every refusal is a problem. */
  renderPage?(ctx: Context, error: ServiceError, whereabouts: Whereabouts): void;
}

export function handleErrors(parts: ErrorParts): Middleware {
  const { issuer, log, catalogues, findWhereabouts, renderForeign, renderPage } = parts;
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body == null) throw new ServiceError('not_found');
    } catch (thrown) {
      const error = toServiceError(thrown);
      const { code, details, status } = error;
      if (status >= 500) log.error({ ...logFields(ctx), code, error: thrown, details }, 'failed');
      ctx.status = status;
      setRetryAfter(ctx, error);
      if (renderForeign?.(ctx, error)) return;
      const whereabouts = (await findWhereabouts?.(ctx, error)) ?? { locale: localeOf(ctx) };
      if (renderPage && ctx.state.wantsHtml) return renderPage(ctx, error, whereabouts);
      const problem = toProblem(error, issuer, ctx.state.requestId, catalogues[whereabouts.locale]);
      const { home } = whereabouts;
      ctx.body = JSON.stringify(home ? { ...problem, returnTo: home.url } : problem);
      ctx.type = PROBLEM_TYPE;
    }
  };
}
