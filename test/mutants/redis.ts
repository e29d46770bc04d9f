import type { WrongVersion } from './wrong-version.ts';

export const redis: readonly WrongVersion[] = [
  {
    file: 'src/adapters/redis/rate-limiter.ts',
    from: `math.min(count, tonumber(ARGV[1])) - 1, 'KEEPTTL')`,
    to: `count - 1, 'KEEPTTL')`,
    says: 'What was refused gives back nothing: past the limit a call that is given back leaves the limit reached.',
    tests: ['test/contracts/rate-limiter.test.ts'],
  },
  {
    file: 'src/adapters/redis/rate-limiter.ts',
    from: 'duration: windowSeconds,',
    to: 'duration: 60,',
    says: 'Every limit is counted by the minute.',
    tests: ['test/contracts/rate-limiter.test.ts'],
  },
];
