/** How messages leave, and how many: a part of settings.ts. */
import { mailGateways, smsGateways } from '../adapters/messages/gateways.ts';
import { choice, flag, type Group, integer, text } from '../setting.ts';
import { countries } from './countries.ts';
import { settingsOf } from './gateway-settings.ts';

export const messageSettings = {
  sms: choice('MESSAGES_SMS', smsGateways, 'spool', 'How SMS leave; the spool is a folder, for trials'),
  mail: choice('MESSAGES_MAIL', mailGateways, 'spool', 'How mail leaves; the spool is a folder, for trials'),
  smsSender: text('SMS_SENDER', 'MonCompte', 'Sender of SMS: up to 11 letters and digits, or a number'),
  perContactPointPerHour: integer(
    'MESSAGES_PER_CONTACT_POINT_PER_HOUR',
    3,
    'Messages of one purpose an hour to one contact point; notices have no such limit',
  ),
  perContactPointPerDay: integer('MESSAGES_PER_CONTACT_POINT_PER_DAY', 10, 'The same, a day'),
  secondsBetween: integer(
    'MESSAGES_SECONDS_BETWEEN',
    60,
    'Seconds between two messages of one purpose to one contact point',
  ),
  perHour: {
    recoveryCode: budget('MESSAGES_RECOVERY_CODES_PER_HOUR', 10000, 'codes of a recovery'),
    changeCode: budget('MESSAGES_CHANGE_CODES_PER_HOUR', 10000, 'codes of a registration or a change'),
    identifier: budget('MESSAGES_IDENTIFIERS_PER_HOUR', 5000, 'identifiers'),
    notice: budget('MESSAGES_NOTICES_PER_HOUR', 20000, 'notices, such as that of a changed password'),
  },
  countries: {
    capped: flag(
      'MESSAGES_COUNTRY_CAP',
      true,
      'Whether SMS go to the countries of the list alone, and beyond France within a budget',
    ),
    listed: countries('MESSAGES_COUNTRIES', 'Where SMS may go; others get mail, where the account has an address'),
    perHour: integer(
      'MESSAGES_PER_COUNTRY_PER_HOUR',
      100,
      'Budget an hour of each listed country beyond France, for each purpose; notices are not under it',
    ),
  },
  keepFailedSeconds: integer(
    'MESSAGES_KEEP_FAILED_SECONDS',
    86400,
    'How long a message that failed, or awaits a report, is kept, sealed, to be sent again',
  ),
  ...settingsOf(smsGateways),
  ...settingsOf(mailGateways),
} satisfies Group;

/** Of the whole service. */
function budget(variable: string, byDefault: number, what: string) {
  return integer(variable, byDefault, `Budget an hour of ${what}, past which it alarms and stops sending them`);
}
