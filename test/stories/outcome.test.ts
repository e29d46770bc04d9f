import assert from 'node:assert/strict';
import { isCancelled, isProved, isRedirect } from '../../src/stories/kit/outcome.ts';

const account = { accountId: 'a', state: 'active', identityVerified: true, locale: 'fr' } as const;
const identifier = { type: 'nir', value: '2550814168025' } as const;
const proved = { account, identifier, factors: [], provedAt: new Date(0), remember: false } as const;
const returns = { state: 's', operation: 'showSignIn' } as const;

describe('an outcome', () => {
  it('is that of a form, of somebody who was proved, of a way elsewhere, or of the end: one of these', () => {
    for (const [outcome, expected] of [
      [{ status: 'sign-in' }, [false, false, false]],
      [{ status: 'proved', ...proved }, [true, false, false]],
      [{ status: 'redirect', redirectTo: 'https://upstream.example', returns }, [false, true, false]],
      [{ status: 'cancelled' }, [false, false, true]],
    ] as const)
      assert.deepEqual([isProved(outcome), isRedirect(outcome), isCancelled(outcome)], expected, outcome.status);
  });
});
