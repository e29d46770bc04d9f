/** Where a request comes from, as limits count it. */
export interface ClientAddress {
  /** Canonical: an IPv4 address or an IPv6 /64, which one subscriber holds whole. */
  readonly address: string;
  /** Whether the operator listed it as one that many people share. */
  readonly shared: boolean;
  /** The networks around it that one subscriber may hold too, the narrowest first; none around an IPv4 address. */
  readonly networks?: readonly ClientNetwork[];
}

export interface ClientNetwork {
  /** Canonical, such as an IPv6 /48. */
  readonly address: string;
  /** By how much its limit is higher than that of one address. */
  readonly factor: number;
}
