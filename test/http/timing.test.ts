import assert from 'node:assert/strict';
import { createPerson, randomNir } from '../support/people.ts';
import { createRelyingParty, openInteraction, signIn } from '../support/relying-party.ts';
import { startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

const PAIRS = 120;

describe('how long a refusal takes', () => {
  it('tells nothing of whether the identifier is known: two distributions that a coin could have dealt', async () => {
    const service = await startService({ env: { THROTTLE_SIGN_IN_PER_MINUTE: '1000' }, realHashes: true });
    try {
      const party = await createRelyingParty(service.url);
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, party);
      const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
      for (let pair = 0; pair < PAIRS; pair++) {
        const known = (await createPerson(service)).identifier;
        // The order alternates, so that whatever slows the machine down slows both.
        const order = pair % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
        for (const kind of order) {
          const startedAt = performance.now();
          const { json } = await signIn(
            visitor,
            interaction,
            kind === 'known' ? known : randomNir(),
            'Wrong-Password-1',
          );
          times[kind].push(performance.now() - startedAt);
          assert.equal(json.code, 'sign_in_failed');
        }
      }
      const share = chanceThatFirstIsSlower(times.known, times.unknown);
      assert.ok(
        share > 0.35 && share < 0.65,
        `a known identifier is slower in ${(share * 100).toFixed(0)} % of the pairs`,
      );
    } finally {
      await service.stop();
    }
  });
});

/** The Mann-Whitney statistic, as a share: 0.5 when the two cannot be told apart. */
function chanceThatFirstIsSlower(first: readonly number[], second: readonly number[]): number {
  let wins = 0;
  for (const one of first) for (const other of second) wins += one > other ? 1 : one === other ? 0.5 : 0;
  return wins / (first.length * second.length);
}
