/**
 * The record of security facts, and how each is declared: whoever leaves an event says beside its code what it tells, and
 * what it carries. An event, an outcome or a detail that nobody declared does not compile (ADR 0036). The whole catalogue
 * is docs/audit-events.md.
 */

/** Whom and what an event may name. Never a secret, a NIR, a name or a contact point. */
interface Names {
  readonly accountId: string;
  readonly clientId: string;
  readonly requestId: string;
  /** Keyed digest of the client address: groups events without telling where from. */
  readonly clientAddressIndex: string;
}

type Name = keyof Names;

/** Which of them it names. */
type Naming = { readonly [Each in Name]?: 'always' | 'if-known' };

/** One kind of event, as it is declared. */
export interface AuditKind {
  /** What its events tell, in a sentence. */
  readonly says: string;
  readonly names: Naming;
  readonly outcomes: Readonly<Record<string, AuditOutcome>>;
  /** Of a step behind the guard: the refusals that are worth an event, by their codes. */
  readonly refusals?: readonly string[];
}

/** What it tells, in a sentence; with what it carries, and whom it names where that differs from its kind. */
export type AuditOutcome =
  | string
  | { readonly says: string; readonly names?: Naming; readonly details?: Readonly<Record<string, AuditDetail>> };

export interface AuditDetail {
  readonly says: string;
  /** Its type, or the values that there are. */
  readonly is: 'string' | 'number' | readonly string[];
}

/** Each kind, by its name. Who leaves its events declares it, with the type of what is declared. */
// biome-ignore lint/suspicious/noEmptyInterface: each kind is added by whoever leaves its events
export interface AuditKinds {}

type Kinds = Required<AuditKinds>;

export type AuditKindName = keyof Kinds;

type RefusalsOf<Declared> = Declared extends { readonly refusals: readonly (infer Code)[] } ? Code : never;

/** Kinds of steps that stand behind the guard. */
export type GuardedKind = {
  [Kind in AuditKindName]: Kinds[Kind] extends { readonly refusals: readonly string[] } ? Kind : never;
}[AuditKindName];

/** What may become of a guarded step, besides its refusals. */
export type OutcomeOf<Kind extends AuditKindName> = keyof Kinds[Kind]['outcomes'] & string;

type ValueOf<Detail> = Detail extends { readonly is: infer Is }
  ? Is extends readonly (infer Value)[]
    ? Value
    : Is extends 'number'
      ? number
      : string
  : never;

type DetailsOf<Outcome> = Outcome extends { readonly details: infer Details }
  ? { readonly details: { readonly [Each in keyof Details]: ValueOf<Details[Each]> } }
  : { readonly details?: undefined };

type NamesOf<Named> = {
  readonly [Each in Name as Named extends { readonly [N in Each]: 'always' } ? Each : never]: Names[Each];
} & {
  readonly [Each in Name as Named extends { readonly [N in Each]: 'always' } ? never : Each]?: Each extends keyof Named
    ? Names[Each]
    : undefined;
};

type EventWith<Kind, Outcome, Named, Declared> = { readonly kind: Kind; readonly outcome: Outcome } & NamesOf<
  Declared extends { readonly names: infer Own } ? Own : Named
> &
  DetailsOf<Declared>;

type EventOf<Kind, Declared extends AuditKind, Outcomes = Declared['outcomes']> =
  | { [Outcome in keyof Outcomes]: EventWith<Kind, Outcome, Declared['names'], Outcomes[Outcome]> }[keyof Outcomes]
  | EventWith<Kind, RefusalsOf<Declared>, Declared['names'], string>;

/** A security fact. */
export type AuditEvent = { [Kind in AuditKindName]: EventOf<Kind, Kinds[Kind]> }[AuditKindName];

export interface AuditLog {
  record(event: AuditEvent): Promise<void>;
}
