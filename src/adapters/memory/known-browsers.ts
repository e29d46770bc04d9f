/** Known browsers, in this process: a set keeps the order in which they came. */
import { BROWSERS_PER_ACCOUNT, KNOWN_SECONDS } from '../../domain/known-browser.ts';
import type { KnownBrowsers } from '../../ports/known-browsers.ts';
import type { Clock } from '../../ports/system.ts';

interface Browsers {
  readonly ids: Set<string>;
  endsAt: number;
}

const SWEEP_EVERY = 1000;

export function createMemoryKnownBrowsers(clock: Clock): KnownBrowsers {
  const byAccount = new Map<string, Browsers>();
  let writes = 0;

  function find(accountId: string, now: number): Browsers | undefined {
    const browsers = byAccount.get(accountId);
    return browsers && browsers.endsAt > now ? browsers : undefined;
  }

  return {
    async remember(accountId, browserId) {
      const now = clock.now().getTime();
      const ids = find(accountId, now)?.ids ?? new Set();
      ids.delete(browserId);
      ids.add(browserId);
      for (const oldest of [...ids].slice(0, -BROWSERS_PER_ACCOUNT)) ids.delete(oldest);
      byAccount.set(accountId, { ids, endsAt: now + KNOWN_SECONDS * 1000 });
      if (++writes % SWEEP_EVERY === 0)
        for (const [other, { endsAt }] of byAccount) if (endsAt <= now) byAccount.delete(other);
    },

    isKnown: async (accountId, browserId) => find(accountId, clock.now().getTime())?.ids.has(browserId) ?? false,
  };
}
