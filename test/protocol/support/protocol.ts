/**
 * The provider as the service builds it, on ports in memory, behind a loopback socket; the steps of a person are played by one route
 * that finishes an interaction as they would. Time stands still until it is moved, for the provider and for what it keeps.
 */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CookieJar } from 'tough-cookie';
import { type Config, loadConfig } from '../../../src/config/config.ts';
import { generateSecrets } from '../../../src/embedded/generate-secrets.ts';
import { createInteractions, type Login } from '../../../src/oidc/interactions/interactions.ts';
import { createProvider, type ProviderPages } from '../../../src/oidc/provider.ts';
import { createProviderHolder } from '../../../src/oidc/provider-holder.ts';
import type { Client } from '../../../src/ports/clients.ts';
import type { PrivateSigningKey } from '../../../src/ports/signing-keys.ts';
import { createMemoryPorts, type MemoryPorts } from '../../stories/support/memory-ports.ts';
import { stopDate } from '../../support/clock.ts';
import { CLIENTS } from './clients.ts';

export const HTTPS = 'https://account.test';
export const HTTP = 'http://localhost:4000';

const secrets = generateSecrets();
const signingKeys = (JSON.parse(secrets.SIGNING_KEYS ?? '') as { keys: PrivateSigningKey[] }).keys;

/** What the server knows of each request. */
export const REQUEST = { requestId: 'request-1', clientAddress: { address: '192.0.2.7' } };

/** The committed configuration. */
export const loaded = loadConfig(
  {},
  { ...secrets, DATABASE_URL: 'postgres://db.test/identity', REDIS_URL: 'redis://redis.test' },
);

/** What is said in the place of the screens. */
const pages: ProviderPages = {
  async error(ctx, { error, error_description }) {
    ctx.body = { error, error_description };
  },
  async logout(ctx, form) {
    ctx.body = { asked: /name="xsrf" value="([^"]+)"/.exec(form)?.[1] };
  },
  async loggedOut(ctx) {
    ctx.body = { left: ctx.oidc.client?.clientId ?? '' };
  },
};

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** As they were sent. */
  readonly setCookies: readonly string[];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects and fails otherwise
  readonly json: any;
  readonly location: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface ProtocolOptions {
  readonly issuer?: string;
  readonly clients?: readonly Client[];
  readonly times?: Partial<Config['times']>;
  readonly config?: Partial<Config>;
  readonly ports?: (ports: MemoryPorts) => Partial<MemoryPorts>;
}

/** Those that a test has started and that still run. */
const running = new Set<{ stop(): Promise<void> }>();

/** For an `afterEach`: time and sockets are given back. */
export async function stopProtocols(): Promise<void> {
  stopDate(undefined);
  for (const one of running) await one.stop();
  running.clear();
}

export type Protocol = Awaited<ReturnType<typeof startProtocol>>;

export async function startProtocol({
  issuer = HTTPS,
  clients = CLIENTS,
  times = {},
  config: more = {},
  ports: replaced = () => ({}),
}: ProtocolOptions = {}) {
  const memory = createMemoryPorts();
  const ports = { ...memory, ...replaced(memory) };
  const config: Config = { ...loaded, issuer, times: { ...loaded.times, ...times }, ...more };
  const { clock } = memory;
  stopDate(clock.now().getTime());
  const providers = await createProviderHolder(() => createProvider(config, ports, { clients, signingKeys, pages }));
  const interactions = createInteractions(providers, ports, config);
  providers.current().use(({ state }, next) => {
    Object.assign(state, REQUEST);
    return next();
  });
  const answer = providers.current().callback();
  const { host, protocol } = new URL(issuer);

  const server = createServer((req, res) => {
    // As the service does, before the library reads any of them.
    Object.assign(req.headers, { host, 'x-forwarded-proto': protocol.slice(0, -1) });
    if (req.url?.startsWith('/interactions/')) play(req, res).then((body) => res.end(JSON.stringify(body)));
    else answer(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  /** What a person does: `{ login }`, `{ consent: true }`, `{ cancel: true }`, or looks. */
  async function play(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    const [uid = '', restart] = (req.url ?? '').replace('/interactions/', '').split('?');
    const asked = JSON.parse((await text(req)) || '{}') as { login?: Login; consent?: true; cancel?: true };
    try {
      const pending = await interactions.load(req, res, uid, restart === 'restart');
      const { login, consent, cancel } = asked;
      if (login) return { to: await pending.finish({ ...login, provedAt: new Date(login.provedAt) }) };
      if (consent) return { to: await pending.consent() };
      if (cancel) return { to: await pending.cancel() };
      const { client, prompt, scopes, uiLocales, loginHint, isRestarted } = pending;
      return { uid, client, prompt, scopes, uiLocales, loginHint, isRestarted, ...pending.timeLeft() };
    } catch (error) {
      return { code: Reflect.get(Object(error), 'code') ?? String(error) };
    }
  }

  /** @param jar whose browser; without one nobody's. */
  async function request(url: string, { method, headers = {}, form, json }: Asked = {}, jar?: CookieJar) {
    const address = new URL(url, issuer).href;
    const body = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json);
    const cookie = jar ? await jar.getCookieString(address) : '';
    const answered = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = send({
        ...{ host: '127.0.0.1', port, agent: false },
        path: address.slice(new URL(address).origin.length),
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
          ...(cookie && { Cookie: cookie }),
          ...headers,
        },
      });
      sent.once('response', resolve).once('error', reject).end(body);
    });
    const setCookies = answered.headers['set-cookie'] ?? [];
    for (const one of setCookies) await jar?.setCookie(one, address);
    const said = await text(answered);
    return {
      status: answered.statusCode ?? 0,
      headers: answered.headers,
      setCookies,
      text: said,
      json: said.startsWith('{') ? JSON.parse(said) : undefined,
      location: answered.headers.location ?? '',
    } satisfies Answer;
  }

  const protocolStarted = {
    ports,
    config,
    clock,
    providers,
    interactions,
    request,
    findWayBack: interactions.findWayBack,
    async pass(seconds: number): Promise<void> {
      clock.move(seconds);
      stopDate(clock.now().getTime());
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
  running.add(protocolStarted);
  return protocolStarted;
}

/** A browser: cookies of its own. */
export function browserOf({ request }: Protocol) {
  const jar = new CookieJar();
  return { jar, request: (url: string, asked?: Asked) => request(url, asked, jar) };
}

export type Browser = ReturnType<typeof browserOf>;
