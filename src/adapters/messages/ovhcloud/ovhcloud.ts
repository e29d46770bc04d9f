/**
 * OVHcloud's SMS API. Each call is signed over its address, its body and the time of their clock, which may not be
 * ours: the difference is asked for first, and again after a refusal.
 */
import { createHash } from 'node:crypto';
import type { Notifier } from '../../../ports/messages.ts';
import type { Clock } from '../../../ports/system.ts';
import { away, call, resultOf } from '../http.ts';

export interface OvhcloudSettings {
  /** https://eu.api.ovh.com/1.0 */
  readonly url: string;
  /** Such as sms-xx11111-1. */
  readonly serviceName: string;
  readonly applicationKey: string;
  readonly applicationSecret: string;
  readonly consumerKey: string;
  /** One that OVHcloud has validated. */
  readonly sender: string;
  readonly timeoutMs?: number;
}

/** What it says of our keys, by 400 as well. */
const NOT_KNOWN = /invalid.(signature|credential|key)|not_(credential|granted_call)/i;

export function createOvhcloud(settings: OvhcloudSettings, clock: Clock): Notifier {
  const base = settings.url.replace(/\/$/, '');
  const url = `${base}/sms/${encodeURIComponent(settings.serviceName)}/jobs`;
  const ourSeconds = () => Math.floor(clock.now().getTime() / 1000);
  let offset: number | undefined;

  async function findOffset(): Promise<number> {
    const { status, text } = await call('ovhcloud', `${base}/auth/time`, {}, settings.timeoutMs);
    if (status !== 200 || !/^\d+$/.test(text.trim())) throw away('ovhcloud', { status });
    return Number(text) - ourSeconds();
  }

  return {
    async send({ to, text }) {
      offset ??= await findOffset();
      const body = JSON.stringify({
        message: text,
        receivers: [to],
        sender: settings.sender,
        senderForResponse: false,
        // Without it nothing leaves at night or on Sundays, and a commercial STOP is added to a code.
        noStopClause: true,
        priority: 'high',
        charset: 'UTF-8',
        coding: '7bit',
        class: 'phoneDisplay',
      });
      const timestamp = String(ourSeconds() + offset);
      const headers = {
        'Content-Type': 'application/json; charset=utf-8',
        'X-Ovh-Application': settings.applicationKey,
        'X-Ovh-Consumer': settings.consumerKey,
        'X-Ovh-Timestamp': timestamp,
        'X-Ovh-Signature': signOvhcloud(settings, 'POST', url, body, timestamp),
      };
      const answer = await call('ovhcloud', url, { method: 'POST', headers, body }, settings.timeoutMs);
      if (answer.status >= 400) offset = undefined;
      if (/QUERY_TIME_OUT|invalid timestamp/i.test(answer.status >= 400 ? answer.text : ''))
        throw away('ovhcloud', { status: answer.status });
      if (answer.status >= 400 && NOT_KNOWN.test(answer.text))
        throw away('ovhcloud', { status: answer.status, refusesUs: true });
      const result = resultOf('ovhcloud', answer);
      return result.sent && refusedReceiver(answer.text)
        ? { sent: false, reason: 'ovhcloud_invalid_receiver' }
        : result;
    },
  };
}

/** `$1$` and SHA-1 over the secrets, the call and the time: OVHcloud's own scheme. */
export function signOvhcloud(
  keys: Pick<OvhcloudSettings, 'applicationSecret' | 'consumerKey'>,
  method: string,
  url: string,
  body: string,
  timestamp: string,
): string {
  const signed = [keys.applicationSecret, keys.consumerKey, method, url, body, timestamp].join('+');
  return `$1$${createHash('sha1').update(signed).digest('hex')}`;
}

/** A job is accepted even when it has nobody left to be sent to. */
function refusedReceiver(text: string): boolean {
  try {
    const { invalidReceivers } = JSON.parse(text) as { invalidReceivers?: unknown };
    return Array.isArray(invalidReceivers) && invalidReceivers.length > 0;
  } catch {
    return false;
  }
}
