/** A finding: what the rules say of a configuration that could be read, and what it weighs. */
import type { Client } from '../ports/clients.ts';
import type { Environment } from './environment.ts';
import type { SettingValues } from './settings.ts';

export interface Finding {
  /** The variable that it is about, or `client <id>`. */
  readonly variable: string;
  /** Quotes no value. */
  readonly says: string;
  readonly remedy: string;
  readonly weight: Weight;
}

/**
 * A `doubt` is valid and probably wrong: it is told, and never in the way of a start. With a `fault` the service does not
 * start. `trial` is a fault in production that TRIAL permits, and a doubt elsewhere.
 */
export type Weight = 'doubt' | 'trial' | 'fault';

/** What findings are about: the values as they were read. */
export interface Checked {
  readonly values: SettingValues;
  readonly clients: readonly Client[];
  readonly env: Environment;
  readonly production: boolean;
}
