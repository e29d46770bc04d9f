/** The public listener: how long a request may take to arrive, and how the listener ends. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { explainListening } from './start-failures.ts';
import { STOP_MS } from './stop-times.ts';

const REQUEST_MS = 30_000;
const HEADERS_MS = 10_000;
/** Longer than proxies keep an idle connection (60 s is usual): the side that sends is the one that closes. */
const KEEP_ALIVE_MS = 65_000;

export interface Listener {
  readonly port: number;
  /** Takes no new connection, ends idle ones, and answers what was asked for, for as long as a stop allows. */
  stop(): Promise<void>;
}

/** @param address port 0 has the system choose one. @throws StartError when it cannot listen there. */
export async function listen(
  handler: RequestListener,
  { host, port, variable }: { readonly host: string; readonly port: number; readonly variable: string },
): Promise<Listener> {
  const times = { requestTimeout: REQUEST_MS, headersTimeout: HEADERS_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(times, handler);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListening(variable, host, port, error)));
    server.listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, stop: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), STOP_MS.requests);
  await closed;
  clearTimeout(timer);
}
