import assert from 'node:assert/strict';
import { createVault } from '../../src/adapters/vault.ts';
import { afterSignIn, findRemembered, readDevice, rememberAccount } from '../../src/stories/kit/browser.ts';
import { createMemoryPorts, type MemoryPorts } from './support/memory-ports.ts';

const NIR = { type: 'nir', value: '2550814168025' } as const;
const UNKNOWN = { deviceId: '', accountIds: [] };

describe('what sign-in leaves on a browser', () => {
  let ports: MemoryPorts;
  beforeEach(() => {
    ports = createMemoryPorts();
  });

  const remember = (token: string | undefined, ...accountIds: string[]) =>
    accountIds.reduce<string | undefined>((last, accountId) => rememberAccount(ports, last, accountId), token);

  describe('its device token', () => {
    it('names the accounts that signed in here, the most recent first, under an id that stays', () => {
      const once = readDevice(ports.vault, remember(undefined, 'a'));
      assert.match(once.deviceId, /^[\w-]{43}$/);
      const token = remember(undefined, 'a', 'b', 'c', 'a');
      const { deviceId, accountIds } = readDevice(ports.vault, token);
      assert.deepEqual(accountIds, ['a', 'c', 'b']);
      assert.equal(readDevice(ports.vault, remember(token, 'd')).deviceId, deviceId);
      assert.notEqual(deviceId, once.deviceId, 'another browser has another id');
    });

    it('names five at most', () => {
      const { accountIds } = readDevice(ports.vault, remember(undefined, ...'abcdef'));
      assert.deepEqual(accountIds, ['f', 'e', 'd', 'c', 'b']);
    });

    it('is as absent when it was altered, made elsewhere, or sealed for something else', () => {
      const token = remember(undefined, 'a') ?? '';
      const foreign = createVault({
        sealingKeys: [{ id: 'k1', key: Buffer.alloc(32, 9) }],
        indexKey: Buffer.alloc(32, 9),
      });
      const forged = [
        ...[undefined, '', 'k1.', 'nothing', `${token.slice(0, -3)}AAA`],
        rememberAccount({ ...ports, vault: foreign }, undefined, 'a'),
        ports.vault.seal(JSON.stringify({ deviceId: 'd', accountIds: ['a'] }), 'elsewhere'),
      ];
      for (const one of forged) assert.deepEqual(readDevice(ports.vault, one), UNKNOWN);
    });

    it('says neither whose it is nor which it is', () => {
      const token = remember(undefined, 'account-1') ?? '';
      const { deviceId } = readDevice(ports.vault, token);
      const body = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('latin1');
      for (const text of [token, body]) assert.ok(!text.includes('account-1') && !text.includes(deviceId));
    });
  });

  const signInOn = (tokens: object, identifier?: typeof NIR) =>
    afterSignIn(ports, 1000, tokens, 'account-1', identifier);

  it('is the device token for half a year, and nothing else when the box was not ticked', async () => {
    const { device, ...rest } = await signInOn({});
    assert.deepEqual(rest, {});
    assert.equal(device?.seconds, 180 * 86_400);
    assert.deepEqual(readDevice(ports.vault, device?.value).accountIds, ['account-1']);
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
