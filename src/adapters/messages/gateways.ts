/** The gateways of messages. A new one has a folder of its own, and a line here. */
import { kannel } from './kannel/gateway.ts';
import { ovhcloud } from './ovhcloud/gateway.ts';
import { smtp } from './smtp/gateway.ts';
import { spool } from './spool/gateway.ts';

/** By the name that `MESSAGES_SMS` chooses. */
export const smsGateways = { spool, kannel, ovhcloud };

/** By the name that `MESSAGES_MAIL` chooses. */
export const mailGateways = { spool, smtp };
