/** How many messages may leave: to one contact point, and in all. */
import type { Config } from '../config/config.ts';
import type { SendPorts } from '../stories/kit/messages/send-to-contact-point.ts';

const HOUR = 3600;

export function createMessageThrottles({ messages }: Pick<Config, 'messages'>): SendPorts['messageThrottles'] {
  const { perContactPointPerHour, perContactPointPerDay, secondsBetween, perHour } = messages;
  return {
    contactPoint: [
      { name: 'message-interval', limit: 1, windowSeconds: secondsBetween },
      { name: 'message-hour', limit: perContactPointPerHour, windowSeconds: HOUR },
      { name: 'message-day', limit: perContactPointPerDay, windowSeconds: 24 * HOUR },
    ],
    service: { name: 'message-service', limit: perHour, windowSeconds: HOUR },
  };
}
