/** What operators are told of gateways: every time by a counter, and once in a while by an alarm of all processes together. */
import { ServiceError } from '../../../errors.ts';
import type { Message, Notifier } from '../../../ports/messages.ts';
import type { Ports } from '../../../ports/ports.ts';

interface TroublePorts extends Pick<Ports, 'log' | 'metrics' | 'rateLimiter'> {
  readonly notifier: Notifier;
}

const ALARM_EVERY_SECONDS = 300;

/** @param error what sending threw; what no gateway said is nothing to tell here. */
export async function reportTrouble(ports: TroublePorts, channel: Message['kind'], error: unknown): Promise<void> {
  if (!(error instanceof ServiceError) || error.details.gateway === undefined) return;
  const { gateway, status, refusesUs } = error.details;
  const details = { channel, gateway, status };
  if (refusesUs) {
    ports.metrics.count('gateway_refuses_us', { channel });
    if (await isTime(ports, `refuses-us:${channel}`))
      ports.log.error(
        { event: 'gateway_refuses_us', details },
        'a gateway takes nothing from us (credentials, credit, address): messages wait',
      );
    return;
  }
  ports.metrics.count('gateway_away', { channel });
  // One call that fails is no alarm; a gateway that is left alone is.
  if ((ports.notifier.restSeconds?.(channel) ?? 0) > 0 && (await isTime(ports, `away:${channel}`)))
    ports.log.error({ event: 'gateway_away', details }, 'a gateway does not answer: messages wait');
}

/** An alarm is worth more than the promise to raise it once. */
async function isTime({ rateLimiter }: TroublePorts, key: string): Promise<boolean> {
  const policy = { name: 'gateway-alarm', limit: 1, windowSeconds: ALARM_EVERY_SECONDS };
  return rateLimiter.count(policy, key).then(
    ({ allowed }) => allowed,
    () => true,
  );
}
