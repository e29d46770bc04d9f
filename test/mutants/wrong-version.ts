/**
 * A wrong version of one line that matters, made by hand where no tool can make it (SQL, Lua, the provider's configuration, wiring),
 * and the tests that must fail on it. `npm run test:mutants -- by-hand` makes each and sees them fail.
 */
export interface WrongVersion {
  readonly file: string;
  /** As it stands there, exactly once. */
  readonly from: string;
  readonly to: string;
  /** What would be wrong, in a sentence. */
  readonly says: string;
  /** The test files of which one test must fail at least; all of them pass on the right version. */
  readonly tests: readonly string[];
}

/** Those of one file, with the tests that must fail unless one names others. */
export function versionsOf(file: string, tests: readonly string[]) {
  return (from: string, to: string, says: string, ownTests = tests): WrongVersion => ({
    ...{ file, from, to, says },
    tests: ownTests,
  });
}
