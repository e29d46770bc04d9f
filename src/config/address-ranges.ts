/** A kind of setting: ranges of addresses (CIDR). */
import ipaddr from 'ipaddr.js';
import type { Setting } from '../setting.ts';

/** None by default. */
export function addressRanges(variable: string, meaning: string): Setting<readonly string[]> {
  return { is: 'setting', kind: 'CIDR ranges, comma-separated', variable, default: [], meaning, parse };
}

function parse(raw: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(raw) ? raw : String(raw).split(',');
  const ranges = list.map((item) => (typeof item === 'string' ? item.trim() : 'no text')).filter(Boolean);
  for (const [at, range] of ranges.entries())
    if (!ipaddr.isValidCIDR(range)) throw new Error(`number ${at + 1} is not a range like 10.0.0.0/8 or 2001:db8::/32`);
  return ranges;
}
