/** What stands before a service in production: ends TLS, and passes on what comes. */
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificate } from './mail-server.ts';

export interface TlsProxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** @param target the port on the loopback that is spoken to in clear. */
export async function startTlsProxy(certificate: Certificate, target: number): Promise<TlsProxy> {
  const open = new Set<{ destroy(): void }>();
  const server = createServer({ ...certificate, ALPNProtocols: ['http/1.1'] }, (near) => {
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  // A client that does not believe the certificate.
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
