/** What PostgreSQL says when it does not do what it is asked, in the words of the health page. */
import type { FailureReason } from '../../ports/monitoring.ts';

/** SQLSTATE, or the first of it. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REASONS: readonly (readonly [start: string, reason: FailureReason])[] = [
  ['25006', 'read-only'],
  ['53100', 'full'],
  ['53200', 'full'],
  ['53300', 'busy'],
  ['53400', 'full'],
  ['57014', 'busy'],
  ['28', 'denied'],
  ['42501', 'denied'],
  ['08', 'unreachable'],
  ['57P', 'unreachable'],
];

/** @returns why, and the SQLSTATE or the code of the socket; none of it was typed by a person. */
export function describePostgresFault(error: unknown): { readonly reason: FailureReason; readonly code?: string } {
  if (!(error instanceof Error)) return { reason: 'failing' };
  const code = 'code' in error && error.code !== undefined ? String(error.code) : undefined;
  // The pool had no connection to give, and the server did not refuse one.
  if (code === undefined) return { reason: /TimeoutError$/.test(error.name) ? 'busy' : 'unreachable' };
  const isSqlState = /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
  const known = REASONS.find(([start]) => code.startsWith(start))?.[1];
  return { reason: isSqlState ? (known ?? 'failing') : 'unreachable', code };
}
