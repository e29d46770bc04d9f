/** Time and chance. */

export interface Clock {
  now(): Date;
}

export interface RandomSource {
  /** RFC 9562, version 4. */
  uuid(): string;
  /** Decimal digits, each equally likely. */
  digits(count: number): string;
  /** URL-safe text of at least 256 bits from the cryptographic generator. */
  token(): string;
}
