import assert from 'node:assert/strict';
import { createSealedRecords, recordKey } from '../../src/adapters/sealed/sealed-records.ts';
import { createVault } from '../../src/adapters/vault.ts';
import { onMemory } from '../contracts/backends.ts';

describe('sealed records', () => {
  const open = async () => (await onMemory((base) => base).open()).port;

  it('stand where a running deployment has them: under the SHA-256 of the id, sealed for that place', async () => {
    assert.equal(recordKey('flow', 'abc'), 'flow:{ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0}');
    const { store, vault } = await open();
    const key = recordKey('oidc:Grant', 'abc');
    await store.set(key, vault.seal('{"accountId":"a"}', key), 60);
    assert.deepEqual(await createSealedRecords(store, vault).find(key), { accountId: 'a' });
  });

  it('are as if they had ended, when their key was retired', async () => {
    const { store, vault } = await open();
    const key = recordKey('flow', 'mine');
    await createSealedRecords<string>(store, vault).save(key, 'proved', 60);
    const keys = { sealingKeys: [{ id: 'k9', key: Buffer.alloc(32, 9) }], indexKey: Buffer.alloc(32, 8) };
    const later = createSealedRecords<string>(store, createVault(keys));
    assert.equal(await later.find(key), undefined);
    assert.equal(await later.findWithClaim(key), undefined);
  });

  it('do not open when they were copied to another place', async () => {
    const { store, vault } = await open();
    const records = createSealedRecords<string>(store, vault);
    const [mine, theirs] = [recordKey('flow', 'mine'), recordKey('flow', 'theirs')];
    await records.save(mine, 'proved', 60);
    await store.set(theirs, (await store.get(mine)) ?? '', 60);
    await assert.rejects(records.find(theirs));
    await assert.rejects(records.findWithClaim(theirs));
    assert.equal(await records.find(mine), 'proved');
  });
});
