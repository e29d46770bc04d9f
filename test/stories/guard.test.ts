import assert from 'node:assert/strict';
import { ServiceError } from '../../src/errors.ts';
import type { AuditEvent } from '../../src/ports/audit-log.ts';
import type { StepContext } from '../../src/stories/kit/context.ts';
import { createGuard, type GuardPolicy, guardOf } from '../../src/stories/kit/guard.ts';
import { REFUSALS } from '../../src/stories/kit/guarded-kind.ts';
import type { AnyOutcome, Proved } from '../../src/stories/kit/outcome.ts';
import { createMemoryPorts, type MemoryPorts } from './support/memory-ports.ts';
import { recordCalls } from './support/monitoring.ts';
import { refusalOf } from './support/refusals.ts';

const LOCKOUT = { firstLockAtFailure: 3, maximumLockSeconds: 3600, forgetAfterSeconds: 86_400, attemptsPerDay: 30 };
const POLICY: GuardPolicy<'riddle'> = { audit: 'riddle', throttle: { name: 'riddle', limit: 2, windowSeconds: 60 } };
interface Solved extends AnyOutcome {
  readonly status: 'riddle-solved' | 'right' | 'wrong';
}
const DONE: Solved = { status: 'riddle-solved' };

describe('the guard', () => {
  let ports: MemoryPorts;
  let calls: string[];
  let guard: ReturnType<typeof createGuard>;
  beforeEach(() => {
    ports = createMemoryPorts();
    calls = [];
    const recorded = {
      rateLimiter: recordCalls('rateLimiter', ports.rateLimiter, calls),
      attempts: recordCalls('attempts', ports.attempts, calls),
      audit: recordCalls('audit', ports.audit, calls),
    };
    guard = createGuard({ ...ports, ...recorded }, { lockout: LOCKOUT, sharedAddressFactor: 10 });
  });

  const context = (shared = false, address = '192.0.2.7') => ({
    request: { requestId: 'request-1', locale: 'fr' as const, clientAddress: { address, shared }, browser: {} },
    place: { placeId: 'place-1', clientId: 'mon-compte', taken: 0, proofs: {} },
  });
  /** A step that notes when it runs. */
  const step =
    (result: () => Promise<Solved | Proved> = async () => DONE) =>
    async () => {
      calls.push('step');
      return result();
    };
  const refuse = (error: Error) => async () => Promise.reject(error);

  it('counts the client address, runs the step, and leaves an event of what became of it', async () => {
    assert.equal(await guard(POLICY, step())(context(), undefined), DONE);
    assert.deepEqual(calls, ['rateLimiter.count', 'step', 'audit.record']);
    assert.deepEqual(ports.audit.events, [
      {
        kind: 'riddle',
        outcome: 'riddle-solved',
        accountId: undefined,
        clientId: 'mon-compte',
        requestId: 'request-1',
        clientAddressIndex: ports.vault.blindIndex('client-address', '192.0.2.7'),
      },
    ]);
  });

  it('says whose event it is, also when the step refuses', async () => {
    for (const result of [undefined, refuse(new ServiceError('sign_in_failed'))])
      await guard(POLICY, async (_context, _input, attempt) => {
        attempt.concerns('account-1');
        return step(result)();
      })(context(), undefined).catch(() => {});
    assert.deepEqual(
      ports.audit.events.map(({ outcome, accountId }) => [outcome, accountId]),
      [
        ['riddle-solved', 'account-1'],
        ['sign_in_failed', 'account-1'],
      ],
    );
  });

  it('calls a proved person signed in, or what they owe first', async () => {
    const account = { accountId: 'a', state: 'active', identityVerified: true, locale: 'fr' } as const;
    const identifier = { type: 'nir', value: '2550814168025' } as const;
    const proved = { status: 'proved', account, identifier, provedAt: new Date(0), remember: false } as const;
    for (const factor of [{ kind: 'password' }, { kind: 'initial-password', credentialId: 'c' }] as const)
      await guard(
        POLICY,
        step(async () => ({ ...proved, factors: [factor] })),
      )(context(), undefined);
    assert.deepEqual(ports.audit.outcomes(), ['riddle: authenticated', 'riddle: password-creation-required']);
  });

  it('begins with an event where the step uses something up: without it the step does not run', async () => {
    const guarded = guard({ ...POLICY, spendsOneUse: true }, step());
    await guarded(context(), undefined);
    assert.deepEqual(calls, ['rateLimiter.count', 'audit.record', 'step', 'audit.record']);
    assert.deepEqual(ports.audit.outcomes(), ['riddle: begun', 'riddle: riddle-solved']);
    ports.audit.away = true;
    calls.length = 0;
    assert.equal((await refusalOf(guarded(context(), undefined))).code, 'store_unavailable');
    assert.deepEqual(calls, ['rateLimiter.count', 'audit.record']);
  });

  it('gives no answer whose event could not be written', async () => {
    ports.audit.away = true;
    for (const result of [undefined, refuse(new ServiceError('sign_in_failed'))]) {
      const refusal = await refusalOf(guard(POLICY, step(result))(context(), undefined));
      assert.equal(refusal.code, 'store_unavailable');
    }
  });

  it('leaves no event of a form that was filled in badly, of a store that is away, or of a fault of ours', async () => {
    for (const error of [
      new ServiceError('validation_failed'),
      new ServiceError('store_unavailable'),
      new ServiceError('busy'),
      new TypeError('a bug'),
    ])
      await assert.rejects(
        guard({ ...POLICY, throttle: { ...POLICY.throttle, limit: 9 } }, step(refuse(error)))(context(), undefined),
        error,
      );
    assert.deepEqual(ports.audit.events, []);
  });

  it('lets as many through as the limit says, ten times as many where an address is shared, and tells the rest apart', async () => {
    for (const [shared, address, limit] of [
      [false, '192.0.2.7', 2],
      [true, '192.0.2.8', 20],
    ] as const) {
      const run = () => guard(POLICY, step())(context(shared, address), undefined);
      for (let count = 0; count < limit; count++) await run();
      calls.length = 0;
      assert.deepEqual(await refusalOf(run()), { code: 'too_many_requests', fields: [], retryAfterSeconds: 60 });
      assert.deepEqual(calls, ['rateLimiter.count', 'audit.record'], 'the step does not run');
      assert.equal(ports.audit.events.at(-1)?.outcome, 'too_many_requests');
    }
  });

  it('leaves one event of a limit for each window, however often it refuses', async () => {
    const run = () => guard(POLICY, step())(context(), undefined);
    for (let window = 0; window < 2; window++) {
      for (let count = 0; count < 2; count++) await run();
      for (let count = 0; count < 5; count++) assert.equal((await refusalOf(run())).code, 'too_many_requests');
      ports.clock.move(60);
    }
    const refused = ports.audit.outcomes().filter((outcome) => outcome === 'riddle: too_many_requests');
    assert.equal(refused.length, 2);
  });

  it('leaves the event to the change that records it, and writes no second one; a refusal it writes itself', async () => {
    const changing = (isChanged: boolean) =>
      guard(POLICY, async (_context, _input: undefined, attempt): Promise<Solved> => {
        attempt.concerns('account-1');
        const event = attempt.eventOf('changed');
        if (!isChanged) throw new ServiceError('step_not_available');
        await ports.audit.record(event);
        return { status: 'riddle-solved' };
      })(context(), undefined);
    await changing(true);
    await refusalOf(changing(false));
    assert.deepEqual(
      ports.audit.events.map(({ outcome, accountId }) => [outcome, accountId]),
      [
        ['changed', 'account-1'],
        ['step_not_available', 'account-1'],
      ],
    );
  });

  it('counts a browser that has a limit of its own there, and not at its address', async () => {
    const run = (own: string | undefined) =>
      guard(POLICY, async (_context: StepContext, _input: undefined) => DONE, {
        browserOf: () => own,
        find: async () => own,
      })(context(), undefined);
    for (let count = 0; count < 2; count++) for (const own of ['mine', undefined]) await run(own);
    for (const own of ['mine', undefined]) assert.equal((await refusalOf(run(own))).code, 'too_many_requests');
    await run('theirs');
  });

  it('has it looked up twice as often as a browser may try, and then no more', async () => {
    let lookUps = 0;
    const run = () =>
      guard(POLICY, async (_context: StepContext, _input: undefined) => DONE, {
        browserOf: () => 'mine',
        async find() {
          lookUps += 1;
          return undefined;
        },
      })(context(), undefined);
    for (let count = 0; count < 10; count++) await run().catch(() => {});
    assert.equal(lookUps, 4);
  });

  it('counts what each spends under a name and a key of its own', async () => {
    const counted: unknown[] = [];
    const { rateLimiter } = ports;
    const count: typeof rateLimiter.count = (policy, key) => {
      counted.push([policy, key]);
      return rateLimiter.count(policy, key);
    };
    guard = createGuard(
      { ...ports, rateLimiter: { ...rateLimiter, count } },
      { lockout: LOCKOUT, sharedAddressFactor: 10 },
    );
    const own = { browserOf: () => 'device-1', find: async () => 'own-1' };
    const none = { browserOf: () => undefined, find: async () => 'own-1' };
    for (const limit of [own, none, undefined])
      await guard(POLICY, async (_context: StepContext, _input: undefined) => DONE, limit)(context(), undefined);
    const { throttle } = POLICY;
    const address = ports.vault.blindIndex('client-address', '192.0.2.7');
    assert.deepEqual(counted, [
      [{ ...throttle, name: 'riddle-looked-up', limit: 4 }, ports.vault.blindIndex('browser', 'device-1')],
      [{ ...throttle, name: 'riddle-known' }, 'own-1'],
      [throttle, address],
      [throttle, address],
    ]);
  });

  it('ends each limit with its window: a second before, nothing more passes', async () => {
    const mine = { browserOf: () => 'device-1', find: async () => 'own-1' };
    for (const own of [undefined, mine]) {
      const run = () =>
        guard(POLICY, async (_context: StepContext, _input: undefined) => DONE, own)(context(), undefined);
      for (let count = 0; count < 2; count++) await run();
      ports.clock.move(59);
      assert.equal((await refusalOf(run())).retryAfterSeconds, 1);
      ports.clock.move(1);
      await run();
    }
  });

  it('looks up a limit of its own again once the window of that has ended', async () => {
    let lookUps = 0;
    const own = {
      browserOf: () => 'device-1',
      async find() {
        lookUps += 1;
        return undefined;
      },
    };
    const policy = { ...POLICY, throttle: { ...POLICY.throttle, limit: 1 } };
    const run = () =>
      guard(
        policy,
        async (_context: StepContext, _input: undefined) => DONE,
        own,
      )(context(), undefined).catch(() => {});
    for (let count = 0; count < 4; count++) await run();
    ports.clock.move(59);
    await run();
    assert.equal(lookUps, 2);
    ports.clock.move(1);
    await run();
    assert.equal(lookUps, 3);
  });

  it('asks nobody for a limit of its own at the step of a browser that has none anywhere', async () => {
    const none = { browserOf: () => undefined, find: () => assert.fail('was looked up') };
    await guard(POLICY, async (_context: StepContext, _input: undefined) => DONE, none)(context(), undefined);
    assert.deepEqual(calls, ['rateLimiter.count', 'audit.record']);
  });

  for (const code of Object.keys(REFUSALS) as (keyof typeof REFUSALS)[])
    it(`${REFUSALS[code] === null ? 'leaves no event' : 'leaves an event'} of the refusal ${code}, and throws it on`, async () => {
      const error = new ServiceError(code);
      const failing = guard(POLICY, async (_context: StepContext, _input: undefined): Promise<Solved> => {
        throw error;
      });
      const isTold = REFUSALS[code] !== null;
      // The catalogue of a riddle has some of them; the log of a test takes no other.
      ports.audit.record = async (event) => void recorded.push(event);
      const recorded: AuditEvent[] = [];
      await assert.rejects(failing(context(), undefined), error);
      assert.deepEqual(
        recorded.map(({ outcome }) => outcome),
        isTold ? [code] : [],
      );
      const again = guard(POLICY, async (_context: StepContext, _input: undefined): Promise<Solved> => {
        throw new ServiceError(code, { details: { repeated: true } });
      });
      await assert.rejects(again(context(), undefined), { code });
      assert.equal(recorded.length, isTold ? 1 : 0, 'told when it began');
    });

  it('keeps the limits of two steps apart, and those of one name together', async () => {
    const run = (name: string) =>
      guard({ ...POLICY, throttle: { ...POLICY.throttle, name } }, step())(context(), undefined);
    for (const name of ['riddle', 'other', 'riddle', 'other']) await run(name);
    for (const name of ['riddle', 'other']) assert.equal((await refusalOf(run(name))).code, 'too_many_requests');
  });

  it('is known by the kind of its event', () => {
    assert.equal(guardOf(guard(POLICY, step())), 'riddle');
  });

  describe('counts an attempt before it compares', () => {
    const unlimited = { ...POLICY, throttle: { ...POLICY.throttle, limit: 1000 } };
    const attempt = (verify: () => Promise<boolean>, key = 'account:a', shown = key) =>
      guard(unlimited, async (_context, _input: undefined, { countThenVerify }): Promise<Solved> => {
        const right = await countThenVerify({ shown, compared: key }, () => {
          calls.push('verify');
          return verify();
        });
        return { status: right ? 'right' : 'wrong' };
      })(context(), undefined);
    const right = async () => true;
    const wrong = async () => false;
    const broken = refuse(new ServiceError('busy'));
    const callsOf = async (verify: () => Promise<boolean>) => {
      calls.length = 0;
      await attempt(verify).catch(() => {});
      return calls.filter((call) => call === 'verify' || call.startsWith('attempts.'));
    };

    it('and takes it back when it was right, or when it could not be compared', async () => {
      assert.deepEqual(await callsOf(wrong), ['attempts.begin', 'verify']);
      assert.deepEqual(await callsOf(right), ['attempts.begin', 'verify', 'attempts.succeed']);
      assert.deepEqual(await callsOf(broken), ['attempts.begin', 'verify', 'attempts.release']);
      await assert.rejects(attempt(broken), { code: 'busy' });
    });

    describe('under what was typed and under whose it is', () => {
      const of = (shown: string) => (verify: () => Promise<boolean>) => attempt(verify, 'account:a', shown);
      const [typedNir, typedOther] = [of('identifier:nir'), of('identifier:other')];

      it('and throws the comparison away while the account is locked by another identifier', async () => {
        for (let failure = 0; failure < 3; failure++) await typedOther(wrong);
        assert.equal((await refusalOf(typedOther(right))).code, 'sign_in_locked');
        calls.length = 0;
        assert.equal((await typedNir(right)).status, 'wrong');
        assert.deepEqual(
          calls.filter((call) => call === 'verify' || call.startsWith('attempts.')),
          ['attempts.begin', 'attempts.begin', 'verify'],
        );
      });

      it('and takes both counts back when it was right, or could not be compared', async () => {
        for (let failure = 0; failure < 2; failure++) await typedNir(wrong);
        await attempt(refuse(new ServiceError('busy')), 'account:a', 'identifier:nir').catch(() => {});
        assert.equal((await typedNir(right)).status, 'right');
        for (const typed of [typedNir, typedOther]) assert.equal((await typed(wrong)).status, 'wrong');
        assert.equal((await typedOther(right)).status, 'right');
      });
    });

    it('and takes the one of what was typed back, when nothing could be compared for a locked account', async () => {
      for (let failure = 0; failure < 3; failure++) await attempt(wrong, 'account:a', 'identifier:other');
      const typed = (verify: () => Promise<boolean>) => attempt(verify, 'account:a', 'identifier:nir');
      for (let failure = 0; failure < 2; failure++) assert.equal((await typed(wrong)).status, 'wrong');
      for (let times = 0; times < 5; times++) {
        assert.equal((await refusalOf(typed(broken))).code, 'busy');
        const another = await attempt(right, 'account:a', `identifier:${times}`);
        assert.equal(another.status, 'wrong', 'the lock of the account, which counted none of it, stays');
      }
      assert.equal((await typed(wrong)).status, 'wrong', 'the third failure, not the eighth');
      assert.equal((await refusalOf(typed(wrong))).code, 'sign_in_locked');
    });

    it('and never lets one that could not be compared lock: not even together with failures', async () => {
      for (let times = 0; times < 9; times++) assert.equal((await refusalOf(attempt(broken))).code, 'busy');
      for (let failure = 0; failure < 3; failure++) assert.equal((await attempt(wrong)).status, 'wrong');
      assert.equal((await refusalOf(attempt(wrong))).code, 'sign_in_locked');
    });

    it('and asks for a captcha at the longest lock, for which one that is solved passes, and no other', async () => {
      guard = createGuard(ports, { lockout: { ...LOCKOUT, maximumLockSeconds: 60 }, sharedAddressFactor: 10 });
      const keys = { shown: 'account:a', compared: 'account:a' };
      const solving = (isSolved?: boolean) =>
        guard(unlimited, async (_context, _input: undefined, { countThenVerify }): Promise<Solved> => {
          return { status: (await countThenVerify(keys, wrong, isSolved)) ? 'right' : 'wrong' };
        })(context(), undefined);
      for (let failure = 0; failure < 3; failure++) await solving();
      for (const isSolved of [undefined, false]) {
        const refusal = await refusalOf(solving(isSolved));
        assert.deepEqual([refusal.code, refusal.retryAfterSeconds], ['captcha_required', 60]);
      }
      assert.equal((await solving(true)).status, 'wrong');
      ports.clock.move(60);
      assert.equal((await solving()).status, 'wrong');
    });

    it('and lets a captcha pass for the lock of the account too', async () => {
      guard = createGuard(ports, { lockout: { ...LOCKOUT, maximumLockSeconds: 60 }, sharedAddressFactor: 10 });
      const from = (shown: string, verify: () => Promise<boolean>, isSolved: boolean) =>
        guard(unlimited, async (_context, _input: undefined, { countThenVerify }): Promise<Solved> => {
          return {
            status: (await countThenVerify({ shown, compared: 'account:a' }, verify, isSolved)) ? 'right' : 'wrong',
          };
        })(context(), undefined);
      for (let failure = 0; failure < 3; failure++) await from('identifier:other', wrong, false);
      assert.equal((await from('identifier:nir', right, false)).status, 'wrong', 'thrown away');
      assert.equal((await from('identifier:nir', right, true)).status, 'right');
    });

    it('and leaves one event of a lock, when it begins to refuse', async () => {
      for (let failure = 0; failure < 3; failure++) await attempt(wrong);
      for (let times = 0; times < 4; times++) assert.equal((await refusalOf(attempt(right))).code, 'sign_in_locked');
      assert.deepEqual(
        ports.audit.outcomes().filter((outcome) => outcome !== 'riddle: wrong'),
        ['riddle: sign_in_locked'],
      );
    });

    it('and compares nothing while locked', async () => {
      for (let failure = 0; failure < 3; failure++) assert.equal((await attempt(wrong)).status, 'wrong');
      for (const verify of [right, wrong]) {
        assert.deepEqual(await refusalOf(attempt(verify)), {
          code: 'sign_in_locked',
          fields: [],
          retryAfterSeconds: 60,
        });
        assert.deepEqual(await callsOf(verify), ['attempts.begin']);
      }
      assert.equal((await attempt(wrong, 'account:b')).status, 'wrong', 'another key has a count of its own');
      ports.clock.move(60);
      assert.equal((await attempt(right)).status, 'right');
      assert.equal((await attempt(wrong)).status, 'wrong', 'and the count begins again');
    });
  });
});
