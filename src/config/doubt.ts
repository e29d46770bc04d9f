/** A doubt, and what doubts are about. */
import type { Environment } from './environment.ts';
import type { SettingValues } from './settings.ts';

export interface Doubt {
  /** The variable that it is about. */
  readonly variable: string;
  readonly says: string;
  readonly remedy: string;
}

/** What doubts are about: the values as they were read. */
export interface Checked {
  readonly values: SettingValues;
  readonly env: Environment;
  readonly production: boolean;
}
