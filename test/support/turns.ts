/** Stands before several replicas of one service: each request of one client address goes to the next of them. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Turns {
  readonly url: string;
  /** The addresses of the replicas. */
  targets: readonly string[];
  stop(): Promise<void>;
}

export async function startTurns(): Promise<Turns> {
  const counts = new Map<string, number>();
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const from = String(headers['x-forwarded-for']);
    const turn = (counts.get(from) ?? 0) + 1;
    counts.set(from, turn);
    const target = turns.targets[turn % turns.targets.length] ?? '';
    const onward = request(target + incoming.url, { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const turns: Turns = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    targets: [],
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return turns;
}
