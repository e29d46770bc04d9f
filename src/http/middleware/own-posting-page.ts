/** oidc-provider's own posting page, replaced by one of ours. */
import type { Middleware } from 'koa';
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import type { Pages } from '../pages/pages.ts';
import type { Context, RequestState } from '../request-state.ts';

interface PostingParts {
  readonly pages: Pages;
}

/**
 * The page of oidc-provider that posts a form at once (a sign-out without a session, response_mode=form_post) becomes
 * ours: in the person's language, with a button where there is no JavaScript, and allowed to lead to its client.
 */
export function ownPostingPage({ pages }: PostingParts): Middleware<RequestState> {
  return async (ctx, next) => {
    await next();
    const body = typeof ctx.body === 'string' ? ctx.body : '';
    if (!body.includes('<title>Submitting Callback</title>')) return;
    const client = await clientOf(ctx);
    const uris = [...(client?.redirectUris ?? []), ...(client?.postLogoutRedirectUris ?? [])];
    pages.renderPosting(ctx, body, [...new Set(uris.map((uri) => new URL(uri).origin))]);
  };
}

/** As the provider of this request knows it. */
async function clientOf(ctx: Context): Promise<Client | undefined> {
  // oidc-provider adds `oidc` to the context of a request that is its own; Koa's type does not know.
  const { oidc } = ctx as unknown as { oidc?: KoaContextWithOIDC['oidc'] };
  return oidc?.client ?? oidc?.provider.Client.find(String(oidc.entities.Interaction?.params.client_id ?? ''));
}
