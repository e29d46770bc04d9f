import assert from 'node:assert/strict';
import { createMemoryKnownBrowsers } from '../../src/adapters/memory/known-browsers.ts';
import { createRedisKnownBrowsers } from '../../src/adapters/redis/known-browsers.ts';
import { findReadable, inMemory, onRedis, testVault, unique } from './backends.ts';
import { describeKnownBrowsers } from './known-browsers.ts';

describeKnownBrowsers('memory', inMemory(createMemoryKnownBrowsers));
const onServer = onRedis((redis) => createRedisKnownBrowsers(redis, testVault()));
describeKnownBrowsers('Redis', onServer);

describe('the known browsers, at rest on Redis', () => {
  it('have no name of the account or of the browser, and are there', async () => {
    const { port, atRest, close } = await onServer.open();
    const [accountId, browserId] = [unique(), unique()];
    const before = (await atRest()).split('browsers:{').length;
    await port.remember(accountId, browserId);
    const dump = await atRest();
    await close();
    assert.equal(dump.split('browsers:{').length, before + 1, 'the dump holds the account');
    assert.deepEqual(findReadable(dump, [accountId, browserId]), []);
  });
});
