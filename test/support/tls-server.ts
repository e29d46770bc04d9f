/** A TLS server on the loopback with a certificate that nobody vouches for. */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { selfSignedCertificate } from './mail-server.ts';

export async function startTlsServer(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer(selfSignedCertificate());
  server.on('connection', (socket) => socket.on('error', () => {})).on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
