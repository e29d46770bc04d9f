/**
 * The whole public application on ports in memory: the table of `http/server.ts` with the real stories, contract, pages and
 * provider, and no server but a loopback socket for each request. Time stands still until it is moved.
 */
import { CookieJar } from 'tough-cookie';
import { createStories } from '../../../src/app/create-stories.ts';
import { startProvider } from '../../../src/app/provider.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { loadContract } from '../../../src/http/contract/contract.ts';
import { ADMIN_CONTRACT, PUBLIC_CONTRACT, SCREENS_CONTRACT } from '../../../src/http/contract/documents.ts';
import { createServer } from '../../../src/http/server.ts';
import { createRegistry } from '../../../src/http/steps/registry.ts';
import { createInteractions } from '../../../src/oidc/interactions/interactions.ts';
import type { Client } from '../../../src/ports/clients.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import { loadCatalogues } from '../../../src/screens/catalogue.ts';
import { createNextStep } from '../../../src/stories/kit/next-step.ts';
import { type Listener, type Sent, send } from '../../middleware/application.ts';
import { CLIENTS } from '../../protocol/support/clients.ts';
import { authorizeUrl, type Given } from '../../protocol/support/journey.ts';
import { createMemoryPorts, type MemoryPorts } from '../../stories/support/memory-ports.ts';
import { stopDate } from '../../support/clock.ts';
import { secrets, stores } from '../../support/configuration.ts';
import { formTokenOf, randomAddress } from '../../support/visitor.ts';

export const HTTP = 'http://localhost:4000';
export const HTTPS = 'https://account.test';

export interface EdgeOptions {
  readonly issuer?: string;
  /** Settings that differ from the committed ones, by their variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ports that stand in the place of those in memory. */
  readonly ports?: (ports: MemoryPorts) => Partial<Ports>;
  readonly isDraining?: () => boolean;
  /** The relying parties, each time that the provider is built. */
  readonly clients?: () => readonly Client[];
}

let contract: ReturnType<typeof loadContract> | undefined;
const catalogues = loadCatalogues();

export type Edge = Awaited<ReturnType<typeof openEdge>>;

/** For an `afterEach`: time is given back. */
export const giveTimeBack = () => stopDate(undefined);

export async function openEdge({
  issuer = HTTP,
  env = {},
  ports: replace,
  isDraining = () => false,
  clients = () => CLIENTS,
}: EdgeOptions = {}) {
  const given = { ...secrets, ...stores, ISSUER: issuer, TRUSTED_PROXIES: '127.0.0.0/8,::1/128', ...env };
  const config = loadConfig({}, given);
  const memory = createMemoryPorts();
  const registered = { list: async () => clients(), find: async () => undefined };
  const signingKeys = { list: async () => config.secrets.signingKeys.keys };
  const ports = { ...memory, clients: registered, signingKeys, ...replace?.(memory) };
  const { clock } = memory;
  stopDate(clock.now().getTime());
  contract ??= loadContract(PUBLIC_CONTRACT, SCREENS_CONTRACT, ADMIN_CONTRACT);
  const { pages, providers } = await startProvider(config, ports, catalogues);
  const interactions = createInteractions(providers, ports, config);
  const registry = createRegistry(createStories(config, ports));
  const nextStep = createNextStep(ports, config.times.rememberIdentifierSeconds);
  const { documents } = contract;
  const parts = { config, ports, providers, interactions, registry, nextStep, contract, documents, catalogues, pages };
  const application = createServer({ ...parts, isDraining, checkAnswers: true });
  return {
    config,
    ports,
    providers,
    /** For `createPerson`. */
    app: { ports },
    log: memory.log,
    listener: application.callback(),
    move(seconds: number): void {
      clock.move(seconds);
      stopDate(clock.now().getTime());
    },
  };
}

export interface Asked extends Omit<Sent, 'state' | 'target' | 'body'> {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A browser, or a program: cookies and a client address of its own. */
export function browserOf(
  { listener, config }: { readonly listener: Listener; readonly config: { readonly issuer: string } },
  accept: 'json' | 'html' = 'json',
  address = randomAddress(),
) {
  const jar = new CookieJar();
  const own = { Accept: accept === 'json' ? 'application/json' : 'text/html', 'X-Forwarded-For': address };

  async function request(url: string, { method, json, form, body, headers = {} }: Asked = {}) {
    const at = new URL(url, config.issuer);
    const sent = json === undefined ? (form ? new URLSearchParams(form).toString() : body) : JSON.stringify(json);
    const type = json === undefined ? form && 'application/x-www-form-urlencoded' : 'application/json';
    const cookie = await jar.getCookieString(at.href);
    const answer = await send(listener, {
      method: method ?? (sent === undefined ? 'GET' : 'POST'),
      target: at.pathname + at.search,
      headers: {
        ...own,
        ...(type && { 'Content-Type': type }),
        ...(sent !== undefined && { 'Content-Length': String(Buffer.byteLength(sent)) }),
        ...(cookie && { Cookie: cookie }),
        ...headers,
      },
      body: sent,
    });
    const setCookies = answer.headers['set-cookie'] ?? [];
    for (const one of setCookies) await jar.setCookie(one, at.href);
    const isJson = /json/.test(answer.headers['content-type'] ?? '');
    return {
      ...answer,
      setCookies,
      json: isJson && answer.text !== '' ? JSON.parse(answer.text) : undefined,
      location: answer.headers.location ?? '',
    };
  }

  /** Begins a request of a relying party. @returns the address of its interaction. */
  async function begin(clientId?: string, parameters?: Given): Promise<string> {
    const { location, text } = await request(authorizeUrl(clientId, parameters));
    if (!location.includes('/interactions/')) throw new Error(`no interaction: ${location} ${text}`);
    return location;
  }

  /** The token of the form at an address, as its page has it. */
  const tokenAt = async (url: string) => formTokenOf((await request(url, { headers: { Accept: 'text/html' } })).text);

  return { jar, address, request, begin, tokenAt };
}

export type EdgeBrowser = ReturnType<typeof browserOf>;
