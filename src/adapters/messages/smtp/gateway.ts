/** SMTP, as a choice of `MESSAGES_MAIL`. */
import { gateway, integer, PORTS, secret, text } from '../../../setting.ts';
import type { ClosableNotifier, MessageTools } from '../gateway.ts';
import { createSmtp } from './smtp.ts';

/** RFC 8314 §3: TLS from the first byte. Any other port begins in clear and goes on by STARTTLS. */
const TLS_PORT = 465;

export const smtp = gateway({
  settings: {
    host: text('SMTP_HOST', '', 'SMTP server', { empty: 'until chosen' }),
    port: integer('SMTP_PORT', 587, 'SMTP port: 465 is TLS from the first byte, others STARTTLS', {
      ...PORTS,
      minimum: 1,
    }),
    sender: text('MAIL_SENDER', '', 'Sender of mail: an address', { empty: 'until chosen' }),
  },
  secrets: {
    username: secret('SMTP_USERNAME', 'User of the SMTP server'),
    password: secret('SMTP_PASSWORD', 'Password of the SMTP server'),
  },
  create({ sender, ...settings }, _tools: MessageTools): ClosableNotifier {
    const from = { name: 'Mon Compte', address: sender };
    return createSmtp({ ...settings, secure: settings.port === TLS_PORT, from });
  },
});
