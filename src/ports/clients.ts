/** Relying parties. */

/** How a client authenticates to the token and revocation endpoints (RFC 7591 §2). */
export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'none';

/** What signs the ID tokens of a client (RFC 7518 §3.1). */
export type IdTokenAlgorithm = 'ES256' | 'RS256';

/** One relying party: what it may ask for, and where it may be answered. */
export interface Client {
  readonly clientId: string;
  /** Shown to people. */
  readonly name: string;
  /** Where a lost person is led back to. */
  readonly homeUrl: string;
  /** Groups clients that share one pairwise `sub`. Never derived from a host: a new host would change every `sub`. */
  readonly sector: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly scopes: readonly string[];
  /** Entitled to the NIR (décret 2019-341). */
  readonly nirEntitled: boolean;
  /** A public client (a browser or a telephone) has no secret and relies on PKCE. */
  readonly public: boolean;
  /** An application on a telephone or a computer: a loopback redirect of its own takes any port (RFC 8252 §7.3). */
  readonly native: boolean;
  /** The one way in which it may authenticate; without it, any that fits: of a public client `none`, of others a secret. */
  readonly tokenEndpointAuthMethod?: ClientAuthMethod;
  readonly idTokenAlgorithm: IdTokenAlgorithm;
  readonly secret?: string;
  /** Origins that may call the token and userinfo endpoints from a browser; public clients alone. */
  readonly origins: readonly string[];
  readonly refresh: boolean;
  /** What a second use of a refresh token is: within a grace the same successor, or at once the end (RFC 9700 §4.14.2). */
  readonly refreshReuse: 'grace' | 'strict';
  /** Whether a refresh gives a new refresh token. Always of a public client. */
  readonly refreshRotation: boolean;
}

/**
 * The register of relying parties, as it is now. No two have one id. The provider serves what was registered when it
 * was built: a change is served after it is built again, so a request asks the provider and not this port.
 * Both throw ServiceError `store_unavailable` when the register cannot be read whole; a register with a fault is not
 * read in part, and `details.faults` names each.
 */
export interface Clients {
  /** Undefined for an unknown id; ids are compared exactly. */
  find(clientId: string): Promise<Client | undefined>;
  /** All, at least one, in the order of the register. The first is the portal itself, named where no other is known. */
  list(): Promise<readonly Client[]>;
}
