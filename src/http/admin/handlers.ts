/** The operations of the admin contract. */
import { ServiceError } from '../../errors.ts';
import type { MessageStatus } from '../../ports/messages.ts';
import type { Handlers } from '../contract/routes.ts';

/** What the handlers need of the service. */
export interface AdminActions {
  readMetrics(): Promise<string>;
  /** What a report says; undefined when it says nothing that we know. */
  readReport(query: URLSearchParams): { messageId: string; status: ReportedStatus } | undefined;
  /** Of a message that is unknown, or has ended, it changes nothing: a gateway is told the same. */
  report(messageId: string, status: ReportedStatus): Promise<void>;
}

export type ReportedStatus = Extract<MessageStatus, 'delivered' | 'failed'>;

export function createAdminHandlers({ readMetrics, readReport, report }: AdminActions): Handlers {
  return {
    async readMetrics(ctx) {
      ctx.body = await readMetrics();
    },

    async reportDelivery(ctx) {
      // RFC 9110 §9.3.2: HEAD is safe, and a report changes a message.
      if (ctx.method === 'HEAD') throw new ServiceError('method_not_allowed');
      const read = readReport(new URLSearchParams(ctx.querystring));
      if (!read) throw new ServiceError('report_unreadable');
      await report(read.messageId, read.status);
      ctx.body = 'ok';
    },
  };
}
