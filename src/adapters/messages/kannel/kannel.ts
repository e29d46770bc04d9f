/**
 * Kannel's smsbox, by POST: the number and the credentials travel in headers and the words in the body, so that nothing
 * of a person is in a URL, which gateways and proxies write down. Reports come back with the id of our message.
 */
import type { Notifier } from '../../../ports/messages.ts';
import { call, resultOf } from '../http.ts';

export interface KannelSettings {
  /** Of the smsbox, such as http://10.0.0.5:13013. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Up to 11 letters and digits, or a number. */
  readonly sender: string;
  /**
   * Where Kannel reports to, with the credentials it shows there (http://kannel:secret@host/…); without it no message
   * is ever known to have been delivered.
   */
  readonly reportUrl?: string;
  readonly timeoutMs?: number;
}

/** Delivered to the phone, not delivered to the phone, refused by the network. */
const REPORTS = { delivered: 1, notDelivered: 2, refused: 16 };

export function createKannel(settings: KannelSettings): Notifier {
  const url = new URL('/cgi-bin/sendsms', settings.url).href;
  return {
    async send({ messageId, to, text }) {
      const headers = {
        'Content-Type': 'text/plain; charset=UTF-8',
        'X-Kannel-Username': settings.username,
        'X-Kannel-Password': settings.password,
        'X-Kannel-From': settings.sender,
        'X-Kannel-To': to,
        // GSM 7 bits: Kannel translates from UTF-8.
        'X-Kannel-Coding': '0',
        ...(settings.reportUrl ? reportHeaders(settings.reportUrl, messageId) : {}),
      };
      const answer = await call('kannel', url, { method: 'POST', headers, body: text }, settings.timeoutMs);
      const result = resultOf('kannel', answer);
      return result.sent && settings.reportUrl ? { sent: true, awaitsReport: true } : result;
    },
  };
}

/** Kannel replaces %d by the kind of report; URL would escape it. */
function reportHeaders(reportUrl: string, messageId: string): Record<string, string> {
  const { delivered, notDelivered, refused } = REPORTS;
  return {
    'X-Kannel-DLR-Mask': String(delivered | notDelivered | refused),
    'X-Kannel-DLR-Url': `${reportUrl}${reportUrl.includes('?') ? '&' : '?'}message=${messageId}&status=%d`,
  };
}

/** What a report says. @returns undefined for one that is not of ours, or says nothing final. */
export function readKannelReport(
  query: URLSearchParams,
): { readonly messageId: string; readonly status: 'delivered' | 'failed' } | undefined {
  const messageId = query.get('message') ?? '';
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(messageId)) return undefined;
  const kind = Number(query.get('status'));
  if (kind === REPORTS.delivered) return { messageId, status: 'delivered' };
  if (kind === REPORTS.notDelivered || kind === REPORTS.refused) return { messageId, status: 'failed' };
  return undefined;
}
