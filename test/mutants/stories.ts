import type { WrongVersion } from './wrong-version.ts';

const SIGN_IN = 'src/stories/sign-in/flow.ts';
const FIRST = 'src/stories/first-password/flow.ts';
const RECOVERY = 'src/stories/password-recovery/flow.ts';
const ASKING = 'src/stories/password-recovery/flow/asking.ts';
const RECOVERY_JOBS = 'src/stories/password-recovery/jobs.ts';
const IDENTIFIER = 'src/stories/provisional-identifier-recovery/flow.ts';
const IDENTIFIER_JOBS = 'src/stories/provisional-identifier-recovery/jobs.ts';
const ofSignIn = ['test/stories/sign-in.test.ts', 'test/stories/sign-in-failures.test.ts'];
const remembered = ['test/stories/sign-in-remembered.test.ts'];
const ofFirst = ['test/stories/first-password.test.ts'];
const change = ['test/stories/password-recovery-change.test.ts'];
const code = ['test/stories/password-recovery-code.test.ts'];
const guesses = ['test/stories/password-recovery-guesses.test.ts'];
const details = ['test/stories/password-recovery-details.test.ts'];
const resend = ['test/stories/password-recovery-resend.test.ts'];
const search = ['test/stories/password-recovery-search.test.ts'];
const walk = ['test/stories/password-recovery.test.ts'];
const identifier = ['test/stories/provisional-identifier-recovery.test.ts'];
const identifierSearch = ['test/stories/provisional-identifier-search.test.ts'];
const tables = ['test/stories/tables.test.ts'];

