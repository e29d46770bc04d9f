/** A real SMTP receiver with a self-signed certificate, on the loopback. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly from: string;
  /** Headers and body, as they came. */
  readonly raw: string;
  readonly encrypted: boolean;
  readonly user: string | undefined;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  stop(): Promise<void>;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For 127.0.0.1, localhost and the hosts given; believed by nobody who was not given it. */
export function selfSignedCertificate(...hosts: readonly string[]): Certificate {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-certificate-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const names = ['IP:127.0.0.1', ...['localhost', ...hosts].map((host) => `DNS:${host}`)];
  const name = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${names.join()}`];
  const made = spawnSync('openssl', [...request, ...name, '-keyout', key, '-out', cert], { encoding: 'utf8' });
  if (made.error) throw new Error('openssl is missing: install the Debian package openssl');
  if (made.status !== 0) throw new Error(`openssl made no certificate:\n${made.stderr}`);
  const certificate = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true });
  return certificate;
}

export async function startMailServer(options: SMTPServerOptions): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          to: rcptTo.map(({ address }) => address),
          from: mailFrom === false ? '' : mailFrom.address,
          raw: Buffer.concat(chunks).toString('utf8'),
          encrypted: session.secure,
          user: session.user === undefined ? undefined : String(session.user),
        });
        done();
      });
    },
    ...options,
  });
  // A client that does not believe the certificate breaks off: that is the test.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
