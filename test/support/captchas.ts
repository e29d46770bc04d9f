/** The challenges of captchas, where a test reads behind the port or makes as many as it likes. */
import { type ChallengeParts, createCaptchaChallenges } from '../../src/adapters/sealed/captcha-challenges.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import type { ClientAddress } from '../../src/domain/client-address.ts';
import type { CaptchaChallenges } from '../../src/ports/captcha-challenges.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { createClientAddressThrottle } from '../../src/stories/kit/client-address-throttle.ts';
import { randomAddress } from './visitor.ts';

/** How many captchas tests in memory and suites let one client address have. */
export const CAPTCHAS_AN_HOUR = 20;

/** Counts challenges by client address, as the service does. */
export function createAdmit(ports: Pick<Ports, 'rateLimiter' | 'vault'>): ChallengeParts['admit'] {
  const throttle = createClientAddressThrottle(ports, 10);
  const policy = { name: 'captcha', limit: CAPTCHAS_AN_HOUR, windowSeconds: 3600 };
  return (clientAddress) => throttle(policy, clientAddress);
}

/** A client address of its own. */
export function somewhere(): ClientAddress {
  return { address: randomAddress(), shared: false };
}

/** Nobody is counted unless `admit` is given. */
export function openChallenges<Content>(
  parts: Pick<ChallengeParts, 'store' | 'vault'> & Partial<ChallengeParts>,
): CaptchaChallenges<Content> {
  const admit = async () => {};
  return createCaptchaChallenges<Content>({ random: systemRandom, clock: systemClock, admit, ...parts });
}
