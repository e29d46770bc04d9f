import assert from 'node:assert/strict';
import { createVault } from '../../src/adapters/vault.ts';
import type { Account } from '../../src/domain/account.ts';
import { afterSignIn, findOwnKey, findRemembered, makeKnown, readDevice } from '../../src/stories/kit/browser.ts';
import { createMemoryPorts, type MemoryPorts } from './support/memory-ports.ts';

const NIR = { type: 'nir', value: '2550814168025' } as const;
const UNKNOWN = { deviceId: '', accounts: [] };

describe('what sign-in leaves on a browser', () => {
  let ports: MemoryPorts;
  beforeEach(() => {
    ports = createMemoryPorts();
  });

  async function remember(token: string | undefined, ...accountIds: string[]): Promise<string> {
    let last = token;
    for (const accountId of accountIds) last = (await makeKnown(ports, last, accountId)).value;
    return last ?? assert.fail();
  }
  const accountsOf = (token: string) => readDevice(ports.vault, token).accounts.map(({ accountId }) => accountId);

  describe('its device token', () => {
    it('names the accounts that signed in here and when, the most recent first, under an id that stays', async () => {
      const once = readDevice(ports.vault, await remember(undefined, 'a'));
      assert.match(once.deviceId, /^[\w-]{43}$/);
      assert.deepEqual(once.accounts, [{ accountId: 'a', sinceMs: ports.clock.now().getTime() }]);
      const token = await remember(undefined, 'a', 'b', 'c', 'a');
      assert.deepEqual(accountsOf(token), ['a', 'c', 'b']);
      const { deviceId } = readDevice(ports.vault, token);
      assert.equal(readDevice(ports.vault, await remember(token, 'd')).deviceId, deviceId);
      assert.notEqual(deviceId, once.deviceId, 'another browser has another id');
    });

    it('names five at most', async () => {
      assert.deepEqual(accountsOf(await remember(undefined, ...'abcdef')), ['f', 'e', 'd', 'c', 'b']);
    });

    it('is as absent when it was altered, made elsewhere, of another shape, or sealed for something else', async () => {
      const token = await remember(undefined, 'a');
      const foreign = createVault({
        sealingKeys: [{ id: 'k1', key: Buffer.alloc(32, 9) }],
        indexKey: Buffer.alloc(32, 9),
      });
      const forged = [
        ...[undefined, '', 'k1.', 'nothing', `${token.slice(0, -3)}AAA`],
        (await makeKnown({ ...ports, vault: foreign }, undefined, 'a')).value,
        ports.vault.seal(JSON.stringify({ deviceId: 'd', accounts: [] }), 'elsewhere'),
        ports.vault.seal(JSON.stringify({ deviceId: 'd', accountIds: ['a'] }), 'browser:device'),
        ports.vault.seal(JSON.stringify({ accounts: [] }), 'browser:device'),
        ports.vault.seal(JSON.stringify({ deviceId: 7, accounts: [] }), 'browser:device'),
      ];
      for (const one of forged) assert.deepEqual(readDevice(ports.vault, one), UNKNOWN);
    });

    it('is read as it was sealed by the version before: under this name, and in this shape', () => {
      const device = { deviceId: 'd', accounts: [{ accountId: 'a', sinceMs: 5 }] };
      const token = ports.vault.seal(JSON.stringify(device), 'browser:device');
      assert.deepEqual(readDevice(ports.vault, token), device);
    });

    it('says neither whose it is nor which it is', async () => {
      const token = await remember(undefined, 'account-1');
      const { deviceId } = readDevice(ports.vault, token);
      const body = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('latin1');
      for (const text of [token, body]) assert.ok(!text.includes('account-1') && !text.includes(deviceId));
    });
  });

  describe('makes it known to the account', () => {
    const account = { accountId: 'a', state: 'active', identityVerified: true, locale: 'fr' } as const;
    const isKnown = async (token: string, of: Account = account) =>
      (await findOwnKey(ports, readDevice(ports.vault, token), of)) !== undefined;

    it('and to no other', async () => {
      const token = await remember(undefined, 'a');
      assert.equal(await isKnown(token), true);
      assert.equal(await isKnown(token, { ...account, accountId: 'b' }), false);
    });

    it('until what ends its sessions ends, by the millisecond, and half a year at most', async () => {
      const token = await remember(undefined, 'a');
      const since = ports.clock.now().getTime();
      assert.equal(await isKnown(token, { ...account, sessionsEndedAt: new Date(since) }), true);
      assert.equal(await isKnown(token, { ...account, sessionsEndedAt: new Date(since + 1) }), false);
      ports.clock.move(180 * 86_400 - 1);
      await remember(undefined, 'a');
      assert.equal(await isKnown(token), true);
      ports.clock.move(1);
      assert.equal(await isKnown(token), false, 'though another browser keeps the account in memory');
    });

    it('since its last sign-in to that account, not to another', async () => {
      const first = await remember(undefined, 'a');
      const sessionsEndedAt = new Date(ports.clock.now().getTime() + 5000);
      ports.clock.move(10);
      const token = await remember(first, 'b');
      assert.equal(await isKnown(token), true);
      assert.equal(await isKnown(token, { ...account, sessionsEndedAt }), false);
      assert.equal(await isKnown(token, { ...account, accountId: 'b', sessionsEndedAt }), true);
    });

    it('five at most, the newest, whatever a cookie still says', async () => {
      const tokens = [];
      for (let browser = 0; browser < 6; browser++) tokens.push(await remember(undefined, 'a'));
      const known = await Promise.all(tokens.map((token) => isKnown(token)));
      assert.deepEqual(known, [false, true, true, true, true, true]);
    });
  });

  it('is known to one account and no more to another that has five newer browsers, whichever came last', async () => {
    const token = await remember(undefined, 'b', 'a');
    for (let browser = 0; browser < 5; browser++) await remember(undefined, 'b');
    const device = readDevice(ports.vault, token);
    const ownKey = (accountId: string) =>
      findOwnKey(ports, device, { accountId, state: 'active', identityVerified: true, locale: 'fr' });
    assert.ok(await ownKey('a'));
    assert.equal(await ownKey('b'), undefined);
  });

  const signInOn = (tokens: object, identifier?: typeof NIR) =>
    afterSignIn(ports, 1000, tokens, 'account-1', identifier);

  it('is the device token for half a year, and nothing else when the box was not ticked', async () => {
    const { device, ...rest } = await signInOn({});
    assert.deepEqual(rest, {});
    assert.equal(device?.seconds, 180 * 86_400);
    assert.deepEqual(accountsOf(device?.value ?? ''), ['account-1']);
  });

  it('is a token of the identifier too when it was ticked, another one at each sign-in', async () => {
    const first = (await signInOn({}, NIR)).remembered;
    assert.ok(first);
    assert.equal(first.seconds, 1000);
    assert.deepEqual(await findRemembered(ports, { remembered: first.value }), NIR);
    const second = (await signInOn({ remembered: first.value }, NIR)).remembered;
    assert.notEqual(second?.value, first.value);
    assert.equal(await findRemembered(ports, { remembered: first.value }), undefined);
    ports.clock.move(1000);
    assert.equal(await findRemembered(ports, { remembered: second?.value }), undefined);
  });

  it('is no token of an identifier any more when it was not, nor its record', async () => {
    const { remembered } = await signInOn({}, NIR);
    assert.equal((await signInOn({ remembered: remembered?.value })).remembered, null);
    assert.equal(await findRemembered(ports, { remembered: remembered?.value }), undefined);
  });

  it('is worth nothing to whoever makes a token up', async () => {
    await signInOn({}, NIR);
    for (const remembered of [undefined, '', 'made-up'])
      assert.equal(await findRemembered(ports, { remembered }), undefined);
  });
});
