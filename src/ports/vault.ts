/** Personal data, sealed and found again. */

/** Seals personal data (AES-256-GCM, key id, bound to its place) and computes blind indexes (HMAC-SHA-256). */
export interface Vault {
  /** @param binding where the value stands (table, column, row): opening it elsewhere fails. */
  seal(plaintext: string, binding: string): string;
  /** @throws Error when the text was altered, moved, or its key is unknown. */
  open(sealed: string, binding: string): string;
  /** Whether its key is there: what was sealed with a retired key opens no more, and nobody altered it. */
  hasKeyOf(sealed: string): boolean;
  /** A keyed digest by which a value is found again; `purpose` keeps equal values of two fields apart. */
  blindIndex(purpose: string, value: string): string;
}
