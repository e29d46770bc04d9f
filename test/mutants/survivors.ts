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

/** Of `step-table.ts`: an operation has it so that none is made elsewhere. */
const MARK_ALONE =
  'The mark is there for the compiler, which lets nothing else make an operation: nothing reads its value.';

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
  {
    file: 'src/stories/kit/browser.ts',
    line: 'if (token === undefined) return NEVER_SEEN;',
    from: 'token === undefined',
    to: 'false',
    reason:
      'The vault opens nothing that is absent and says so by throwing, which ends in the same: the line spares the throw.',
  },
  {
    file: 'src/stories/kit/next-step.ts',
    line: "const AMR: Readonly<Record<Factor['kind'], string>> = { password: 'pwd', 'initial-password': 'pwd' };",
    from: "'pwd'",
    to: '""',
    reason:
      'Whoever was proved by an initial password owes a new one, and never signs in with it: the compiler wants the entry.',
  },
  {
    file: 'src/stories/kit/step-table.ts',
    line: 'return { [made]: true, operation, run: (context, { query }) => step(context, query as QueryOf<Id>) };',
    from: 'true',
    to: 'false',
    reason: MARK_ALONE,
  },
  {
    file: 'src/stories/kit/step-table.ts',
    line: '[made]: true,',
    from: 'true',
    to: 'false',
    reason: MARK_ALONE,
  },
];
