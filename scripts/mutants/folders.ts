/** What `npm run test:mutants` changes, folder by folder, with the tests of the fast levels that must notice. */

export interface Folder {
  readonly name: string;
  /** Globs of the sources that are changed; with `!`, of those that are not. */
  readonly mutate: readonly string[];
  /** Globs of the test files that run against them, in one process, without a server. */
  readonly tests: readonly string[];
  /** The tests among them, by their full title; all where it is absent. */
  readonly only?: string;
  /** The least share of wrong versions that the tests must notice, in percent. */
  readonly reach: number;
  /** Each wrong version that stays needs its reason, in `test/mutants/survivors.ts`. */
  readonly eachHasReason?: boolean;
}

/** The suites of the ports run on every backend; those in memory need no server. */
const IN_MEMORY = 'memory';

/** Sentences and types: a stale docs/audit-events.md and the compiler hold them. */
const DECLARED_EVENTS = '!src/stories/**/audit-events.ts';

export const FOLDERS: readonly Folder[] = [
  { name: 'domain', mutate: ['src/domain/**/*.ts'], tests: ['test/domain/**/*.test.ts'], reach: 95 },
  {
    name: 'stories',
    mutate: ['src/stories/**/*.ts', '!src/stories/kit/**', DECLARED_EVENTS],
    tests: ['test/stories/**/*.test.ts'],
    reach: 90,
    eachHasReason: true,
  },
  {
    name: 'kit',
    mutate: ['src/stories/kit/**/*.ts', DECLARED_EVENTS, '!src/stories/kit/guarded-kind.ts'],
    tests: ['test/stories/**/*.test.ts'],
    reach: 90,
    eachHasReason: true,
  },
  {
    name: 'sealed',
    mutate: ['src/adapters/sealed/*.ts'],
    tests: ['test/contracts/*.test.ts', 'test/adapters/sealed-*.test.ts'],
    only: `sealed|${IN_MEMORY}`,
    reach: 85,
    eachHasReason: true,
  },
  {
    name: 'memory',
    mutate: ['src/adapters/memory/*.ts'],
    tests: ['test/contracts/*.test.ts', 'test/adapters/memory-*.test.ts'],
    only: IN_MEMORY,
    reach: 85,
  },
  {
    name: 'middleware',
    mutate: ['src/http/middleware/*.ts'],
    tests: ['test/middleware/**/*.test.ts'],
    reach: 85,
  },
  {
    name: 'plain',
    mutate: [
      'src/{errors,setting,web-address,operator-file,node-version}.ts',
      'src/adapters/{argon2,common-words,logger,metrics,phone-numbers,signing-key,system,vault,watched-throttles}.ts',
      'src/adapters/captcha/{answer,captchetat,captchetat-gateway,seeded-random}.ts',
      'src/adapters/messages/**/*.ts',
    ],
    tests: [
      'test/adapters/{argon2,captcha-answer,captchetat-gateway,errors,logger,message-texts,metrics,plain}.test.ts',
      'test/adapters/{signing-key,vault,watched-throttles}.test.ts',
      'test/adapters/messages/!(kannel).test.ts',
      'test/config/{setting,web-addresses}.test.ts',
    ],
    reach: 85,
  },
  {
    name: 'screens',
    mutate: ['src/screens/*.ts'],
    tests: ['test/adapters/{catalogue,facts,field-names,message-texts,refusal-text,screens,typography}.test.ts'],
    reach: 85,
  },
];
