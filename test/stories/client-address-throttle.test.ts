import assert from 'node:assert/strict';
import { createMemoryRateLimiter } from '../../src/adapters/memory/rate-limiter.ts';
import { systemClock } from '../../src/adapters/system.ts';
import type { ThrottleResult } from '../../src/ports/throttles.ts';
import { createClientAddressThrottle } from '../../src/stories/kit/client-address-throttle.ts';

const vault = { blindIndex: (kind: string, value: string) => `${kind}:${value}` };

describe('the throttle by client address', () => {
  const throttle = createClientAddressThrottle(
    { rateLimiter: createMemoryRateLimiter(systemClock), vault: vault as never },
    3,
  );
  const policy = { name: 'example', limit: 2, windowSeconds: 60 };
  const passes = async (address: string, shared: boolean) => {
    let passed = 0;
    while (passed < 20) {
      const refusal = await throttle(policy, { address, shared }).then(
        () => undefined,
        (error) => error,
      );
      if (refusal) {
        assert.equal(refusal.code, 'too_many_requests');
        assert.ok(refusal.retryAfterSeconds >= 1 && refusal.retryAfterSeconds <= 60);
        return passed;
      }
      passed += 1;
    }
    return passed;
  };

  it('lets the limit of a policy through, an address at a time', async () => {
    assert.equal(await passes('192.0.2.1', false), 2);
    assert.equal(await passes('192.0.2.2', false), 2);
  });

  it('lets more through for an address that many people share', async () => {
    assert.equal(await passes('192.0.2.3', true), 6);
  });

  it('counts the networks around an address too, the wider with a higher limit, after the address itself', async () => {
    const around = (index: number) => [
      { address: `2001:db8:0:${index >> 1}00::/56`, factor: 2 },
      { address: '2001:db8::/48', factor: 3 },
    ];
    const results = [];
    for (let index = 0; index < 4; index++)
      for (let call = 0; call < 3; call++)
        results.push(
          await throttle(policy, { address: `net-${index}`, shared: false, networks: around(index) }).then(
            () => 'passed',
            () => 'refused',
          ),
        );
    const each = ['passed', 'passed', 'refused'];
    assert.deepEqual(results, [...each, ...each, ...each, 'refused', 'refused', 'refused']);
  });

  it('keeps addresses as blind indexes alone, under the name of the policy; the networks of a shared one let more through too', async () => {
    const counted: unknown[] = [];
    const rateLimiter = {
      async count(...args: unknown[]): Promise<ThrottleResult> {
        counted.push(args);
        return { allowed: true, retryAfterSeconds: 0 };
      },
      async giveBack() {},
      left: async () => 1,
    };
    await createClientAddressThrottle({ rateLimiter, vault: vault as never }, 3)(policy, {
      address: '192.0.2.4',
      shared: true,
      networks: [{ address: '192.0.2.0/24', factor: 4 }],
    });
    assert.deepEqual(counted, [
      [{ ...policy, limit: 6 }, 'client-address:192.0.2.4'],
      [{ ...policy, limit: 24 }, 'client-address:192.0.2.0/24'],
    ]);
  });
});
