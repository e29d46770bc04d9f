/**
 * The provider in use, which can be built again while it serves: with other clients, with other keys. A request keeps
 * to its end the provider it began with. Nothing here holds an old provider: it goes with its last request.
 */
import type { IncomingMessage } from 'node:http';
import type { Provider } from 'oidc-provider';

export interface ProviderHolder {
  /** The provider that new requests begin with. */
  current(): Provider;
  /** The provider of this request: at every call the one that the first call gave. */
  of(request: IncomingMessage): Provider;
  /**
   * Builds a provider and has new requests begin with it. Rebuilds that are asked for at once are done one after the
   * other, so each reads what had been changed before it was asked for.
   * @throws what the build threw; the provider before stays in use.
   */
  rebuild(): Promise<void>;
}

/** Builds the first provider and holds it. @throws what the build threw. */
export async function createProviderHolder(build: () => Promise<Provider>): Promise<ProviderHolder> {
  let provider = await build();
  let last: Promise<unknown> = Promise.resolve();
  const begun = new WeakMap<IncomingMessage, Provider>();

  return {
    current: () => provider,

    of(request) {
      const known = begun.get(request) ?? provider;
      begun.set(request, known);
      return known;
    },

    rebuild() {
      const replace = async () => {
        provider = await build();
      };
      const rebuilt = last.then(replace, replace);
      last = rebuilt;
      return rebuilt;
    },
  };
}

/** What is made of a provider: once for each, and let go with it. */
export function oncePerProvider<Made>(make: (provider: Provider) => Made): (provider: Provider) => Made {
  const all = new WeakMap<Provider, { readonly made: Made }>();
  return (provider) => {
    const entry = all.get(provider) ?? { made: make(provider) };
    all.set(provider, entry);
    return entry.made;
  };
}
