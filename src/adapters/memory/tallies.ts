/** Tallies in this process. */
import { KEPT_SECONDS, SLOT_SECONDS, slotOf, slotsBetween } from '../../domain/tally-slots.ts';
import type { Clock } from '../../ports/system.ts';
import type { Tallies, TallyName } from '../../ports/tallies.ts';

export function createMemoryTallies(clock: Clock): Tallies {
  const counts = new Map<TallyName, Map<number, number>>();
  return {
    async add(name) {
      const slots = counts.get(name) ?? new Map<number, number>();
      counts.set(name, slots);
      const now = slotOf(clock.now());
      slots.set(now, (slots.get(now) ?? 0) + 1);
      for (const slot of slots.keys()) if (slot <= now - KEPT_SECONDS / SLOT_SECONDS) slots.delete(slot);
    },

    async sum(name, from, to) {
      const slots = counts.get(name);
      return slotsBetween(from, to).reduce((total, slot) => total + (slots?.get(slot) ?? 0), 0);
    },
  };
}
