/** Whom a code or a count is about: somebody need not have an account yet. */

export type Subject =
  | { readonly kind: 'account'; readonly accountId: string }
  /** A contact point that somebody wants to prove; `key` is its blind index, never the number or the address. */
  | { readonly kind: 'contact-point'; readonly key: string };

/** The key under which what a subject does is counted: no two subjects share one, whatever their kinds. */
export function subjectKey(subject: Subject): string {
  return `${subject.kind}:${subject.kind === 'account' ? subject.accountId : subject.key}`;
}
