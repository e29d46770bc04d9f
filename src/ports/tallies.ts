/** Numbers that all processes count together, for alarms. */

export type TallyName = 'codes-sent' | 'codes-used';

/** Counted in slots of `SLOT_SECONDS` of the clock, each kept for some hours; a number and nothing of a person. */
export interface Tallies {
  /** Counts one more, now; N calls at once count N. */
  add(name: TallyName): Promise<void>;
  /** How many were counted in the slots that began at `from` or later, and before `to`. */
  sum(name: TallyName, from: Date, to: Date): Promise<number>;
}
