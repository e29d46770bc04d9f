/** The wiring of the admin listener. */
import type { Server } from 'node:http';
import { readKannelReport } from '../adapters/messages/kannel.ts';
import type { Config } from '../config/config.ts';
import { createAdminServer } from '../http/admin/admin-server.ts';
import type { Messages } from '../ports/messages.ts';
import type { Ports } from '../ports/ports.ts';

/** The admin listener, where the configuration opens one. */
export async function startAdmin(
  config: Config,
  ports: Pick<Ports, 'log' | 'metrics'>,
  readMetrics: () => Promise<string>,
  messages: Messages,
): Promise<Server | undefined> {
  if (config.admin.port === 0) return undefined;
  const { username, password } = URL.parse(config.messages.kannelReportUrl) ?? { username: '', password: '' };
  const server = createAdminServer({
    log: ports.log,
    reportCredentials: username ? `${decodeURIComponent(username)}:${decodeURIComponent(password)}` : undefined,
    readMetrics,
    readReport: readKannelReport,
    async report(messageId, status) {
      const noted = await messages.report(messageId, status);
      if (noted) ports.metrics.count(status === 'delivered' ? 'messages_delivered' : 'messages_undelivered');
      return noted;
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.admin.port, config.admin.host, resolve);
  });
  return server;
}
