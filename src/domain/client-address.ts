/** Where a request comes from, as limits count it. */
export interface ClientAddress {
  /** Canonical: an IPv4 address or an IPv6 /64. */
  readonly address: string;
  /** Whether the operator listed it as one that many people share. */
  readonly shared: boolean;
}
