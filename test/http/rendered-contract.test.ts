import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { mock } from 'node:test';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('the contract, rendered for people', () => {
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service.stop());

  it('is made of files that are read once, and not for each who asks', async () => {
    const read = mock.method(fs, 'readFileSync');
    syncBuiltinESMExports();
    try {
      const visitor = new Visitor('html');
      for (const [name, type] of [
        ['swagger-ui-bundle.js', 'text/javascript'],
        ['swagger-ui.css', 'text/css'],
        ['mark.svg', 'image/svg+xml'],
      ] as const) {
        const { status, headers, text } = await visitor.request(`${service.url}/docs/${name}`);
        assert.equal(status, 200);
        assert.ok(headers.get('content-type')?.startsWith(type));
        assert.ok(text.length > 100);
      }
      assert.deepEqual(
        read.mock.calls.map(({ arguments: [file] }) => String(file)).filter((file) => /swagger|mark/.test(file)),
        [],
      );
    } finally {
      read.mock.restore();
      syncBuiltinESMExports();
    }
  });
});
