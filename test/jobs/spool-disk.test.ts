import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listSpool } from '../../src/adapters/messages/spool/spool.ts';
import { createPerson } from '../support/people.ts';
import { createRelyingParty, openInteraction } from '../support/relying-party.ts';
import { startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';
import { eventually } from '../support/wait.ts';

/** Longer than the message waits before its second try, and the gateway before it is asked again. */
const RETRY_SECONDS = 60;

describe('a spool that cannot be written', () => {
  it('keeps nobody from an answer, and its messages leave when it can', async () => {
    const parent = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-full-'));
    const folder = path.join(parent, 'spool');
    // A file of that name: root may write in any folder.
    writeFileSync(folder, '');
    const service = await startService({ env: { MESSAGES_SPOOL_FOLDER: folder } });
    try {
      const mobile = '+33612700000';
      const contactPoints = [{ kind: 'mobile' as const, value: mobile, verified: true }];
      const { identifier } = await createPerson(service, { contactPoints });
      const visitor = new Visitor();
      const { interaction } = await openInteraction(visitor, await createRelyingParty(service.url));
      const json = { identifierType: 'nir', identifier, birthDate: '03/11/1962', channel: 'sms' };
      const answer = await visitor.request(`${interaction}/password-recovery`, { json });
      assert.equal(answer.json?.status, 'code-sent', answer.text);
      const failure = await eventually('a failure in the log', () =>
        service.logLines.map((line) => JSON.parse(line)).find(({ event }) => event === 'message_put_off'),
      );
      assert.deepEqual([failure.level, failure.code], [40, 'store_unavailable']);
      assert.equal((await visitor.request(`${service.url}/health/ready`)).status, 200);
      rmSync(folder);
      await service.clock.advance(RETRY_SECONDS);
      await eventually('the message', async () => (await listSpool(folder)).length === 1);
      assert.equal((await listSpool(folder))[0]?.to, mobile);
    } finally {
      await service.stop();
      rmSync(parent, { recursive: true, force: true });
    }
  });
});
