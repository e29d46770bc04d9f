/** Sealed records between two calls of their store: what no race in a suite meets for certain. */
import assert from 'node:assert/strict';
import { createProtocolStore } from '../../src/adapters/sealed/protocol-store.ts';
import { createVerificationCodes } from '../../src/adapters/sealed/verification-codes.ts';
import type { Subject } from '../../src/domain/subject.ts';
import type { KeyValueStore } from '../../src/ports/key-value-store.ts';
import { type SealedBase, sealedInMemory } from '../contracts/backends.ts';

const LIFE = 60;

describe('a session, sealed', () => {
  const open = ({ store, vault }: SealedBase, over: Partial<KeyValueStore> = {}) =>
    createProtocolStore({ ...store, ...over }, vault);

  it('that is destroyed while it is being saved is found by neither of its ids', async () => {
    const { base } = sealedInMemory();
    const session = { jti: 'cookie', uid: 'uid' };
    await open(base).upsert('Session', 'cookie', session, LIFE);
    assert.ok(await open(base).findSessionByUid('uid'));
    const slow = open(base, {
      async set(key, value, seconds) {
        // The cookie was written and was not destroyed; it is before its session follows.
        if (key.startsWith('oidc:Session:')) await open(base).destroy('Session', 'cookie');
        return base.store.set(key, value, seconds);
      },
    });
    await slow.upsert('Session', 'cookie', session, LIFE);
    for (const save of [async () => {}, () => open(base).upsert('Session', 'cookie', session, LIFE)]) {
      await save();
      assert.equal(await open(base).find('Session', 'cookie'), undefined);
      assert.equal(await open(base).findSessionByUid('uid'), undefined);
    }
  });

  it('whose cookie leads to another is not found by its uid', async () => {
    const { base } = sealedInMemory();
    await open(base).upsert('Session', 'cookie', { jti: 'cookie', uid: 'former' }, LIFE);
    assert.ok(await open(base).findSessionByUid('former'));
    await open(base).upsert('Session', 'cookie', { jti: 'cookie', uid: 'latter' }, LIFE);
    assert.equal(await open(base).findSessionByUid('former'), undefined);
    assert.deepEqual(await open(base).findSessionByUid('latter'), { jti: 'cookie', uid: 'latter' });
  });

  it('that was destroyed stays so for two minutes, longer than any request, and is not remembered after', async () => {
    const { base, clock } = sealedInMemory();
    const session = { jti: 'cookie', uid: 'uid' };
    const comesBack = async () => {
      await open(base).upsert('Session', 'cookie', session, 1);
      return (await open(base).find('Session', 'cookie')) !== undefined;
    };
    for (const [seconds, expected] of [
      [119, false],
      [120, true],
    ] as const) {
      await open(base).upsert('Session', 'cookie', session, LIFE);
      await open(base).destroy('Session', 'cookie');
      clock.move(seconds);
      assert.equal(await comesBack(), expected, `${seconds} s`);
      clock.move(300);
    }
  });

  it('that was destroyed leaves nothing of what it held: its record is gone, and that of its cookie is empty', async () => {
    const { base, written } = sealedInMemory();
    await open(base).upsert('Session', 'cookie', { jti: 'cookie', uid: 'uid', accountId: 'a' }, LIFE);
    const keyOf = (kind: string) => written.find((text) => text.startsWith(`${kind}:{`)) ?? assert.fail();
    const [record, cookie] = [keyOf('oidc:Session'), keyOf('oidc:SessionCookie')];
    const read = async (key: string) => {
      const sealed = await base.store.get(key);
      return sealed === undefined ? undefined : JSON.parse(base.vault.open(sealed, key));
    };
    assert.deepEqual([(await read(record)).accountId, await read(cookie)], ['a', { uid: 'uid' }]);
    await open(base).destroy('Session', 'cookie');
    assert.deepEqual([await read(record), await read(cookie)], [undefined, {}]);
  });
});

describe('verification codes, sealed', () => {
  const subject: Subject = { kind: 'account', accountId: 'a' };
  const open = ({ store, rateLimiter, attempts, vault }: SealedBase, over: Partial<KeyValueStore> = {}) =>
    createVerificationCodes({ ...store, ...over }, rateLimiter, attempts, vault, { triesSeconds: 4200, tries: 5 });

  it('that are made while an answer is on its way are not used by it, whatever it is', async () => {
    for (const typed of ['482913', '482914', '']) {
      const { base } = sealedInMemory();
      const early = open(base, {
        async get(key) {
          const found = await base.store.get(key);
          await open(base).create({ codeId: 'c', purpose: 'p', code: '482913', subject, countedAs: 'k' }, LIFE);
          return found;
        },
      });
      assert.deepEqual(await early.verify('c', 'p', typed, 'nobody'), { wrongCodes: 1, about: undefined });
      assert.deepEqual(await open(base).verify('c', 'p', '482913', 'nobody'), { subject });
    }
  });

  it('have their tries counted under the name and in the window that a running deployment has', async () => {
    const { base } = sealedInMemory();
    const counted: unknown[] = [];
    const rateLimiter: SealedBase['rateLimiter'] = {
      ...base.rateLimiter,
      count(...call) {
        counted.push(call);
        return base.rateLimiter.count(...call);
      },
    };
    await open({ ...base, rateLimiter }).verify('abc', 'p', '482913', 'nobody');
    const key = 'code:p:{ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0}';
    assert.deepEqual(counted, [[{ name: 'code', limit: 5, windowSeconds: 4200 }, key]]);
  });
});
