/** The flow state of an interaction, as requests that come at once keep it: who waits, who loses, who lets go. */
import assert from 'node:assert/strict';
import { createMemoryKeyValue } from '../../src/adapters/memory/key-value.ts';
import { createFlowStates } from '../../src/adapters/sealed/flow-states.ts';
import { ServiceError } from '../../src/errors.ts';
import { createKeptState } from '../../src/oidc/interactions/kept-state.ts';
import type { FlowStates, Proofs } from '../../src/ports/flow-states.ts';
import { movableClock, testVault } from '../contracts/backends.ts';

const KEEP_SECONDS = 7200;
const proved: Proofs['proved'] = {
  accountId: 'a-1',
  factors: [{ kind: 'password' }],
  provedAtMs: 1,
  identifierType: 'nir',
  remember: false,
};

describe('the kept state of an interaction', () => {
  let states: FlowStates;
  let clock: ReturnType<typeof movableClock>;
  beforeEach(() => {
    clock = movableClock();
    states = createFlowStates(createMemoryKeyValue(clock), testVault());
  });

  /** What one request keeps it by. */
  async function load(uid = 'one', through: FlowStates = states) {
    const now = () => Math.floor(clock.now().getTime() / 1000);
    return createKeptState(through, uid, await states.find(uid), { clientId: 'c', lastStepAt: 0 }, now, KEEP_SECONDS);
  }
  const stands = async (uid = 'one') => (await states.find(uid))?.state ?? assert.fail('nothing is kept');

  async function prove() {
    await (await load()).save({ proofs: { proved } });
  }

  it('begins anew although a refusal beside it is written first: nothing stays proved', async () => {
    await prove();
    const [anew, refused] = [await load(), await load()];
    await refused.touch({ locale: 'en' });
    await anew.restart();
    assert.equal((await stands()).proofs, undefined);
    assert.equal(anew.current().proofs, undefined);
  });

  it('begins anew once for those that come at once, and no step that was under way is written over it', async () => {
    await prove();
    const [step, ...others] = await Promise.all(Array.from({ length: 10 }, () => load()));
    await Promise.all(others.map((one) => one.restart()));
    assert.deepEqual([(await stands()).steps, (await stands()).proofs], [2, undefined]);
    assert.equal(await step?.save({ proofs: { proved } }), false);
    assert.equal((await stands()).proofs, undefined);
  });

  it('is not begun again, prolonged, held up or written once it is finished', async () => {
    await prove();
    const late = await Promise.all(Array.from({ length: 5 }, () => load()));
    await (await load()).finish({ clientId: 'c', lastStepAt: 1 });
    await late[0]?.restart();
    assert.equal(await late[1]?.touch({ draft: { step: 's', path: 'p', typed: {} } }), false);
    assert.equal(await late[2]?.save({ proofs: { proved } }), false);
    assert.equal(await late[3]?.save({ proofs: { proved } }, true), false);
    assert.deepEqual(await stands(), { clientId: 'c', lastStepAt: 1, finished: true });
    for (const one of late.slice(0, 4)) assert.equal(one.current().proofs, undefined);
  });

  it('is remembered as finished as long as the library may keep the interaction', async () => {
    await prove();
    await (await load()).finish({ clientId: 'c', lastStepAt: 1 });
    clock.move(KEEP_SECONDS - 1);
    assert.equal((await stands()).finished, true);
    clock.move(1);
    assert.equal(await states.find('one'), undefined);
  });

  it('has the clock set back where it begins anew, for both limits', async () => {
    await prove();
    clock.move(5000);
    const one = await load();
    await one.restart();
    const now = Math.floor(clock.now().getTime() / 1000);
    assert.deepEqual([(await stands()).beganAt, (await stands()).lastStepAt], [now, now]);
  });

  it('is not written by a refusal beside a step that was taken, and is known as finished by the request that ends it', async () => {
    await prove();
    const [step, refused, last] = await Promise.all([load(), load(), load()]);
    await step.save({ reached: { status: 'done' } });
    assert.equal(await refused.touch({ draft: { step: 's', path: 'p', typed: {} } }), false);
    assert.deepEqual([(await stands()).draft, (await stands()).reached], [undefined, { status: 'done' }]);
    await last.begin();
    await last.finish({ clientId: 'c', lastStepAt: 1 });
    assert.equal(last.current().finished, true);
  });

  it('keeps what was typed when it begins anew, and drops it with the next step', async () => {
    await prove();
    const draft = { step: 's', path: 'p', typed: { identifier: 'x' } };
    await (await load()).touch({ draft });
    const one = await load();
    await one.restart();
    assert.deepEqual((await stands()).draft, draft);
    await one.save();
    assert.equal((await stands()).draft, undefined);
  });

  it('lets one request take a step; the next waits until that one lets go, and goes on where it took none', async () => {
    await prove();
    const [first, second] = [await load(), await load()];
    assert.equal(await first.begin(), true);
    const waits = second.begin();
    await first.touch();
    await first.end();
    assert.equal(await waits, true);
    await second.end();
    assert.equal(await states.hold('one', 1), true, 'the last one lets go too');
  });

  it('is held for five seconds by a request whose process ended, and no longer', async () => {
    await prove();
    await (await load()).begin();
    clock.move(4);
    assert.equal(await states.hold('one', 1), false);
    clock.move(1);
    assert.equal(await states.hold('one', 1), true);
  });

  it('is left without a word where it cannot be let go: what holds it ends by itself', async () => {
    await prove();
    const release = () => Promise.reject(new ServiceError('store_unavailable'));
    const one = await load('one', { ...states, release });
    await one.begin();
    await one.end();
  });

  it('keeps the form that waits when it is shown again, and what was proved last in the place of what was before', async () => {
    await prove();
    const draft = { step: 's', path: 'p', typed: { identifier: 'x' } };
    const one = await load();
    await one.touch({ draft });
    await one.touch({ locale: 'en' });
    assert.deepEqual((await stands()).draft, draft);
    const other = { ...proved, accountId: 'a-2' };
    await one.save({ proofs: { proved: other } });
    assert.deepEqual((await stands()).proofs, { proved: other });
    await one.touch({ proofs: { proved: undefined } });
    assert.deepEqual((await stands()).proofs, {});
  });

  it('tells the next one that a step was taken, and that one does not let go what it does not hold', async () => {
    await prove();
    const [first, second] = [await load(), await load()];
    await first.begin();
    const waits = second.begin();
    await first.save({ proofs: { proved: undefined } });
    assert.equal(await waits, false);
    await second.end();
    assert.equal(await states.hold('one', 1), false, 'the first one holds it still');
    await first.end();
    assert.equal(await states.hold('one', 1), true);
  });

  it('holds nobody up for another interaction', async () => {
    await prove();
    await (await load('other')).save();
    await (await load()).begin();
    assert.equal(await (await load('other')).begin(), true);
    assert.equal(await states.hold('other', 1), false);
  });

  it('holds up sixteen at most: whoever comes then goes on at once', async () => {
    await prove();
    const first = await load();
    await first.begin();
    const waiting = await Promise.all(Array.from({ length: 17 }, () => load()));
    const ends = waiting.map((one) => one.begin());
    let over = 0;
    for (const end of ends.slice(0, 16)) void end.then(() => over++);
    assert.equal(await ends[16], true);
    assert.equal(over, 0, 'sixteen wait');
    await first.save();
    assert.deepEqual(await Promise.all(ends.slice(0, 16)), Array(16).fill(false));
  });

  it('is shown by what it was last written with, and keeps the language that was chosen, at each step', async () => {
    const one = await load();
    assert.deepEqual(one.current(), { clientId: 'c', lastStepAt: 0 });
    const now = Math.floor(clock.now().getTime() / 1000);
    assert.equal(await one.touch({ locale: 'en' }), true);
    const shown = { clientId: 'c', lastStepAt: now, locale: 'en', proofs: {}, draft: undefined };
    assert.deepEqual([one.current(), await stands()], [shown, JSON.parse(JSON.stringify(shown))]);
    clock.move(60);
    assert.equal(await one.save({ proofs: { proved }, reached: { status: 'done' } }), true);
    const stepped = { clientId: 'c', lastStepAt: now + 60, locale: 'en', proofs: { proved }, steps: 1 };
    assert.deepEqual(await stands(), { ...stepped, reached: { status: 'done' } });
    assert.equal(await one.save(), true);
    assert.deepEqual(await stands(), { ...stepped, steps: 2 });
  });

  it('is written by a step whose work is done, whatever step was taken meanwhile; by another it is not', async () => {
    await prove();
    const [step, done, other] = [await load(), await load(), await load()];
    await step.save();
    assert.equal(await other.save({ locale: 'en' }), false);
    assert.equal((await stands()).locale, undefined);
    assert.equal(await done.save({ locale: 'en' }, true), true);
    assert.deepEqual([(await stands()).steps, (await stands()).locale], [3, 'en']);
  });

  it('gives a refusal up that loses three times, and a step only after a hundred', async () => {
    await prove();
    let tries = 0;
    const losing: FlowStates = {
      ...states,
      save: async () => {
        tries++;
        return undefined;
      },
    };
    assert.equal(await (await load('one', losing)).touch(), true, 'nobody took a step: it is shown what won');
    assert.equal(tries, 3);
    for (const lose of [
      async () => (await load('one', losing)).save(),
      async () => (await load('one', losing)).restart(),
    ]) {
      tries = 0;
      await assert.rejects(lose(), { code: 'busy' });
      assert.equal(tries, 100);
    }
  });

  it('has room for as many again to wait, once those that waited met a store that is away', async () => {
    await prove();
    await (await load()).begin();
    const away = new ServiceError('store_unavailable');
    const broken: FlowStates = { ...states, find: () => Promise.reject(away) };
    for (let round = 0; round < 2; round++) {
      const waiting = await Promise.all(Array.from({ length: 16 }, () => load('one', broken)));
      const ends = await Promise.allSettled(waiting.map((one) => one.begin()));
      for (const end of ends) assert.equal(end.status, 'rejected', `round ${round}: none went on without waiting`);
    }
  });

  it('answers store_unavailable and keeps nothing where the store is away in the middle of a new beginning', async () => {
    await prove();
    const away = () => Promise.reject(new ServiceError('store_unavailable'));
    const one = await load('one', { ...states, save: away });
    await assert.rejects(one.restart(), { code: 'store_unavailable' });
    await assert.rejects(one.touch(), { code: 'store_unavailable' });
    assert.deepEqual((await stands()).proofs, { proved });
  });
});
