import assert from 'node:assert/strict';
import type { Factor, Proofs } from '../../src/ports/flow-states.ts';
import { createNextStep, owedBy, stepsLedTo } from '../../src/stories/kit/next-step.ts';
import type { Proved } from '../../src/stories/kit/outcome.ts';
import { createMemoryPorts } from './support/memory-ports.ts';
import { createPlace } from './support/place.ts';
import { openStories } from './support/stories.ts';
import { askedCode } from './support/walks.ts';

const PASSWORD: Factor = { kind: 'password' };
const INITIAL: Factor = { kind: 'initial-password', credentialId: 'credential-1' };
const REMEMBER_SECONDS = 1000;

describe('the next step', () => {
  const ports = createMemoryPorts();
  const nextStep = createNextStep(ports, REMEMBER_SECONDS);
  const identifier = { type: 'nir', value: '2550814168025' } as const;
  const account = { accountId: 'account-1', state: 'active', identityVerified: true, locale: 'fr' } as const;
  const provedAt = new Date('2026-03-01T10:00:00Z');

  const proved = (factors: readonly Factor[], more: Partial<Proved> = {}): Proved => {
    return { status: 'proved', account, factors, provedAt, identifier, remember: false, ...more };
  };
  const contextOf = (proofs: Partial<Proofs> = {}, browser: object = {}) => {
    const clientAddress = { address: '192.0.2.7', shared: false };
    const request = { requestId: 'r', locale: 'fr' as const, clientAddress, browser };
    return { request, place: { placeId: 'p', clientId: 'c', taken: 0, proofs } };
  };
  async function afterSignIn(given: Proved, browser: object = {}) {
    const next = await nextStep.after(contextOf({}, browser), given);
    assert.ok(next.status === 'authenticated');
    return next;
  }

  it('keeps what a story leaves on the browser, beside what a sign-in leaves there', async () => {
    const kept = { browser: { remembered: { value: 'of the story', seconds: 5 } } };
    const { browser } = (await nextStep.after(contextOf(), proved([PASSWORD], { kept }))).kept ?? {};
    assert.deepEqual(browser?.remembered, kept.browser.remembered);
    assert.ok(browser?.device);
  });

  it('after a password is the end: who, how, when, and what this browser keeps', async () => {
    const { kept, ...next } = await afterSignIn(proved([PASSWORD]));
    assert.deepEqual(next, {
      status: 'authenticated',
      accountId: 'account-1',
      acr: 'eidas1',
      amr: ['pwd'],
      provedAt,
    });
    assert.deepEqual(Object.keys(kept?.browser ?? {}), ['device']);
  });

  it('names each method once, and a class that says whether the identity was confirmed', async () => {
    assert.deepEqual((await afterSignIn(proved([PASSWORD, PASSWORD]))).amr, ['pwd']);
    const unconfirmed = proved([PASSWORD], { account: { ...account, identityVerified: false } });
    assert.equal((await afterSignIn(unconfirmed)).acr, 'eidas0');
  });

  for (const [what, factors] of [
    ['an initial password', [INITIAL]],
    ['an initial password, whatever else was proved', [PASSWORD, INITIAL]],
  ] as const)
    it(`after ${what} is the creation of a password, and nothing is left on the browser before it`, async () => {
      const next = await nextStep.after(contextOf(), proved(factors, { remember: true }));
      assert.deepEqual(next, {
        status: 'owed',
        step: 'password-creation-required',
        kept: {
          proofs: {
            proved: {
              accountId: 'account-1',
              factors,
              provedAtMs: provedAt.getTime(),
              identifierType: 'nir',
              remember: true,
            },
          },
        },
      });
    });

  it('keeps what the story itself wants kept until what is owed was done', async () => {
    const kept = { proofs: { 'password-recovery': askedCode }, browser: { remembered: null } };
    const next = await nextStep.after(contextOf(), proved([INITIAL], { kept }));
    assert.deepEqual(Object.keys(next.kept?.proofs ?? {}), ['password-recovery', 'proved']);
    assert.deepEqual(next.kept?.browser, { remembered: null });
  });

  it('remembers the identifier for as long as the setting says, when the box was ticked', async () => {
    const { kept } = await afterSignIn(proved([PASSWORD], { remember: true }));
    const token = kept?.browser?.remembered;
    assert.equal(token?.seconds, REMEMBER_SECONDS);
    assert.deepEqual(await ports.rememberedIdentifiers.find(token?.value ?? ''), identifier);
    const unticked = await afterSignIn(proved([PASSWORD]), { remembered: token?.value });
    assert.equal(unticked.kept?.browser?.remembered, null);
    assert.equal(await ports.rememberedIdentifiers.find(token?.value ?? ''), undefined);
  });

  it('of a place is what its person owes, and sign-in where nobody was proved or nothing is owed', () => {
    const record = { accountId: 'account-1', provedAtMs: 0, identifierType: 'nir', remember: false } as const;
    assert.equal(nextStep.current(contextOf()), 'sign-in');
    assert.equal(nextStep.current(contextOf({ proved: { ...record, factors: [PASSWORD] } })), 'sign-in');
    const owed = nextStep.current(contextOf({ proved: { ...record, factors: [INITIAL] } }));
    assert.equal(owed, 'password-creation-required');
  });

  it('is nothing after a password, and nothing after nothing', () => {
    assert.deepEqual([owedBy([PASSWORD]), owedBy([])], [undefined, undefined]);
  });

  it('leads to steps that some story shows', async () => {
    assert.deepEqual(stepsLedTo, ['sign-in', 'password-creation-required']);
    const stories = openStories();
    for (const step of stepsLedTo) assert.ok(stories.registry.viewOf(step).show, step);
    assert.equal((await createPlace(stories).current()).status, 'sign-in');
  });
});
