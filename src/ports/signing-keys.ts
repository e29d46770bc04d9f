/** The keys that sign ID tokens. */

/** A private key, as a JWK (RFC 7517, RFC 7518 §6): the members of its kind are there, the others are not. */
export interface PrivateSigningKey {
  readonly kid: string;
  readonly kty: string;
  readonly d: string;
  readonly alg?: string;
  readonly use?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
}

/**
 * Like the clients, they are read when the provider is built. All of them are published and verify; the first of an
 * algorithm signs. A new key is listed last for as long as relying parties keep the published keys, then first; the
 * old one stays while anything that it signed is in use.
 */
export interface SigningKeys {
  /** At least one; no two have one `kid`. */
  list(): Promise<readonly PrivateSigningKey[]>;
}
