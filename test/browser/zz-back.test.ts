import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newContext } from '../support/chromium.ts';
import { createPerson, PASSWORD } from '../support/people.ts';
import { createRelyingParty } from '../support/relying-party.ts';
import { startService } from '../support/service.ts';

describe('back', () => {
  for (const js of [true, false])
    it('x' + js, async () => {
      const server = createServer((q, res) =>
        res.writeHead(200, { 'Content-Type': 'text/html' }).end(`<title>rp</title><h1>rp ${q.url?.slice(0, 12)}</h1>`),
      );
      await new Promise<void>((r) => server.listen(0, 'localhost', r));
      const port = (server.address() as AddressInfo).port;
      const s = await startService({ store: 'memory', relyingPartyPort: port, env: { TRUSTED_PROXIES: '' } });
      const party = await createRelyingParty(s.url, undefined, undefined, `http://localhost:${port}/callback`);
      const c = await newContext({ javaScriptEnabled: js });
      const page = await c.newPage();
      await page.goto(`http://localhost:${port}/start`);
      await page.goto((await party.begin()).url);
      await page.fill('#identifier', (await createPerson(s)).identifier);
      await page.fill('#password', PASSWORD);
      await page.click('button:text("Se connecter")');
      await page.waitForURL(/callback/);
      for (let i = 0; i < 3; i++) {
        await page.goBack().catch((e) => console.log(String(e).slice(0, 80)));
        console.log(page.url().slice(0, 80), await page.textContent('h1'));
      }
      await c.close();
      await s.stop();
      server.close();
    });
});
