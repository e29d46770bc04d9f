/** A kind of setting: a time zone, by its name. */
import type { Setting } from '../setting.ts';

export function timeZone(variable: string, byDefault: string, meaning: string): Setting<string> {
  return { is: 'setting', kind: 'time zone (IANA)', variable, default: byDefault, meaning, parse };
}

function parse(raw: unknown): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: String(raw) }).resolvedOptions().timeZone;
  } catch {
    throw new Error('must be a time zone, such as Europe/Paris or Indian/Reunion');
  }
}
