/** Every kind of sealed record: where it stands at rest, and that it opens there and nowhere else. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createCaptchaChallenges } from '../../src/adapters/sealed/captcha-challenges.ts';
import { createFlowStates } from '../../src/adapters/sealed/flow-states.ts';
import { createProtocolStore } from '../../src/adapters/sealed/protocol-store.ts';
import { createRememberedIdentifiers } from '../../src/adapters/sealed/remembered-identifiers.ts';
import { createUpstreamReturns } from '../../src/adapters/sealed/upstream-returns.ts';
import { createVerificationCodes } from '../../src/adapters/sealed/verification-codes.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { Subject } from '../../src/domain/subject.ts';
import { type SealedBase, sealedInMemory, testVault } from '../contracts/backends.ts';
import { somewhere } from '../support/captchas.ts';

const LIFE = 60;
const NOT_ITS_OWN = /unable to authenticate/;
const subject: Subject = { kind: 'account', accountId: 'a' };

/** @returns a reader of the record of this id, once it is written. */
type Write = (base: SealedBase, id: string) => Promise<(other?: Partial<SealedBase>) => Promise<unknown>>;

/** By what the key begins with, as a running deployment has it. */
const KINDS: Readonly<Record<string, Write>> = {
  async flow(base, id) {
    const open = ({ store, vault }: SealedBase) => createFlowStates(store, vault);
    await open(base).save(id, { clientId: 'c', lastStepAt: 1 }, LIFE, undefined);
    return (other) => open({ ...base, ...other }).find(id);
  },

  async remembered(base, id) {
    const open = ({ store, vault }: SealedBase) => createRememberedIdentifiers(store, vault);
    await open(base).save(id, { type: 'provisional', value: 'X123456789' }, LIFE);
    return (other) => open({ ...base, ...other }).find(id);
  },

  async upstream(base, id) {
    const open = ({ store, vault }: SealedBase) => createUpstreamReturns(store, vault);
    await open(base).save(id, { placeId: 'p', operation: 'hear' }, LIFE);
    return (other) => open({ ...base, ...other }).find(id);
  },

  'code:password-recovery': writeCode('password-recovery'),
  'code:registration': writeCode('registration'),

  async captcha(base, id) {
    const random = { ...systemRandom, token: () => id };
    const open = (over: SealedBase) => createCaptchaChallenges({ ...over, random, admit: async () => {} });
    await open(base).create('uid', somewhere(), () => 'answer');
    return (other) => open({ ...base, ...other }).find(id, 'uid');
  },

  'oidc:AuthorizationCode': writeRecord('AuthorizationCode'),
  'oidc:RefreshToken': writeRecord('RefreshToken'),

  async 'oidc:Session'(base, id) {
    await protocolStore(base).upsert('Session', `cookie of ${id}`, { jti: `cookie of ${id}`, uid: id }, LIFE);
    return (other) => protocolStore({ ...base, ...other }).findSessionByUid(id);
  },

  async 'oidc:SessionCookie'(base, id) {
    await protocolStore(base).upsert('Session', id, { jti: id, uid: `session of ${id}` }, LIFE);
    return (other) => protocolStore({ ...base, ...other }).find('Session', id);
  },
};

function protocolStore({ store, vault }: SealedBase) {
  return createProtocolStore(store, vault);
}

function writeRecord(model: string): Write {
  return async (base, id) => {
    await protocolStore(base).upsert(model, id, { jti: id }, LIFE);
    return (other) => protocolStore({ ...base, ...other }).findWithUse(model, id);
  };
}

function openCodes({ store, rateLimiter, attempts, vault }: SealedBase) {
  return createVerificationCodes(store, rateLimiter, attempts, vault, { triesSeconds: LIFE, tries: 5 });
}

function writeCode(purpose: string): Write {
  return async (base, id) => {
    await openCodes(base).create({ codeId: id, purpose, code: '482913', subject, countedAs: 'codes' }, LIFE);
    return async (other) => (await openCodes({ ...base, ...other }).verify(id, purpose, '482913', 'nobody')).subject;
  };
}

/** As a running deployment makes it. */
const keyOf = (kind: string, id: string) => `${kind}:{${createHash('sha256').update(id).digest('base64url')}}`;

