/** A kind of setting: countries, by their codes. */
import { isCountry } from '../adapters/phone-numbers.ts';
import type { Setting } from '../setting.ts';

/** Metropolitan and overseas France. TF has no telephone numbers. */
export const FRANCE = ['FR', 'GP', 'MQ', 'GF', 'RE', 'YT', 'PM', 'BL', 'MF', 'WF', 'PF', 'NC'] as const;

export function countries(variable: string, meaning: string): Setting<readonly string[]> {
  const kind = 'countries (ISO 3166-1, two letters), comma-separated';
  return { is: 'setting', kind, variable, default: FRANCE, meaning, parse };
}

function parse(raw: unknown): readonly string[] {
  const list: unknown[] = Array.isArray(raw) ? raw : String(raw).split(',');
  const codes = list.map((item) => (typeof item === 'string' ? item.trim() : 'no text')).filter(Boolean);
  for (const [at, code] of codes.entries())
    if (!isCountry(code)) throw new Error(`number ${at + 1} is no country with telephones, such as FR or BE`);
  return codes;
}
