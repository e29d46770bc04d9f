/**
 * What stands before the replicas of a service: asks each whether it is ready, and gives requests to one that is. It tries
 * nothing twice: a replica that goes away under a request has failed it.
 */
import { Agent, createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Balancer {
  readonly port: number;
  /** The replicas that said that they were ready when they were last asked. */
  readonly ready: ReadonlySet<number>;
  stop(): Promise<void>;
}

const ASK_EVERY_MS = 50;

/** @param ports of the replicas, on the loopback. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const ready = new Set<number>();
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  let stopped = false;

  const server = createServer((incoming, outgoing) => {
    const choice = [...ready];
    const port = choice[turn++ % choice.length];
    if (port === undefined) return void outgoing.writeHead(502).end();
    const { method, url, headers } = incoming;
    const passedOn = sendRequest({ agent, port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
      const { connection, 'keep-alive': _, ...others } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, others);
      answer.pipe(outgoing);
    });
    passedOn.on('error', () => outgoing.headersSent || outgoing.writeHead(502).end());
    incoming.pipe(passedOn);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function askAll() {
    while (!stopped) {
      for (const port of ports) {
        const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
        if (answer?.status === 200) ready.add(port);
        else ready.delete(port);
      }
      await delay(ASK_EVERY_MS);
    }
  }
  const asking = askAll();

  return {
    port: (server.address() as AddressInfo).port,
    ready,
    async stop() {
      stopped = true;
      await asking;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
