/** A TCP proxy on the loopback: what stands between a service and its store, and goes wrong on demand. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  /** The address of the store, by way of the proxy. */
  readonly url: string;
  /**
   * A black hole: nothing is passed on, and nothing is closed. What is open now stays silent for ever, like a connection
   * that a firewall has forgotten; new ones are silent too, until `pass`, or are passed on where `open` alone goes silent.
   */
  swallow(which?: 'all' | 'open'): void;
  /** New connections are passed on again; what was swallowed stays silent. */
  pass(): void;
  /** Closes every connection; new ones are passed on. */
  cut(): void;
  /** Each answer of the store comes so much later, in milliseconds; 0 passes it on at once. */
  delayAnswers(milliseconds: number): void;
  /** New connections lead to another store. */
  leadTo(url: string): void;
  stop(): Promise<void>;
}

/** @param url of the store; the proxy stands at the same address on another port. */
export async function startTcpProxy(url: string): Promise<TcpProxy> {
  let store = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let swallowing = false;
  let late = 0;

  const server = createServer((near) => {
    const far = connect(Number(store.port), store.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay(true).on('error', () => {});
      from.on('data', (chunk) => {
        if (from === far && late > 0) setTimeout(() => to.write(chunk), late);
        else to.write(chunk);
      });
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
    if (swallowing) silence(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = new URL(url);
  address.port = String((server.address() as AddressInfo).port);

  const cut = () => {
    swallowing = false;
    for (const sockets of pairs) for (const socket of sockets) socket.destroy();
  };
  return {
    url: address.href,
    swallow(which = 'all') {
      swallowing = which === 'all';
      for (const pair of pairs) silence(pair);
    },
    pass() {
      swallowing = false;
    },
    cut,
    delayAnswers(milliseconds) {
      late = milliseconds;
    },
    leadTo(other) {
      store = new URL(other);
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}

/** Takes what comes, as the kernel of the other side would, and does nothing with it. */
function silence(pair: readonly [Socket, Socket]): void {
  for (const socket of pair) socket.removeAllListeners('data').on('data', () => {});
}
