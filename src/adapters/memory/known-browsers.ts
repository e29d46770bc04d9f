/** Known browsers, in this process: the oldest of an account first. */
import { BROWSERS_PER_ACCOUNT, KNOWN_SECONDS } from '../../domain/known-browser.ts';
import type { KnownBrowsers } from '../../ports/known-browsers.ts';
import type { Clock } from '../../ports/system.ts';
import { createBoundedMap } from './bounded-map.ts';

interface Browsers {
  readonly ids: readonly string[];
  readonly endsAt: number;
}

/** The browsers of an account have some 500 bytes. */
const MAXIMUM = 50_000;

export function createMemoryKnownBrowsers(clock: Clock, maximum = MAXIMUM): KnownBrowsers {
  const byAccount = createBoundedMap<Browsers>(clock, maximum, ({ endsAt }) => endsAt);
  return {
    async remember(accountId, browserId) {
      const others = byAccount.get(accountId)?.ids.filter((id) => id !== browserId) ?? [];
      const ids = [...others, browserId].slice(-BROWSERS_PER_ACCOUNT);
      byAccount.set(accountId, { ids, endsAt: clock.now().getTime() + KNOWN_SECONDS * 1000 });
    },

    isKnown: async (accountId, browserId) => byAccount.get(accountId)?.ids.includes(browserId) ?? false,
  };
}
