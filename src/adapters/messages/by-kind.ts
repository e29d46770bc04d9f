/** The sender of each kind of message, as the configuration chose them. */

import type { Notifier } from '../../ports/messages.ts';
import type { Clock } from '../../ports/system.ts';
import { createKannel, type KannelSettings } from './kannel.ts';
import { createOvhcloud, type OvhcloudSettings } from './ovhcloud.ts';
import { createSmtp, type SmtpSettings } from './smtp.ts';
import { createSpool } from './spool.ts';

export interface MessageSettings {
  /** Where the spool writes. */
  readonly spoolFolder: string;
  readonly sms:
    | { readonly via: 'spool' }
    | ({ readonly via: 'kannel' } & KannelSettings)
    | ({ readonly via: 'ovhcloud' } & OvhcloudSettings);
  readonly mail: { readonly via: 'spool' } | ({ readonly via: 'smtp' } & SmtpSettings);
}

export interface ClosableNotifier extends Notifier {
  /** Ends idle connections. */
  close(): void;
}

export function createNotifier({ spoolFolder, sms, mail }: MessageSettings, clock: Clock): ClosableNotifier {
  const spool = createSpool(spoolFolder, clock);
  const smtp = mail.via === 'smtp' ? createSmtp(mail) : undefined;
  const smsSender =
    sms.via === 'kannel' ? createKannel(sms) : sms.via === 'ovhcloud' ? createOvhcloud(sms, clock) : spool;
  return { ...byKind({ sms: smsSender, mail: smtp ?? spool }), close: () => smtp?.close() };
}

export function byKind(senders: Readonly<Record<'sms' | 'mail', Notifier>>): Notifier {
  return { send: (message) => senders[message.kind].send(message) };
}
