/** The wiring of what is done after the answer: gateways, texts, jobs and the worker that runs them. */
import { byKind } from '../adapters/messages/by-kind.ts';
import { createCatalogueTexts } from '../adapters/messages/texts.ts';
import { openDatabase } from '../adapters/postgres/database.ts';
import { type JobWorker, startWorker } from '../adapters/postgres/job-worker.ts';
import { createMessages } from '../adapters/postgres/messages.ts';
import type { Config } from '../config/config.ts';
import type { Messages } from '../ports/messages.ts';
import type { Ports } from '../ports/ports.ts';
import type { Catalogues } from '../screens/catalogue.ts';
import { watchCodeUse } from './code-use.ts';
import { createJobHandlers } from './job-handlers.ts';
import { createMessageThrottles } from './message-throttles.ts';
import { STOP_MS } from './stop-times.ts';

/** Jobs at once: a gateway that hangs holds up its own messages alone. */
const CONCURRENCY = 4;
const DELIVERIES = { 'deliver-sms': 4, 'deliver-mail': 2 };

export interface RunningJobs extends JobWorker {
  readonly messages: Messages;
}

/** Starts the worker. @throws Error when the database does not answer. */
export async function startJobs(config: Config, ports: Ports, catalogues: Catalogues): Promise<RunningJobs> {
  // A delivery holds its connection while the gateway answers: never one that a person waits for.
  const database = openDatabase(config.databaseUrl, DELIVERIES['deliver-sms'] + DELIVERIES['deliver-mail'] + 2);
  const messages = createMessages(database, ports.vault, config.messages.keepFailedSeconds);
  const { sms, mail, smsSender } = config.messages;
  const tools = { clock: ports.clock, smsSender };
  const notifier = byKind({ sms: sms.create(tools), mail: mail.create(tools) }, ports.clock);
  const sending = {
    ...ports,
    messageTexts: createCatalogueTexts(catalogues),
    messageThrottles: createMessageThrottles(config),
  };
  const handlers = createJobHandlers(config, { ...sending, messages, notifier });
  const worker = await startWorker(config.databaseUrl, ports.vault, handlers, ports.log, {
    concurrency: CONCURRENCY,
    stopTimeoutMs: STOP_MS.jobs,
    ownSlots: DELIVERIES,
  });
  const codeUse = watchCodeUse(ports, config);
  return {
    messages,
    stop: async () => {
      codeUse.stop();
      await worker.stop();
      notifier.close();
      await database.destroy();
    },
  };
}
