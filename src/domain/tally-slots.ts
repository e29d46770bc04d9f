/** The slots in which numbers are counted over time. */

export const SLOT_SECONDS = 300;
/** How long a slot is kept after it began. */
export const KEPT_SECONDS = 6 * 3600;

/** The slot of a moment. */
export function slotOf(moment: Date): number {
  return Math.floor(moment.getTime() / 1000 / SLOT_SECONDS);
}

/** The slots that begin at `from` or later, and before `to`. */
export function slotsBetween(from: Date, to: Date): readonly number[] {
  const first = Math.ceil(from.getTime() / 1000 / SLOT_SECONDS);
  const end = Math.ceil(to.getTime() / 1000 / SLOT_SECONDS);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}
