/** A small application of the middleware under test, asked over a socket of its own: its answer is read as it was sent. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceError } from '../../src/errors.ts';
import { createApplication } from '../../src/http/application.ts';
import type { Context, Middleware, RequestState } from '../../src/http/request-state.ts';
import { createTestLogger } from '../stories/support/monitoring.ts';

export interface Sent {
  readonly method?: string;
  /** Of the first line, as it stands. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In pieces: it has no length. */
  readonly body?: string | readonly string[];
  readonly state?: Partial<RequestState>;
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Whether the request came through to what stands below. */
  readonly passed: boolean;
  /** What came out of the middleware, and its code where it is a refusal of ours. */
  readonly thrown: unknown;
  readonly code: string | undefined;
}

export const REQUEST_ID = '00000000-0000-4000-8000-000000000001';

/** @param below answers what comes through. */
export async function ask(
  middleware: readonly Middleware[],
  sent: Sent = {},
  below: (ctx: Context) => unknown = (ctx) => {
    ctx.body = 'below';
  },
): Promise<Got> {
  let thrown: unknown;
  let passed = false;
  const first: Middleware = async (ctx, next) => {
    Object.assign(ctx.state, { requestId: REQUEST_ID, wantsHtml: false, ...sent.state });
    await next().catch((error) => {
      thrown = error;
      ctx.status = error instanceof ServiceError ? error.status : 500;
    });
  };
  const last: Middleware = async (ctx) => {
    passed = true;
    await below(ctx);
  };
  const order = [first, ...middleware, last].map((one) => [one.name, one] as const);
  const got = await send(createApplication(order, createTestLogger(), ['key-of-cookies']).callback(), sent);
  return { ...got, thrown, passed, code: thrown instanceof ServiceError ? thrown.code : undefined };
}

export type Listener = ReturnType<ReturnType<typeof createApplication>['callback']>;

/** One request over a socket of its own. */
export async function send(
  listener: Listener,
  { method = 'GET', target = '/', headers = {}, body = '' }: Omit<Sent, 'state'>,
): Promise<Pick<Got, 'status' | 'headers' | 'text'>> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<Pick<Got, 'status' | 'headers' | 'text'>>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path: target, method, headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      asked.on('error', reject);
      const pieces = typeof body === 'string' ? [] : body;
      for (const piece of pieces) asked.write(piece);
      asked.end(typeof body === 'string' ? body : undefined);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
