import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { checkCodeUse, countUsedCodes, watchCodeUse } from '../../src/app/code-use.ts';
import { ServiceError } from '../../src/errors.ts';
import { createPlace } from './support/place.ts';
import { resultOf } from './support/refusals.ts';
import { openStories, type Stories } from './support/stories.ts';
import { askForCode, codeTo, createReachable } from './support/walks.ts';

const LIFE_SECONDS = 600;

describe('how many codes are used', () => {
  let stories: Stories;
  const open = (env: Readonly<Record<string, string>> = {}) =>
    openStories({
      env: { CODE_ALARM_FROM_SENT: '10', CODE_ALARM_BELOW_PERCENT: '30', ...env },
      ports: (ports) => ({ verificationCodes: countUsedCodes(ports.verificationCodes, ports) }),
    });
  beforeEach(() => {
    stories = open();
  });

  /** So many people ask for a code; the first of them use it. */
  async function ask(count: number, used = 0): Promise<void> {
    for (let person = 0; person < count; person++) {
      const { identifier, mobile } = await createReachable(stories);
      const place = createPlace(stories);
      await askForCode(place, identifier);
      await stories.runJobs();
      if (person >= used) continue;
      const code = codeTo(stories, mobile);
      assert.equal(await resultOf(place.run('submitRecoveryCode', { code })), 'new-password-required');
    }
  }
  /** What was begun on ports in memory has ended. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const check = () => checkCodeUse(stories.ports, stories.config);
  const alarms = () => stories.ports.log.lines.filter(({ fields }) => fields.event === 'codes_not_used');
  const pass = (seconds: number) => stories.ports.clock.move(seconds);
  const countedOf = (name: string) => stories.ports.metrics.counted.filter((other) => other === name).length;

  it('alarms once an hour when hardly any of those that were sent is, with figures alone', async () => {
    await ask(10, 2);
    assert.deepEqual([countedOf('codes_sent'), countedOf('codes_used')], [10, 2]);
    pass(LIFE_SECONDS + 300);
    assert.deepEqual([await check(), await check()], [true, false]);
    assert.deepEqual(alarms(), [
      { level: 'error', fields: { event: 'codes_not_used', details: { sent: 10, used: 2 } } },
    ]);
    assert.equal(countedOf('code_use_alarms'), 1);
    pass(3600);
    assert.equal(await check(), false, 'an hour later nothing was sent');
    await ask(10);
    pass(LIFE_SECONDS + 300);
    assert.equal(await check(), true);
  });

  it('waits until the codes have had their time: whoever was sent one a minute ago has not used it yet', async () => {
    await ask(10);
    assert.equal(await check(), false);
    pass(LIFE_SECONDS - 300);
    assert.equal(await check(), false);
    pass(600);
    assert.equal(await check(), true);
  });

  for (const [seconds, expected] of [
    [LIFE_SECONDS, false],
    [LIFE_SECONDS + 1, true],
    [LIFE_SECONDS + 3600, true],
    [LIFE_SECONDS + 3601, false],
  ] as const)
    it(`looks at the hour that ended when its codes had lived: ${expected ? '' : 'not '}at codes ${seconds} s old`, async () => {
      await ask(10);
      pass(seconds);
      assert.equal(await check(), expected);
    });

  it('says nothing where enough are used, where few were sent, and where the setting says so', async () => {
    await ask(10, 3);
    pass(LIFE_SECONDS + 300);
    assert.equal(await check(), false);
    stories = open();
    await ask(9);
    pass(LIFE_SECONDS + 300);
    assert.equal(await check(), false);
    stories = open({ CODE_ALARM_BELOW_PERCENT: '0' });
    await ask(10);
    pass(LIFE_SECONDS + 300);
    assert.equal(await check(), false);
  });

  it('counts a code once it has left: neither one that was throttled, nor a message without a code', async () => {
    const { identifier } = await createReachable(stories);
    for (let times = 0; times < 3; times++) {
      await askForCode(createPlace(stories), identifier);
      await stories.runJobs();
    }
    assert.equal(countedOf('codes_sent'), 1);
  });

  it('looks every minute, until it is stopped, and says where nobody could tell', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      await ask(10);
      pass(LIFE_SECONDS + 300);
      const watch = watchCodeUse(stories.ports, stories.config);
      const passes = async (milliseconds: number) => {
        mock.timers.tick(milliseconds);
        await settled();
      };
      await passes(59_999);
      assert.deepEqual(alarms(), []);
      await passes(1);
      assert.equal(alarms().length, 1);
      stories.ports.tallies.sum = () => Promise.reject(new ServiceError('store_unavailable'));
      await passes(60_000);
      const unknown = () => stories.ports.log.lines.filter(({ fields }) => fields.event === 'code_use_unknown');
      assert.deepEqual(
        unknown().map(({ level }) => level),
        ['warn'],
      );
      watch.stop();
      await passes(600_000);
      assert.equal(unknown().length, 1);
    } finally {
      mock.timers.reset();
    }
  });

  it('costs nobody the code, nor a second message, where nothing can be counted', async () => {
    stories.ports.tallies.add = () => Promise.reject(new ServiceError('store_unavailable'));
    await ask(1, 1);
    assert.equal(stories.ports.notifier.sent.length, 1);
    const missed = stories.ports.log.lines.filter(({ fields }) => fields.event === 'tally_missed');
    assert.equal(missed.length, 2);
  });
});
