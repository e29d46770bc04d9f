import assert from 'node:assert/strict';
import { createRelyingParty } from '../support/relying-party.ts';
import { startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('a throttle that is observed', () => {
  it('lets every request pass, and says in the log that it would not have', async () => {
    const env = { THROTTLE_AUTHORIZATION_PER_MINUTE: '2', THROTTLES_OBSERVED: 'authorization, lock' };
    const service = await startService({ env });
    try {
      const party = await createRelyingParty(service.url);
      const visitor = new Visitor();
      for (let request = 0; request < 5; request++)
        assert.equal((await visitor.request((await party.begin()).url)).status, 303);
      const said = service.logLines.filter((line) => line.includes('throttle_observed'));
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', /"details":\{"throttle":"authorization"\}/);
    } finally {
      await service.stop();
    }
  });
});
