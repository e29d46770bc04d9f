/** oidc-provider's own posting page, replaced by one of ours. */
import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import type { Pages } from '../pages/pages.ts';
import type { Context, Middleware } from '../request-state.ts';

/**
 * The page of oidc-provider that posts a form at once (a sign-out without a session, response_mode=form_post) becomes
 * ours: in the person's language, with a button where there is no JavaScript, and allowed to lead to its client.
 */
export function ownPostingPage(pages: Pick<Pages, 'renderPosting'>): Middleware {
  return async (ctx, next) => {
    await next();
    const body = typeof ctx.body === 'string' ? ctx.body : '';
    if (!body.includes('<title>Submitting Callback</title>')) return;
    const client = await clientOf(ctx);
    const uris = [...(client?.redirectUris ?? []), ...(client?.postLogoutRedirectUris ?? [])];
    pages.renderPosting(ctx, body, [...new Set(uris.map((uri) => new URL(uri).origin))]);
  };
}

/** As the provider of this request knows it: oidc-provider adds `oidc` to the context of a request that is its own. */
async function clientOf(ctx: Context): Promise<Client | undefined> {
  const oidc: KoaContextWithOIDC['oidc'] | undefined = ctx.oidc;
  return oidc?.client ?? oidc?.provider.Client.find(String(oidc.entities.Interaction?.params.client_id ?? ''));
}
