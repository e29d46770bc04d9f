/**
 * How many of the codes that are sent are used. Where hardly any is, somebody has them sent for another reason: to guess
 * at them, or to be paid for the messages. All processes count together, and alarm once an hour.
 */
import type { Config } from '../config/config.ts';
import type { Ports } from '../ports/ports.ts';
import type { Tallies } from '../ports/tallies.ts';
import type { VerificationCodes } from '../ports/verification-codes.ts';

type WatchPorts = Pick<Ports, 'tallies' | 'rateLimiter' | 'clock' | 'log' | 'metrics'>;

const HOUR = 3600;

/** The same codes; each that proves right is counted as used. Counting never costs a person the code. */
export function countUsedCodes(
  codes: VerificationCodes,
  { tallies, log, metrics }: { readonly tallies: Tallies } & Pick<Ports, 'log' | 'metrics'>,
): VerificationCodes {
  return {
    ...codes,
    async verify(...given) {
      const check = await codes.verify(...given);
      if (check.subject === undefined) return check;
      metrics.count('codes_used', {});
      await tallies.add('codes-used').catch((error) => {
        log.warn({ event: 'tally_missed', error }, 'a code that was used is not counted');
      });
      return check;
    },
  };
}

/**
 * Compares what was sent in an hour with what was used since its beginning. The hour ended when the last of its codes
 * had lived: one that was sent a minute ago is not used yet. What is used late counts for more, never for less.
 * @returns whether it alarmed.
 */
export async function checkCodeUse(ports: WatchPorts, { codes }: Pick<Config, 'codes'>): Promise<boolean> {
  const now = ports.clock.now();
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  const from = ago(HOUR + codes.lifeSeconds);
  const sent = await ports.tallies.sum('codes-sent', from, ago(codes.lifeSeconds));
  const used = await ports.tallies.sum('codes-used', from, now);
  if (sent < codes.alarmFromSent || used * 100 >= sent * codes.alarmBelowPercent) return false;
  const policy = { name: 'code-use-alarm', limit: 1, windowSeconds: HOUR };
  if (!(await ports.rateLimiter.count(policy, 'all')).allowed) return false;
  ports.metrics.count('code_use_alarms', {});
  ports.log.error(
    { event: 'codes_not_used', details: { sent, used } },
    'hardly any of the codes that are sent is used',
  );
  return true;
}

/** Looks every minute, until it is stopped. */
export function watchCodeUse(ports: WatchPorts, settings: Pick<Config, 'codes'>): { stop(): void } {
  const look = () =>
    checkCodeUse(ports, settings).catch((error) => {
      ports.log.warn({ event: 'code_use_unknown', error }, 'nobody could say how many codes are used');
    });
  const timer = setInterval(look, 60_000);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
