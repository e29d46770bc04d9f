/** The suite of the known browsers: the newest of an account, and never one too many. */
import assert from 'node:assert/strict';
import { BROWSERS_PER_ACCOUNT, KNOWN_SECONDS } from '../../src/domain/known-browser.ts';
import type { KnownBrowsers } from '../../src/ports/known-browsers.ts';
import { type Backend, type Opening, TRIALS, unavailable, unique } from './backends.ts';

export function describeKnownBrowsers(name: string, { open, away }: Opening<KnownBrowsers>): void {
  describe(`the known browsers, on ${name}`, () => {
    let backend: Backend<KnownBrowsers>;
    let browsers: KnownBrowsers;
    let accountId: string;
    before(async () => {
      backend = await open();
      browsers = backend.port;
    });
    beforeEach(() => {
      accountId = unique();
    });
    after(() => backend.close());

    const knownOf = async (ids: readonly string[]) => {
      const known = [];
      for (const id of ids) if (await browsers.isKnown(accountId, id)) known.push(id);
      return known;
    };

    it('know a browser that was remembered, at this account and at no other', async () => {
      await browsers.remember(accountId, 'telephone');
      assert.equal(await browsers.isKnown(accountId, 'telephone'), true);
      assert.equal(await browsers.isKnown(accountId, 'computer'), false);
      assert.equal(await browsers.isKnown(unique(), 'telephone'), false);
    });

    it('are five an account: the one that came back last stays, the oldest goes', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e', 'a', 'f']) await browsers.remember(accountId, id);
      assert.deepEqual(await knownOf([...'abcdef']), ['a', 'c', 'd', 'e', 'f']);
    });

    it('are never more than five, however many come at once', async () => {
      const ids = Array.from({ length: TRIALS }, (_, index) => `browser-${index}`);
      await Promise.all(ids.map((id) => browsers.remember(accountId, id)));
      assert.equal((await knownOf(ids)).length, BROWSERS_PER_ACCOUNT);
    });

    it('are forgotten half a year after the last of them came', async () => {
      await browsers.remember(accountId, 'telephone');
      await backend.pass(KNOWN_SECONDS - 1);
      assert.equal(await browsers.isKnown(accountId, 'telephone'), true);
      await browsers.remember(accountId, 'computer');
      await backend.pass(KNOWN_SECONDS - 1);
      assert.deepEqual(await knownOf(['telephone', 'computer']), ['telephone', 'computer']);
      await backend.pass(1);
      assert.deepEqual(await knownOf(['telephone', 'computer']), []);
    });

    it('take one place each, however often they come back', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e', 'e', 'e', 'e', 'e']) await browsers.remember(accountId, id);
      assert.deepEqual(await knownOf([...'abcde']), ['a', 'b', 'c', 'd', 'e']);
    });

    it('of one account put out none of another', async () => {
      const theirs = unique();
      await browsers.remember(theirs, 'telephone');
      for (const id of 'abcdef') await browsers.remember(accountId, id);
      assert.equal(await browsers.isKnown(theirs, 'telephone'), true);
    });
  });

  if (away)
    describe(`the known browsers, on ${name}, with its store away`, () => {
      it('say store_unavailable, and neither that a browser is known nor that it is not', async () => {
        const backend = await away();
        try {
          await assert.rejects(backend.port.isKnown('a', 'b'), unavailable);
          await assert.rejects(backend.port.remember('a', 'b'), unavailable);
        } finally {
          await backend.close();
        }
      });
    });
}
