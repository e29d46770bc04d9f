/** What Redis says when it does not do what it is asked, in the words of the health page. */
import type { FailureReason } from '../../ports/monitoring.ts';

/** The first word of an error of Redis is its code. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
const REASONS: Readonly<Record<string, FailureReason>> = {
  OOM: 'full',
  READONLY: 'read-only',
  MISCONF: 'read-only',
  NOREPLICAS: 'read-only',
  NOPERM: 'denied',
  NOAUTH: 'denied',
  WRONGPASS: 'denied',
  MOVED: 'wrong-node',
  ASK: 'wrong-node',
  CLUSTERDOWN: 'wrong-node',
  CROSSSLOT: 'wrong-node',
  LOADING: 'busy',
  BUSY: 'busy',
  MASTERDOWN: 'unreachable',
};

/** @returns why, and the code of Redis or of the socket; none of it was typed by a person. */
export function describeRedisFault(error: unknown): { readonly reason: FailureReason; readonly code?: string } {
  if (!(error instanceof Error)) return { reason: 'failing' };
  if (error.name === 'ReplyError') {
    const code = /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
    return { reason: REASONS[code] ?? 'failing', code };
  }
  const code = 'code' in error ? String(error.code) : undefined;
  return { reason: 'unreachable', ...(code === undefined ? {} : { code }) };
}
