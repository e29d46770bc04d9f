/** The options that choose messages. */
import { InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../adapters/system.ts';

export interface MessageOptions {
  readonly since?: Date;
  readonly kind?: 'sms' | 'mail';
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 24 * 3600 };

export function sinceOption(): Option {
  return new Option('--since <time>', 'that began after: 30m, 2h or 1d ago, or an ISO 8601 time').argParser(readTime);
}

export function kindOption(): Option {
  return new Option('--kind <kind>', 'of this channel').choices(['sms', 'mail']);
}

function readTime(text: string): Date {
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count) return new Date(systemClock.now().getTime() - Number(count) * (UNITS[unit] ?? 0) * 1000);
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Write 30m, 2h, 1d or a time such as 2026-03-01T08:00Z.');
  return time;
}
