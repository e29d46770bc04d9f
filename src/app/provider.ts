/** The wiring of the provider and of the pages that it shows. */
import { findSigningKeyFault } from '../adapters/signing-key.ts';
import type { Config } from '../config/config.ts';
import { ConfigurationError, type Fault, faultOf } from '../config/fault.ts';
import { ServiceError } from '../errors.ts';
import { INTERACTIONS } from '../http/interactions/interaction-place.ts';
import { createPages, type Pages } from '../http/pages/pages.ts';
import { createProvider } from '../oidc/provider.ts';
import { createProviderHolder, type ProviderHolder } from '../oidc/provider-holder.ts';
import type { Ports } from '../ports/ports.ts';
import type { PrivateSigningKey } from '../ports/signing-keys.ts';
import type { Catalogues } from '../screens/catalogue.ts';

/** Builds the first provider. @throws ConfigurationError: a client, a key, or where they are read from. */
export async function startProvider(
  config: Config,
  ports: Ports,
  catalogues: Catalogues,
): Promise<{ pages: Pages; providers: ProviderHolder }> {
  let homeName = '';
  const pages = createPages(config, catalogues, { homeName: () => homeName, places: [INTERACTIONS] });

  async function build() {
    const [clients, signingKeys] = await Promise.all([ports.clients.list(), ports.signingKeys.list()]);
    checkSigningKeys(signingKeys);
    const provider = await createProvider(config, ports, { clients, signingKeys, pages: pages.providerPages });
    provider.on('server_error', (_ctx, error) =>
      ports.log.error({ event: 'server_error', error }, 'the provider failed'),
    );
    homeName = clients[0]?.name ?? '';
    return provider;
  }

  try {
    return { pages, providers: await createProviderHolder(build) };
  } catch (error) {
    throw new ConfigurationError(faultsOf(error), { cause: error });
  }
}

/** What the first build needs is all configuration: clients, keys, and where they are read from. */
function faultsOf(error: unknown): readonly Fault[] {
  if (error instanceof ServiceError && Array.isArray(error.details.faults)) return error.details.faults.map(faultOf);
  return [faultOf(error instanceof Error ? error.message : 'the provider cannot be built')];
}

/** Each signs and verifies, before anybody relies on it. @throws Error that names the key, and quotes nothing of it. */
function checkSigningKeys(keys: readonly PrivateSigningKey[]): void {
  for (const key of keys) {
    const fault = findSigningKeyFault(key);
    if (fault) throw new Error(`the provider cannot use the signing key ${key.kid}: ${fault}`);
  }
}