async function swap({ store }: SealedBase, one: string, other: string): Promise<void> {
  const [first, second] = [await store.get(one), await store.get(other)];
  assert.ok(first !== undefined && second !== undefined, `${one} and ${other} are there`);
  await store.set(one, second, LIFE);
  await store.set(other, first, LIFE);
}

describe('sealed records', () => {
  const kinds = Object.entries(KINDS);

  for (const [kind, write] of kinds) {
    it(`of the kind ${kind} stand where a running deployment has them, sealed for that place`, async () => {
      const { base } = sealedInMemory();
      const read = await write(base, 'abc');
      const sealed = await base.store.get(`${kind}:{ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0}`);
      assert.ok(JSON.parse(base.vault.open(sealed ?? '', keyOf(kind, 'abc'))));
      assert.ok(await read());
    });

    it(`of the kind ${kind} do not open under each other's ids`, async () => {
      const { base } = sealedInMemory();
      const [mine, theirs] = [await write(base, 'mine'), await write(base, 'theirs')];
      await swap(base, keyOf(kind, 'mine'), keyOf(kind, 'theirs'));
      await assert.rejects(mine(), NOT_ITS_OWN);
      await assert.rejects(theirs(), NOT_ITS_OWN);
      await swap(base, keyOf(kind, 'mine'), keyOf(kind, 'theirs'));
      assert.ok((await mine()) && (await theirs()), 'each opens at its own');
    });

    it(`of the kind ${kind} do not open as those of another kind, whatever their ids`, async () => {
      for (const [other, writeOther] of kinds.filter(([name]) => name !== kind)) {
        const { base } = sealedInMemory();
        const [mine, theirs] = [await write(base, 'same'), await writeOther(base, 'same')];
        await swap(base, keyOf(kind, 'same'), keyOf(other, 'same'));
        await assert.rejects(mine(), NOT_ITS_OWN, other);
        await assert.rejects(theirs(), NOT_ITS_OWN, other);
      }
    });

    it(`of the kind ${kind} are as if they had ended, when their key was retired`, async () => {
      const { base } = sealedInMemory();
      const read = await write(base, 'abc');
      assert.equal(await read({ vault: testVault('k9') }), undefined);
      assert.ok(await read(), 'and are there for whoever has the key');
    });
  }

  it('open what is kept beside one neither beside another nor as a record', async () => {
    const { base } = sealedInMemory();
    const keep = (store: SealedBase['store'], id: string) =>
      protocolStore({ ...base, store }).consumeKeeping('RefreshToken', id, { seed: id }, 10, LIFE);
    for (const id of ['mine', 'theirs', 'third']) await protocolStore(base).upsert('RefreshToken', id, { id }, LIFE);
    let kept = '';
    const noting = async (key: string, value: string, seconds: number, leftSeconds: number) => {
      kept = value;
      return base.store.claimKeeping(key, value, seconds, leftSeconds);
    };
    assert.deepEqual(await keep({ ...base.store, claimKeeping: noting }, 'mine'), {
      first: true,
      kept: { seed: 'mine' },
    });
    const key = keyOf('oidc:RefreshToken', 'mine');
    assert.deepEqual(
      JSON.parse(base.vault.open(kept, `${key}:kept`)),
      { seed: 'mine' },
      'as a running deployment has it',
    );
    const record = await base.store.get(keyOf('oidc:RefreshToken', 'third'));
    for (const [id, moved] of [
      ['theirs', kept],
      ['third', record ?? assert.fail()],
    ] as const) {
      const moving: SealedBase['store']['claimKeeping'] = async () => ({ first: false, kept: moved });
      await assert.rejects(keep({ ...base.store, claimKeeping: moving }, id), NOT_ITS_OWN);
    }
    await base.store.set(key, kept, LIFE);
    await assert.rejects(protocolStore(base).find('RefreshToken', 'mine'), NOT_ITS_OWN);
  });

  it('of codes hold a digest by purpose, id and code, which is what a running deployment compares', async () => {
    const { base } = sealedInMemory();
    await KINDS['code:registration']?.(base, 'abc');
    const key = keyOf('code:registration', 'abc');
    const { digest } = JSON.parse(base.vault.open((await base.store.get(key)) ?? '', key));
    assert.equal(digest, base.vault.blindIndex('code:registration', ['abc', '482913'].join('\0')));
  });
});
