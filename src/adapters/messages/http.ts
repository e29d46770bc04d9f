/** One HTTP call to a gateway. What a gateway answers to is decided by each sender; a gateway that is away, here. */
import { type ServiceError, storeUnavailable } from '../../errors.ts';
import type { SendResult } from '../../ports/messages.ts';

const TIMEOUT_MS = 10_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** @throws ServiceError store_unavailable when no answer came in time. */
export async function call(gateway: string, url: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Answer> {
  try {
    // A redirect would carry the number and the words elsewhere.
    const answer = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    throw away(gateway, { cause });
  }
}

/** It does not know us, takes no more from us, or is not there: nothing that another message would change. */
const REFUSES_US = new Set([401, 402, 403, 404, 405]);

/** Yes, a no that stays (4xx), or "later": 408, 429 and whatever is not an answer to the question. */
export function resultOf(gateway: string, { status }: Answer): SendResult {
  if (status === 200 || status === 202) return { sent: true };
  if (REFUSES_US.has(status)) throw away(gateway, { status, refusesUs: true });
  const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (refused) return { sent: false, reason: `${gateway}_${status}` };
  throw away(gateway, { status });
}

interface Trouble {
  readonly cause?: unknown;
  readonly status?: number;
  /** The gateway answers, and takes nothing from us. */
  readonly refusesUs?: boolean;
}

/** To be tried again. */
export function away(gateway: string, { cause, status, refusesUs }: Trouble = {}): ServiceError {
  const details = { gateway, ...(status ? { status } : {}), ...(refusesUs ? { refusesUs } : {}) };
  return storeUnavailable({ cause, details });
}
