/** The wiring of the admin listener. */
import { readKannelReport } from '../adapters/messages/kannel/kannel.ts';
import type { Config } from '../config/config.ts';
import { type AdminParts, createAdminServer } from '../http/admin/server.ts';
import type { Messages } from '../ports/messages.ts';
import type { Metrics } from '../ports/monitoring.ts';
import { type Listener, listen } from './listener.ts';

interface StartParts extends Pick<AdminParts, 'log' | 'catalogues' | 'contract' | 'documents' | 'checkAnswers'> {
  readonly metrics: Metrics;
  readonly messages: Messages;
  readMetrics(): Promise<string>;
}

/** The admin listener, where the configuration opens one. */
export async function startAdmin(config: Config, parts: StartParts): Promise<Listener | undefined> {
  const { admin, issuer, messages, trial } = config;
  if (admin.port === 0) return undefined;
  const { username, password } = URL.parse(messages.kannel.reportUrl) ?? { username: '', password: '' };
  const application = createAdminServer({
    ...parts,
    issuer,
    trial,
    address: `http://${admin.host.includes(':') ? `[${admin.host}]` : admin.host}:${admin.port}`,
    reportCredentials: username ? `${decodeURIComponent(username)}:${decodeURIComponent(password)}` : undefined,
    actions: {
      readMetrics: parts.readMetrics,
      readReport: readKannelReport,
      async report(messageId, status) {
        const noted = await parts.messages.report(messageId, status);
        if (!noted) return;
        const name = status === 'delivered' ? 'messages_delivered' : 'messages_undelivered';
        parts.metrics.count(name, { channel: noted.kind, purpose: noted.purpose });
      },
    },
  });
  return listen(application.callback(), { ...admin, variable: 'ADMIN_PORT' });
}
