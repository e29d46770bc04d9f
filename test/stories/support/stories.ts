/** The service's stories on ports in memory: the real tables, rules, guard and jobs, and nothing that listens. */
import { createCatalogueTexts } from '../../../src/adapters/messages/texts.ts';
import { createStories } from '../../../src/app/create-stories.ts';
import { createJobHandlers } from '../../../src/app/job-handlers.ts';
import { createMessageThrottles } from '../../../src/app/message-throttles.ts';
import { codeTries } from '../../../src/app/ports.ts';
import { type Config, loadConfig } from '../../../src/config/config.ts';
import { generateSecrets } from '../../../src/embedded/generate-secrets.ts';
import { createRegistry } from '../../../src/http/steps/registry.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import { loadCatalogues } from '../../../src/screens/catalogue.ts';
import type { SendPorts } from '../../../src/stories/kit/messages/send-to-contact-point.ts';
import { createNextStep } from '../../../src/stories/kit/next-step.ts';
import { createMemoryPorts, type MemoryPorts } from './memory-ports.ts';
import { recordCalls } from './monitoring.ts';

/** What the stores are asked through: a known and an unknown person must ask the same of them. */
const STORES = [
  ...(['accounts', 'attempts', 'audit', 'captcha', 'jobs', 'passwords'] as const),
  ...(['rateLimiter', 'rememberedIdentifiers', 'verificationCodes'] as const),
];

const secrets = generateSecrets();
const catalogues = loadCatalogues();
export const messageTexts = createCatalogueTexts(catalogues);

export interface StoriesOptions {
  /** Settings that differ from the committed ones, by their variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ports that stand in the place of those in memory. */
  readonly ports?: (ports: MemoryPorts) => Partial<Ports>;
}

export type Stories = ReturnType<typeof openStories>;

export function openStories({ env = {}, ports: replace = () => ({}) }: StoriesOptions = {}) {
  const config = configOf(env);
  const ports = createMemoryPorts(codeTries(config));
  const calls: string[] = [];
  const given = { ...ports, ...replace(ports) } satisfies Ports;
  const recorded = Object.fromEntries(STORES.map((name) => [name, recordCalls(name, given[name], calls)]));
  const registry = createRegistry(createStories(config, { ...given, ...recorded }));
  const handlers = createJobHandlers(config, { ...given, ...sending(config) });
  return {
    config,
    ports,
    /** For `createPerson`. */
    app: { ports },
    registry,
    nextStep: createNextStep(given, config.times.rememberIdentifierSeconds),
    /** Everything that waits is done, and what it asks for. */
    runJobs: () => ports.jobs.run(handlers),
    /** « accounts.findForSignIn »: what the stores were asked while `step` ran. */
    async callsDuring(step: () => Promise<unknown>): Promise<readonly string[]> {
      const already = calls.length;
      await step();
      return calls.slice(already);
    },
  };
}

/** The limits of messages, as the committed configuration says them. */
export function sending(config: Pick<Config, 'messages'>): Pick<SendPorts, 'messageTexts' | 'messageThrottles'> {
  return { messageTexts, messageThrottles: createMessageThrottles(config) };
}

/** The committed settings, for whoever needs no story. */
export const committedConfig = (): Config => configOf({});

const configs = new Map<string, Config>();

function configOf(env: Readonly<Record<string, string>>): Config {
  const key = JSON.stringify(env);
  const config = configs.get(key) ?? loadConfig({}, { ...secrets, DATABASE_URL: 'postgres://nowhere/none', ...env });
  configs.set(key, config);
  return config;
}
