import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { endWhenSilent } from '../../../src/adapters/postgres/silence.ts';
import { cloneDatabase } from '../../support/services.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';

const SILENCE_MS = 40;
/** Twice that, and more. */
const IDLE_MS = 100;

describe('a connection to PostgreSQL', () => {
  let url: string;
  before(async () => {
    url = await cloneDatabase();
  });

  async function connect(address: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: address });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  it('may be silent for as long as nobody asks it anything', async () => {
    const client = await connect(url);
    endWhenSilent(client, SILENCE_MS);
    for (let times = 0; times < 2; times++) {
      await delay(IDLE_MS);
      assert.equal((await client.query('select 1 as one')).rows[0].one, 1);
    }
    await client.end();
  });

  it('is given up when it was asked and says nothing, and the pool is told', async () => {
    const proxy = await startTcpProxy(url);
    const client = await connect(proxy.url);
    let told = 0;
    endWhenSilent(client, SILENCE_MS, () => {
      told += 1;
    });
    await delay(IDLE_MS);
    proxy.swallow();
    await assert.rejects(client.query('select 1'), { code: 'ETIMEDOUT' });
    assert.equal(told, 1);
    await proxy.stop();
  });
});
