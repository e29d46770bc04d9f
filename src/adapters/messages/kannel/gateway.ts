/** Kannel, as a choice of `MESSAGES_SMS`. */
import { address, gateway, secret } from '../../../setting.ts';
import type { ClosableNotifier, MessageTools } from '../gateway.ts';
import { createKannel } from './kannel.ts';

export const kannel = gateway({
  settings: {
    url: address('KANNEL_URL', '', 'Kannel, its smsbox, such as https://10.0.0.5:13013', { empty: 'until chosen' }),
    reportUrl: address(
      'KANNEL_REPORT_URL',
      '',
      'Where Kannel calls back with delivery reports, credentials included; empty asks for none',
      { empty: 'allowed', credentials: true },
    ),
  },
  secrets: {
    username: secret('KANNEL_USERNAME', 'User of Kannel'),
    password: secret('KANNEL_PASSWORD', 'Password of Kannel'),
  },
  create({ reportUrl, ...settings }, { smsSender }: MessageTools): ClosableNotifier {
    return createKannel({ ...settings, reportUrl: reportUrl || undefined, sender: smsSender });
  },
});
