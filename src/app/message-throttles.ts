/** How many messages may leave: to one contact point, for a purpose, and to a country. */
import type { Config } from '../config/config.ts';
import { FRANCE } from '../config/countries.ts';
import type { MessageThrottles } from '../stories/kit/messages/message-limits.ts';

const HOUR = 3600;
/** How many times a limit may leave for a contact point in all, when what does not arrive is given back. */
const PAID = 2;

export function createMessageThrottles({ messages }: Pick<Config, 'messages'>): MessageThrottles {
  const { perContactPointPerHour, perContactPointPerDay, secondsBetween, perHour, countries } = messages;
  const budget = (limit: number) => ({ name: 'message-budget', limit, windowSeconds: HOUR });
  return {
    contactPoint: [
      { name: 'message-interval', limit: 1, windowSeconds: secondsBetween },
      { name: 'message-hour', limit: perContactPointPerHour, windowSeconds: HOUR },
      { name: 'message-day', limit: perContactPointPerDay, windowSeconds: 24 * HOUR },
    ],
    paid: [
      { name: 'message-paid-hour', limit: perContactPointPerHour * PAID, windowSeconds: HOUR },
      { name: 'message-paid-day', limit: perContactPointPerDay * PAID, windowSeconds: 24 * HOUR },
    ],
    budgets: {
      'recovery-code': budget(perHour.recoveryCode),
      'change-code': budget(perHour.changeCode),
      identifier: budget(perHour.identifier),
      notice: budget(perHour.notice),
    },
    countries: countries.capped && {
      listed: new Set(countries.listed),
      withoutBudget: new Set<string>(FRANCE),
      budget: { name: 'message-country', limit: countries.perHour, windowSeconds: HOUR },
    },
  };
}
