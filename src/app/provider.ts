/** The wiring of the provider and of the pages that it shows. */
import type { Config } from '../config/config.ts';
import { INTERACTIONS } from '../http/interactions/interaction-place.ts';
import { createPages, type Pages } from '../http/pages/pages.ts';
import { createProvider } from '../oidc/provider.ts';
import { createProviderHolder, type ProviderHolder } from '../oidc/provider-holder.ts';
import type { Ports } from '../ports/ports.ts';
import type { Catalogues } from '../screens/catalogue.ts';

/** Builds the first provider. @throws what made it impossible: a client, a key, or where they are read from. */
export async function startProvider(
  config: Config,
  ports: Ports,
  catalogues: Catalogues,
): Promise<{ pages: Pages; providers: ProviderHolder }> {
  let homeName = '';
  const pages = createPages(config, catalogues, { homeName: () => homeName, places: [INTERACTIONS] });

  async function build() {
    const [clients, signingKeys] = await Promise.all([ports.clients.list(), ports.signingKeys.list()]);
    const provider = await createProvider(config, ports, { clients, signingKeys, pages: pages.providerPages });
    provider.on('server_error', (_ctx, error) =>
      ports.log.error({ event: 'server_error', error }, 'the provider failed'),
    );
    homeName = clients[0]?.name ?? '';
    return provider;
  }

  return { pages, providers: await createProviderHolder(build) };
}
