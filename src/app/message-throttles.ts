/** How many messages may leave: to one contact point, for a purpose, and to a country. */
import type { Config } from '../config/config.ts';
import { FRANCE } from '../config/countries.ts';
import type { MessageThrottles } from '../stories/kit/messages/message-limits.ts';

const HOUR = 3600;

export function createMessageThrottles({ messages }: Pick<Config, 'messages'>): MessageThrottles {
  const { perContactPointPerHour, perContactPointPerDay, secondsBetween, perHour, countries } = messages;
  const budget = (limit: number) => ({ name: 'message-budget', limit, windowSeconds: HOUR });
  return {
    contactPoint: [
      { name: 'message-interval', limit: 1, windowSeconds: secondsBetween },
      { name: 'message-hour', limit: perContactPointPerHour, windowSeconds: HOUR },
      { name: 'message-day', limit: perContactPointPerDay, windowSeconds: 24 * HOUR },
    ],
    givenBack: { name: 'message-given-back', limit: perContactPointPerHour, windowSeconds: HOUR },
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
