/** Mail by SMTP, over TLS: a code must not cross a network in clear. Plain text, to one address, with a stable id. */
import { createTransport } from 'nodemailer';
import type { Notifier, SendResult } from '../../../ports/messages.ts';
import { away } from '../http.ts';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (465) rather than by STARTTLS. */
  readonly secure: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Name and address, such as { name: 'Mon Compte', address: 'ne-pas-repondre@example.fr' }. */
  readonly from: { readonly name: string; readonly address: string };
  /** Authorities (PEM) believed besides those of the system. */
  readonly certificateAuthority?: string;
  /** Refuses to go on in clear; by default everywhere but on the machine itself. */
  readonly tlsRequired?: boolean;
  readonly timeoutMs?: number;
}

export interface SmtpNotifier extends Notifier {
  close(): void;
}

export function createSmtp(settings: SmtpSettings): SmtpNotifier {
  const { host, port, secure, username, from, timeoutMs = 10_000 } = settings;
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: settings.tlsRequired ?? !isLoopback(host),
    tls: { minVersion: 'TLSv1.2', ...(settings.certificateAuthority ? { ca: settings.certificateAuthority } : {}) },
    ...(username ? { auth: { user: username, pass: settings.password ?? '' } } : {}),
    pool: true,
    maxConnections: 2,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A message is words: nothing in it may make the library read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    async send({ messageId, to, subject, text }) {
      try {
        await transport.sendMail({
          from,
          // As an object: a string would be read as a list of addresses.
          to: { name: '', address: to },
          subject: subject ?? '',
          text,
          messageId: `<${messageId}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { sent: true };
      } catch (error) {
        return refusalOf(error);
      }
    },
    close: () => transport.close(),
  };
}

/** RFC 4954 §6: authentication required, too weak, invalid, refused. */
const AUTHENTICATION = new Set([530, 534, 535, 538]);

/** RFC 5321 §4.2.1: 5yz to the address or the message is a no that stays. That to our credentials or our sender is ours. */
function refusalOf(error: unknown): SendResult {
  const fault = error as { code?: string; responseCode?: number; command?: string };
  const { code, responseCode = 0 } = fault;
  const refusesUs = code === 'EAUTH' || AUTHENTICATION.has(responseCode) || fault.command === 'MAIL FROM';
  if (responseCode >= 500 && !refusesUs && (code === 'EENVELOPE' || code === 'EMESSAGE'))
    return { sent: false, reason: `smtp_${responseCode}` };
  throw away('smtp', { cause: error, status: responseCode, refusesUs: refusesUs && responseCode >= 500 });
}

/** Names and addresses of this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
