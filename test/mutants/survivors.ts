/**
 * The wrong versions that no test notices in the stories, the kit and the sealed records, each with its reason: it changes nothing that
 * can be seen. `npm run test:mutants` fails on one that is not here and on one that is here and was noticed; what it lacks it writes
 * to `.mutants/unexplained.json`, in this shape. `docs/testing.md` shows them.
 */
export interface Survivor {
  readonly file: string;
  /** The line where the change begins. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Of a record that is there to be claimed. */
const CLAIM_ALONE =
  'Nothing reads the value: that the record is there, and whether it is claimed, is all that it says.';

export const SURVIVORS: readonly Survivor[] = [
  {
    file: 'src/adapters/sealed/captcha-challenges.ts',
    line: "...TRIES.map((number) => store.set(tryKey(captchaId, number), '1', LIFE_SECONDS)),",
    from: "'1'",
    to: '""',
    reason: CLAIM_ALONE,
  },
  {
    file: 'src/adapters/sealed/captcha-challenges.ts',
    line: "...[solvedKey(captchaId, uid), useKey(captchaId)].map((key) => store.set(key, '1', longest)),",
    from: "'1'",
    to: '""',
    reason: CLAIM_ALONE,
  },
  {
    file: 'src/stories/password-recovery/flow.ts',
    line: 'if (check.subject === undefined) await tellOnce(check.wrongCodes, check.about);',
    from: 'check.subject === undefined',
    to: 'true',
    reason: 'A right code has no count of wrong ones: nobody is told of it. The condition is there for the compiler.',
  },
];
