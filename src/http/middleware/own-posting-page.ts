/** oidc-provider's own posting page, replaced by one of ours. */
import type { Middleware } from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../../config/config.ts';
import type { Pages } from '../pages/pages.ts';
import type { Context, RequestState } from '../request-state.ts';

interface PostingParts {
  readonly config: Config;
  readonly pages: Pages;
}

/**
 * The page of oidc-provider that posts a form at once (a sign-out without a session, response_mode=form_post) becomes
 * ours: in the person's language, with a button where there is no JavaScript, and allowed to lead to its client.
 */
export function ownPostingPage({ config, pages }: PostingParts): Middleware<RequestState> {
  return async (ctx, next) => {
    await next();
    const body = typeof ctx.body === 'string' ? ctx.body : '';
    if (!body.includes('<title>Submitting Callback</title>')) return;
    const clientId = clientIdOf(ctx);
    const client = config.clients.find((known) => known.clientId === clientId);
    const uris = [...(client?.redirectUris ?? []), ...(client?.postLogoutRedirectUris ?? [])];
    pages.renderPosting(ctx, body, [...new Set(uris.map((uri) => new URL(uri).origin))]);
  };
}

function clientIdOf(ctx: Context): string | undefined {
  const { oidc } = ctx as unknown as { oidc?: KoaContextWithOIDC['oidc'] };
  return oidc?.client?.clientId ?? (oidc?.entities.Interaction?.params.client_id as string | undefined);
}
