/** The wiring of what is done after the answer: gateways, texts, jobs and the worker that runs them. */
import path from 'node:path';
import { createNotifier, type MessageSettings } from './adapters/messages/by-kind.ts';
import { createCatalogueTexts } from './adapters/messages/texts.ts';
import type { Database } from './adapters/postgres/database.ts';
import { type JobWorker, startWorker } from './adapters/postgres/job-worker.ts';
import type { JobHandlers } from './adapters/postgres/jobs.ts';
import { createMessages } from './adapters/postgres/messages.ts';
import type { Config } from './config.ts';
import { createDeliverMessage, type DeliverMessage } from './jobs/deliver-message.ts';
import { createFindProvisionalIdentifier, type FindProvisionalIdentifier } from './jobs/find-provisional-identifier.ts';
import { createStartPasswordRecovery, type StartPasswordRecovery } from './jobs/start-password-recovery.ts';
import { createTellPasswordChanged } from './jobs/tell-password-changed.ts';
import type { JobAttempt, Ports } from './ports.ts';
import { projectRoot } from './project-root.ts';
import type { Catalogues } from './screens/catalogue.ts';

const HOUR = 3600;

/** Starts the worker. @throws Error when the database does not answer. */
export async function startJobs(
  config: Config,
  ports: Ports,
  database: Database,
  catalogues: Catalogues,
): Promise<JobWorker> {
  const notifier = createNotifier(messageSettings(config), ports.clock);
  const { perContactPointPerHour, perContactPointPerDay, secondsBetween, perHour } = config.messages;
  const sending = {
    ...ports,
    messageTexts: createCatalogueTexts(catalogues),
    messageThrottles: {
      contactPoint: [
        { name: 'message-interval', limit: 1, windowSeconds: secondsBetween },
        { name: 'message-hour', limit: perContactPointPerHour, windowSeconds: HOUR },
        { name: 'message-day', limit: perContactPointPerDay, windowSeconds: 24 * HOUR },
      ],
      service: { name: 'message-service', limit: perHour, windowSeconds: HOUR },
    },
  };
  const deliver = createDeliverMessage({ ...ports, messages: createMessages(database), notifier });
  const find = createFindProvisionalIdentifier(sending);
  const recover = createStartPasswordRecovery(sending);
  const tell = createTellPasswordChanged(sending);
  const handlers: JobHandlers = {
    'deliver-message': (payload, attempt: JobAttempt) => deliver(payload as DeliverMessage, attempt),
    'find-provisional-identifier': (payload) => find(payload as FindProvisionalIdentifier),
    'start-password-recovery': (payload) => recover(payload as StartPasswordRecovery),
    'tell-password-changed': (payload) => tell(payload as { accountId: string }),
  };
  const worker = await startWorker(config.databaseUrl, ports.vault, handlers, ports.log);
  return {
    stop: async () => {
      await worker.stop();
      notifier.close();
    },
  };
}

function messageSettings({ messages, gatewaySecrets }: Config): MessageSettings {
  const { sms, mail, smsSender } = messages;
  const secret = (name: string) => gatewaySecrets[name] ?? '';
  return {
    spoolFolder: path.resolve(projectRoot, messages.spoolFolder),
    sms:
      sms === 'kannel'
        ? {
            via: 'kannel',
            url: messages.kannelUrl,
            username: secret('kannelUsername'),
            password: secret('kannelPassword'),
            sender: smsSender,
            reportUrl: messages.kannelReportUrl || undefined,
          }
        : sms === 'ovhcloud'
          ? {
              via: 'ovhcloud',
              url: messages.ovhcloudUrl,
              serviceName: messages.ovhcloudService,
              applicationKey: secret('ovhcloudApplicationKey'),
              applicationSecret: secret('ovhcloudApplicationSecret'),
              consumerKey: secret('ovhcloudConsumerKey'),
              sender: smsSender,
            }
          : { via: 'spool' },
    mail:
      mail === 'smtp'
        ? {
            via: 'smtp',
            host: messages.smtpHost,
            port: messages.smtpPort,
            secure: messages.smtpPort === 465,
            username: secret('smtpUsername'),
            password: secret('smtpPassword'),
            from: { name: 'Mon Compte', address: messages.mailSender },
          }
        : { via: 'spool' },
  };
}
