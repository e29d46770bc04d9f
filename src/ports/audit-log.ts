/** The record of security facts. */

/** A security fact. Never a secret, a NIR, a name, a contact point. */
export interface AuditEvent {
  readonly kind: string;
  readonly outcome: string;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly requestId?: string;
  /** Keyed digest of the client address: groups events without telling where from. */
  readonly clientAddressIndex?: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditLog {
  record(event: AuditEvent): Promise<void>;
}
