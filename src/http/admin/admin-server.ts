/**
 * The admin listener: metrics, and the delivery reports of the SMS gateway, which shows the credentials that its report
 * address carries. It listens apart from the public one, on an address that only operators and gateways reach.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { MessageStatus } from '../../ports/messages.ts';
import type { Logger } from '../../ports/monitoring.ts';

interface AdminParts {
  readonly log: Logger;
  /** `user:password`; without it no report is believed. */
  readonly reportCredentials?: string;
  readMetrics(): Promise<string>;
  /** What a report says; undefined when it says nothing that we know. */
  readReport(query: URLSearchParams): { messageId: string; status: 'delivered' | 'failed' } | undefined;
  report(messageId: string, status: Extract<MessageStatus, 'delivered' | 'failed'>): Promise<boolean>;
}

export function createAdminServer(parts: AdminParts): Server {
  return createServer((req, res) => {
    answer(parts, req).then(
      ([status, body]) => end(res, status, body),
      (error) => {
        parts.log.error({ event: 'admin_failed', error }, 'the admin listener failed');
        end(res, 503, 'try again');
      },
    );
  });
}

async function answer(parts: AdminParts, req: IncomingMessage): Promise<readonly [status: number, body: string]> {
  const url = URL.parse(req.url ?? '/', 'http://admin');
  if (req.method !== 'GET' || !url) return [405, 'GET alone'];
  if (url.pathname === '/metrics') return [200, await parts.readMetrics()];
  if (url.pathname !== '/messages/report') return [404, 'not found'];
  if (!isAuthorized(req.headers.authorization, parts.reportCredentials)) return [401, 'credentials'];
  const report = parts.readReport(url.searchParams);
  if (!report) return [400, 'not a report'];
  await parts.report(report.messageId, report.status);
  return [200, 'ok'];
}

function isAuthorized(header: string | undefined, credentials: string | undefined): boolean {
  if (!credentials) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Basic ${Buffer.from(credentials).toString('base64')}`));
}

function end(res: ServerResponse, status: number, body: string): void {
  const challenge = status === 401 ? { 'WWW-Authenticate': 'Basic realm="reports"' } : {};
  res.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...challenge });
  res.end(body);
}
