/** OVHcloud, as a choice of `MESSAGES_SMS`. */
import { address, gateway, secret, text } from '../../../setting.ts';
import type { ClosableNotifier, MessageTools } from '../gateway.ts';
import { createOvhcloud } from './ovhcloud.ts';

export const ovhcloud = gateway({
  settings: {
    url: address('OVHCLOUD_URL', 'https://eu.api.ovh.com/1.0', 'OVHcloud API', { empty: 'until chosen' }),
    serviceName: text('OVHCLOUD_SERVICE', '', 'OVHcloud SMS service, such as sms-xx11111-1', {
      empty: 'until chosen',
    }),
  },
  secrets: {
    applicationKey: secret('OVHCLOUD_APPLICATION_KEY', 'Application of OVHcloud'),
    applicationSecret: secret('OVHCLOUD_APPLICATION_SECRET', 'Its secret'),
    consumerKey: secret('OVHCLOUD_CONSUMER_KEY', 'Consumer key of OVHcloud'),
  },
  create(settings, { clock, smsSender }: MessageTools): ClosableNotifier {
    return createOvhcloud({ ...settings, sender: smsSender }, clock);
  },
});
