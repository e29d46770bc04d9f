/** A fault of configuration: what the service refuses to start with, and how it ends then. */
import { remedyOf } from './remedies.ts';

/** How a process ends when its configuration has faults: EX_CONFIG of sysexits.h. */
export const EXIT_CONFIGURATION = 78;

export interface Fault {
  /** One line that quotes no value. */
  readonly text: string;
  /** Absent when the text says it all. */
  readonly remedy?: string;
}

/** Every fault of a configuration, at once. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    const lines = faults.map(({ text, remedy }) => `  - ${text}${remedy ? `\n    → ${remedy}` : ''}`);
    super(`The configuration has ${faults.length} fault(s):\n${lines.join('\n')}`, options);
    this.name = 'ConfigurationError';
    this.faults = faults.map(({ text }) => text);
  }
}

/** A fault of reading, with the remedy that its setting gives. */
export function faultOf(text: string): Fault {
  return { text, remedy: remedyOf(text) };
}
