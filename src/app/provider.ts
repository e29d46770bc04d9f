/** The wiring of the provider and of the pages that it shows. */
import { findSigningKeyFault, signsWith } from '../adapters/signing-key.ts';
import type { Config } from '../config/config.ts';
import { ConfigurationError, type Fault, faultOf } from '../config/fault.ts';
import { ServiceError } from '../errors.ts';
import { INTERACTIONS } from '../http/interactions/interaction-place.ts';
import { createPages, type Pages } from '../http/pages/pages.ts';
import { createProvider } from '../oidc/provider.ts';
import { createProviderHolder, type ProviderHolder } from '../oidc/provider-holder.ts';
import type { Client } from '../ports/clients.ts';
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
    checkAlgorithms(clients, signingKeys);
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

/** Every client has a key that signs for it, before anybody signs in there. @throws Error that names the client and the remedy. */
function checkAlgorithms(clients: readonly Client[], keys: readonly PrivateSigningKey[]): void {
  for (const { clientId, idTokenAlgorithm } of clients)
    if (!keys.some((key) => signsWith(key, idTokenAlgorithm)))
      throw new Error(
        `client ${clientId}: id_token_alg: no key of SIGNING_KEYS signs with ${idTokenAlgorithm}; \`mon-compte-identity secrets\` prints one`,
      );
}