/** What a tool does not make of the stories: another key, another order, another time, nothing waited for. */
export const stories: readonly WrongVersion[] = [
  // Sign-in.
  {
    file: SIGN_IN,
    from: 'ports.passwords.verify(typed, account?.password?.hash)',
    to: 'ports.passwords.verify(input.password, account?.password?.hash)',
    says: 'A password whose accents are composed otherwise is a wrong one.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: 'await attempt.countThenVerify(keysOf(meant), verify, isSolved)',
    to: 'await attempt.countThenVerify(keysOf(meant), verify, true)',
    says: 'Nobody waits for the longest lock, nor solves a captcha.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: 'await attempt.countThenVerify(keysOf(meant), verify, isSolved)',
    to: 'await verify()',
    says: 'No attempt at a password is counted.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: `    const shown = identifierAttemptsKey(ports.vault, identifier);
    return { shown, compared`,
    to: `    const shown = account ? accountAttemptsKey(account.accountId) : identifierAttemptsKey(ports.vault, identifier);
    return { shown, compared`,
    says: 'The lock of one identifier shows at the other one: it tells that both are one person’s.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: 'compared: account ? accountAttemptsKey(account.accountId) :',
    to: 'compared: account ? shown :',
    says: 'Two identifiers of one person are counted apart.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: 'return { shown: ownKey, compared: ownKey };',
    to: 'return { shown: identifierAttemptsKey(ports.vault, identifier), compared: ownKey };',
    says: 'The failures of strangers lock the holder out on a browser that the account knows.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: '    { browserOf, find: findOwnLimit },\n',
    to: '',
    says: 'A known browser spends the limit of its address, with all who share that.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: `      // Before the password is read: one that is replaced meanwhile signs nobody in for longer than that.
      const provedAt = ports.clock.now();
      const meant = await findMeant(context, input);
      const { identifier, account } = meant;`,
    to: `      const meant = await findMeant(context, input);
      const { identifier, account } = meant;
      await ports.passwords.verify(input.password, account?.password?.hash);
      const provedAt = ports.clock.now();`,
    says: 'A password that is replaced while it is compared signs somebody in for longer than that.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: `      if (!isRight || !account?.password) throw new ServiceError('sign_in_failed');
      if (!canSignIn(account)) throw new ServiceError('account_unavailable');`,
    to: `      if (account && !canSignIn(account)) throw new ServiceError('account_unavailable');
      if (!isRight || !account?.password) throw new ServiceError('sign_in_failed');`,
    says: 'Whoever types a wrong password is told that the account is suspended.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: `      const isSolved = await checkCaptcha(ports.captcha, context, input);
`,
    to: `      const isSolved = input.captchaId !== undefined;
`,
    says: 'The name of a captcha is as good as its answer.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: "if (kind === 'password') await rehashIfWeaker(",
    to: "if (kind === 'initial-password') await rehashIfWeaker(",
    says: 'The hash of a password is not made stronger, and that of an initial password is.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: 'await ports.accounts.upgradePasswordHash(credential.credentialId, credential.hash, stronger);',
    to: 'await ports.accounts.upgradePasswordHash(credential.credentialId, stronger, stronger);',
    says: 'A stronger hash is made at each sign-in and kept at none.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: 'const stronger = await ports.passwords.hash(password);',
    to: 'const stronger = await ports.passwords.hash(credential.hash.encoded);',
    says: 'The stronger hash is that of another text: the password is lost.',
    tests: ofSignIn,
  },
  {
    file: SIGN_IN,
    from: 'if (remembered) await ports.rememberedIdentifiers.forget(remembered);',
    to: '',
    says: '« Ce n’est pas vous ? » leaves the record on the server.',
    tests: remembered,
  },
  {
    file: SIGN_IN,
    from: 'kept: { browser: { remembered: null } }',
    to: 'kept: {}',
    says: '« Ce n’est pas vous ? » leaves the cookie.',
    tests: remembered,
  },
  {
    file: SIGN_IN,
    from: "if (remembered?.type !== input.identifierType) throw fieldError('identifier', 'field_required');",
    to: "if (!remembered) throw fieldError('identifier', 'field_required');",
    says: 'A remembered identifier is used on the form of the other type.',
    tests: remembered,
  },
  {
    file: SIGN_IN,
    from: 'identifier, remember: input.remember };',
    to: 'identifier, remember: true };',
    says: 'An identifier is remembered whether the box was ticked or not.',
    tests: [...ofSignIn, ...remembered],
  },
  // First password.
  {
    file: FIRST,
    from: '!identifier || !canSignIn(account)',
    to: '!identifier',
    says: 'An account that was suspended since the proof is given a password and signed in.',
    tests: ofFirst,
  },
  {
    file: FIRST,
    from: '.findProfile(accountId);',
    to: '.findProfile(accountId).then((found) => found && { ...found, civilIdentity: undefined });',
    says: 'The birth name, a given name or the birth date of its owner is a password.',
    tests: ofFirst,
  },
  {
    file: FIRST,
    from: "if (!replaced) throw new ServiceError('step_not_available');",
    to: '',
    says: 'Whoever comes second with an initial password is signed in by a password that was not kept.',
    tests: ofFirst,
  },
  // Password recovery: the new password.
  {
    file: RECOVERY,
    from: 'new Date(provedAtMs), event)',
    to: 'ports.clock.now(), event)',
    says: 'A code that was proved before another change sets the password again.',
    tests: change,
  },
  {
    file: RECOVERY,
    from: `    if (!(await ports.accounts.setPassword(accountId, hash, new Date(provedAtMs), event)))
      throw new ServiceError('step_not_available');`,
    to: '    await ports.accounts.setPassword(accountId, hash, new Date(provedAtMs), event);',
    says: 'A password that was not set is told to be changed.',
    tests: change,
  },
  {
    file: RECOVERY,
    from: "    const event = attempt.eventOf('password-changed');\n",
    to: "    const event = attempt.eventOf('begun');\n",
    says: 'No event tells of a changed password.',
    tests: change,
  },
  {
    file: RECOVERY,
    from: 'const keys = [accountAttemptsKey(accountId), typedAs,',
    to: 'const keys = [accountAttemptsKey(accountId),',
    says: 'A recovery leaves the lock of what was typed there.',
    tests: [...walk, ...change],
  },
  {
    file: RECOVERY,
    from: 'return await makeKnown(ports, browser.device, accountId);',
    to: 'return undefined;',
    says: 'The browser of a recovery is locked out by strangers.',
    tests: change,
  },
  {
    file: RECOVERY,
    from: "'password-recovery': undefined, proved: undefined",
    to: 'proved: undefined',
    says: 'The proof of a recovery outlives the password that it has set.',
    tests: change,
  },
  // Password recovery: the code.
  {
    file: RECOVERY,
    from: "if (check.subject?.kind !== 'account') {",
    to: 'if (check.subject === undefined) {',
    says: 'A code about anything but an account proves something.',
    tests: code,
  },
  {
    file: RECOVERY,
    from: `        PASSWORD_RECOVERY,
        code,`,
    to: `        'registration',
        code,`,
    says: 'A code of another purpose is looked for.',
    tests: code,
  },
  {
    file: RECOVERY,
    from: 'if (wrongCodes !== rules.wrongCodesPerDay + 1) return;',
    to: 'if (wrongCodes <= rules.wrongCodesPerDay) return;',
    says: 'The holder of an account is told of each wrong code past the limit: a stranger writes to them at will.',
    tests: guesses,
  },
  {
    file: RECOVERY,
    from: "const accountId = about?.kind === 'account' ? about.accountId : undefined;\n    await",
    to: "const accountId = about?.kind === 'account' ? about.accountId : undefined;\n    if (accountId) await",
    says: 'Wrong codes of unknown people cost less work than those of known ones.',
    tests: guesses,
  },
  {
    file: ASKING,
    from: "attempt.eventOf('code-sent'));\n    const askedAtMs",
    to: "attempt.eventOf('code-sent'));\n    await ports.rememberedIdentifiers.find(value);\n    const askedAtMs",
    says: 'What was typed is looked up before the answer.',
    tests: walk,
  },
  {
    file: ASKING,
    from: 'typedAs: _same, proof: _void, ...asked }',
    to: 'typedAs: _same, ...asked }',
    says: 'What the code before has proved holds after another one was asked for.',
    tests: resend,
  },
  {
    file: ASKING,
    from: 'channel: input.channel ?? before.channel });',
    to: 'channel: before.channel });',
    says: 'Another code goes where the one before went, whatever was chosen.',
    tests: resend,
  },
  {
    file: ASKING,
    from: "if (remembered?.type !== input.identifierType) throw fieldError('identifier', 'field_required');",
    to: "if (!remembered) throw fieldError('identifier', 'field_required');",
    says: 'A remembered identifier is asked with on the form of the other type.',
    tests: details,
  },
  {
    file: RECOVERY,
    from: 'await tellOnce(check',
    to: 'void tellOnce(check',
    says: 'The one telling of guessed codes is lost where it cannot be asked for.',
    tests: guesses,
  },
  {
    file: RECOVERY,
    from: 'return await makeKnown(',
    to: 'return makeKnown(',
    says: 'A password that is changed is answered by a failure.',
    tests: change,
  },
  {
    file: ASKING,
    from: 'birthDate, channel, typed, askedAtMs: [] }',
    to: "birthDate, channel, typed, askedAtMs: context.place.proofs['password-recovery']?.askedAtMs ?? [] }",
    says: 'Whoever corrects what they typed waits for an hour.',
    tests: resend,
  },
  // Password recovery: after the answer.
  {
    file: RECOVERY_JOBS,
    from: '!isSameBirthDate(recorded, request.birthDate)',
    to: '!isSameBirthDate(recorded, recorded)',
    says: 'A code is sent for any birth date.',
    tests: search,
  },
  {
    file: RECOVERY_JOBS,
    from: 'if (!account || !canSignIn(account))',
    to: 'if (!account)',
    says: 'A code is sent to a suspended or closed account.',
    tests: search,
  },
  {
    file: RECOVERY_JOBS,
    from: 'orderContactPoints(account.contactPoints, request.channel)',
    to: "orderContactPoints(account.contactPoints, 'sms')",
    says: 'The channel that was chosen is ignored.',
    tests: search,
  },
  {
    file: RECOVERY_JOBS,
    from: '      expiresAtMs,\n',
    to: '',
    says: 'A code is sent although it has expired.',
    tests: search,
  },
  {
    file: RECOVERY_JOBS,
    from: "      event: eventOf('sent'),\n",
    to: '',
    says: 'No event tells of a code that was sent.',
    tests: search,
  },
  {
    file: RECOVERY_JOBS,
    from: "purpose: 'recovery-code',",
    to: "purpose: 'notice',",
    says: 'No limit holds for codes.',
    tests: search,
  },
  {
    file: RECOVERY_JOBS,
    from: 'ports.random.digits(digitsOfCode(wrongCodes, rules.wrongPerDay))',
    to: 'ports.random.digits(digitsOfCode(0, rules.wrongPerDay))',
    says: 'The codes of an account that is being guessed at stay as short as any.',
    tests: guesses,
  },
  {
    file: RECOVERY_JOBS,
    from: 'rules.lifeSeconds * 1000;',
    to: 'rules.lifeSeconds * 60_000;',
    says: 'The life of a code is counted by the minute.',
    tests: search,
  },
  // Provisional identifier.
  {
    file: IDENTIFIER,
    from: `      const identity = readDetails(input, ports.referenceData, ports.clock.now());
      await useCaptcha(ports.captcha, context, input);`,
    to: `      await useCaptcha(ports.captcha, context, input);
      const identity = readDetails(input, ports.referenceData, ports.clock.now());`,
    says: 'A captcha is used up by a form that is refused.',
    tests: identifier,
  },
  {
    file: IDENTIFIER,
    from: '      await useCaptcha(ports.captcha, context, input);\n',
    to: '',
    says: 'The form is taken without its captcha.',
    tests: identifier,
  },
  {
    file: IDENTIFIER_JOBS,
    from: '        canSignIn(account) &&\n',
    to: '',
    says: 'The identifier of a suspended or closed account is given out.',
    tests: identifierSearch,
  },
  {
    file: IDENTIFIER_JOBS,
    from: 'const found = confirmed.length > 0 ? confirmed : matches;',
    to: 'const found = matches;',
    says: 'A registration that nobody confirmed keeps the holder of a confirmed account from their identifier.',
    tests: identifierSearch,
  },
  {
    file: IDENTIFIER_JOBS,
    from: "find(({ type }) => type === 'provisional')",
    to: 'at(0)',
    says: 'A NIR is sent in the place of a provisional identifier.',
    tests: identifierSearch,
  },
  {
    file: IDENTIFIER_JOBS,
    from: "purpose: 'identifier',",
    to: "purpose: 'recovery-code',",
    says: 'Identifiers that strangers ask for use up the share of the codes.',
    tests: identifierSearch,
  },
  {
    file: IDENTIFIER_JOBS,
    from: "if (outcome !== 'sent') await ports.audit.record(eventOf(outcome));",
    to: '',
    says: 'No event tells an agent of a search that has failed.',
    tests: identifierSearch,
  },
  {
    file: SIGN_IN,
    from: "asked ?? identifierTypeOf(place.loginHint) ?? remembered?.type ?? 'nir'",
    to: "asked ?? remembered?.type ?? identifierTypeOf(place.loginHint) ?? 'nir'",
    says: 'What a browser remembers stands before what the client asks for.',
    tests: remembered,
  },
  // Their tables, and how they are put together.
  {
    file: 'src/stories/sign-in/steps.ts',
    from: 'limit: throttles.signInPerMinute, windowSeconds: 60 }',
    to: 'limit: throttles.signInPerMinute, windowSeconds: 1 }',
    says: 'The limit of a minute is counted by the second.',
    tests: tables,
  },
  {
    file: 'src/stories/first-password/steps.ts',
    from: "{ audit: 'first-password', throttle }",
    to: "{ audit: 'first-password', throttle: { ...throttle, limit: Number.MAX_SAFE_INTEGER } }",
    says: 'Hashes of new passwords are made without a limit.',
    tests: tables,
  },
  {
    file: 'src/stories/password-recovery/steps.ts',
    from: 'wrongCodesPerDay: codes.wrongPerDay,',
    to: 'wrongCodesPerDay: codes.tries,',
    says: 'The holder is told of wrong codes before they are many.',
    tests: guesses,
  },
  {
    file: 'src/stories/password-recovery/steps.ts',
    from: 'throttle: recoveryThrottle(throttles), spendsOneUse: true',
    to: 'throttle: recoveryThrottle(throttles)',
    says: 'A code is used up although the audit log is away.',
    tests: [...tables, ...change],
  },
  {
    file: 'src/stories/password-recovery/steps.ts',
    from: 'createTellWrongCodes(ports),',
    to: 'async () => undefined,',
    says: 'Nobody is told that their codes are guessed at.',
    tests: guesses,
  },
  {
    file: 'src/stories/provisional-identifier-recovery/steps.ts',
    from: 'createFindProvisionalIdentifier(ports),',
    to: 'async () => undefined,',
    says: 'Nobody is sent their identifier.',
    tests: identifierSearch,
  },
  {
    file: 'src/app/create-stories.ts',
    from: 'firstLockAtFailure: throttles.lockFromFailure,',
    to: 'firstLockAtFailure: throttles.lockAttemptsPerDay,',
    says: 'No failure locks.',
    tests: ofSignIn,
  },
  {
    file: 'src/app/create-stories.ts',
    from: 'maximumLockSeconds: throttles.lockMaximumSeconds,',
    to: 'maximumLockSeconds: throttles.lockForgetSeconds,',
    says: 'A lock lasts for a day.',
    tests: ofSignIn,
  },
  {
    file: 'src/app/create-stories.ts',
    from: 'attemptsPerDay: throttles.lockAttemptsPerDay,',
    to: 'attemptsPerDay: Number.MAX_SAFE_INTEGER,',
    says: 'Whoever solves captchas guesses all day.',
    tests: ofSignIn,
  },
  {
    file: 'src/app/create-stories.ts',
    from: 'sharedAddressFactor: proxies.sharedFactor,',
    to: 'sharedAddressFactor: 1,',
    says: 'The people of a Caf hall wait for one another.',
    tests: ofSignIn,
  },
];
