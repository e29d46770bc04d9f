/** The way back from an upstream provider: its fixed callback address knows a place by `state` alone. */

export interface UpstreamReturn {
  readonly placeId: string;
  /** The operation of the place that goes on with what the upstream provider answered. */
  readonly operation: string;
}

/**
 * Keyed by the `state` that left with the browser, 256 bits from the cryptographic generator; neither it nor the
 * place is readable at rest. It leads to a place and proves nothing: the cookie of the place and the story's own proof
 * do, and the proof is used once.
 */
export interface UpstreamReturns {
  save(state: string, to: UpstreamReturn, expiresInSeconds: number): Promise<void>;
  /** @returns undefined for a `state` that is unknown or has expired. */
  find(state: string): Promise<UpstreamReturn | undefined>;
}
