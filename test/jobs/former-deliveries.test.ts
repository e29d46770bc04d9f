import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { insertJob } from '../../src/adapters/postgres/jobs.ts';
import { createVault } from '../../src/adapters/vault.ts';
import { messagesTo } from '../support/recovery.ts';
import { type Service, startService } from '../support/service.ts';
import { eventually } from '../support/wait.ts';

describe('deliveries that the version before has queued', () => {
  let service: Service;
  before(async () => {
    service = await startService({ store: 'memory' });
  });
  after(() => service.stop());

  it('leave under their former name, a code and a warning alike, and no job stays', async () => {
    const database = openDatabase(service.databaseUrl, 2);
    const vault = createVault(service.config.secrets);
    const former = [
      { template: 'password-recovery-code', kind: 'sms', to: '+33612340001', expiresAtMs: Date.now() + 60_000 },
      { template: 'password-changed', kind: 'mail', to: 'before@example.test', subject: 'Mon Compte' },
    ].map((more) => ({ messageId: randomUUID(), accountId: randomUUID(), text: 'Bonjour', ...more }));
    try {
      for (const payload of former) await insertJob(database, vault, 'deliver-message', payload);
      for (const { to, messageId } of former) assert.equal((await messagesTo(service, to))[0]?.messageId, messageId);
      await eventually('no job left', async () => (await database('graphile_worker.jobs')).length === 0);
      const rows = await database('messages').select('message_id', 'status', 'purpose').orderBy('kind', 'desc');
      assert.deepEqual(
        rows,
        former.map(({ messageId }, index) => ({
          message_id: messageId,
          status: 'sent',
          purpose: ['recovery-code', 'notice'][index],
        })),
      );
    } finally {
      await database.destroy();
    }
  });
});
