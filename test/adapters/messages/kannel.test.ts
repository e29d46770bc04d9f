import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createKannel, readKannelReport } from '../../../src/adapters/messages/kannel/kannel.ts';
import { insertJob } from '../../../src/adapters/postgres/jobs.ts';
import { createMessages } from '../../../src/adapters/postgres/messages.ts';
import { ServiceError } from '../../../src/errors.ts';
import type { Message } from '../../../src/ports/messages.ts';
import { ageJobs } from '../../support/clock.ts';
import { codeMessage, collectLog, KEEP_SECONDS, startDelivery, testVault } from '../../support/delivery.ts';
import { type Kannel, startKannel } from '../../support/kannel.ts';
import { type LocalServer, startLocalServer } from '../../support/local-server.ts';
import { cloneDatabase } from '../../support/services.ts';
import { eventually } from '../../support/wait.ts';

const NUMBER = '+33612345678';
const message = (text: string): Message => ({ messageId: randomUUID(), kind: 'sms', to: NUMBER, text });
const isAway = (error: unknown) => error instanceof ServiceError && error.code === 'store_unavailable';

describe('the sender through Kannel', () => {
  let kannel: Kannel;
  let reports: LocalServer;
  const settings = () => ({
    url: kannel.url,
    username: kannel.username,
    password: kannel.password,
    sender: 'MonCompte',
  });
  const withReports = () => ({ ...settings(), reportUrl: `${reports.url.replace('//', '//kannel:s3cret@')}/reports` });
  before(async () => {
    reports = await startLocalServer(() => ({ status: 204 }));
    kannel = await startKannel();
  });
  after(async () => {
    await kannel?.stop();
    await reports?.stop();
  });

  it('delivers the words to the number, accents and extended characters intact', async () => {
    const text = 'Votre code : 123456. Valable 10 min à partir de 9 h. É è ù ì ò Ç {} [] €';
    assert.deepEqual(await createKannel(settings()).send(message(text)), { sent: true });
    await eventually('the SMS', () => kannel.received().includes(`MonCompte ${NUMBER} text ${text}`));
  });

  it('is told of the delivery with the id of the message and the credentials of the callback', async () => {
    const sent = message('Votre code : 654321');
    assert.deepEqual(await createKannel(withReports()).send(sent), { sent: true, awaitsReport: true });
    const report = await eventually('the report', () =>
      reports.requests.find(({ url }) => url.includes(sent.messageId)),
    );
    assert.equal(report.headers.authorization, `Basic ${Buffer.from('kannel:s3cret').toString('base64')}`);
    assert.deepEqual(readKannelReport(new URL(report.url, reports.url).searchParams), {
      messageId: sent.messageId,
      status: 'delivered',
    });
  });

  it('puts nothing of the person, and no credential, in a URL', async () => {
    await createKannel(withReports()).send(message('Bonjour'));
    await eventually('the request', () => kannel.log().includes('Got HTTP request </cgi-bin/sendsms> from'));
    for (const line of kannel
      .log()
      .split('\n')
      .filter((one) => one.includes('Got HTTP request')))
      assert.match(line, /<\/cgi-bin\/sendsms>/);
    for (const { url } of reports.requests) assert.ok(!/336|Bonjour|code|s3cret/.test(url), url);
  });

  it('a wrong password is our fault: the message waits, and leaves once it is right', async () => {
    const url = await cloneDatabase();
    let password = 'wrong';
    const log = collectLog();
    const notifier = { send: (given: Message) => createKannel({ ...settings(), password }).send(given) };
    const delivery = await startDelivery(url, notifier, log);
    try {
      const waiting = codeMessage({ text: 'Votre code : 771177' });
      await insertJob(delivery.database, testVault, 'deliver-sms', waiting);
      const alarm = await eventually('the alarm', () => log.lines.find(({ level }) => level === 'error'));
      assert.deepEqual(
        [alarm.fields.event, alarm.fields.details?.status, alarm.fields.details?.gateway],
        ['gateway_refuses_us', 403, 'kannel'],
      );
      const status = async () =>
        (await createMessages(delivery.database, testVault, KEEP_SECONDS).find(waiting.messageId))?.status;
      assert.equal(await status(), 'queued');
      password = kannel.password;
      await eventually('the next try', async () => {
        await ageJobs(delivery.database, 10);
        return (await status()) === 'sent';
      });
      await eventually('the SMS', () => kannel.received().some((text) => text.includes('771177')));
    } finally {
      await delivery.stop();
    }
  });

  it('a message without a number is refused for good', async () => {
    const nobody = { ...message('x'), to: '' };
    assert.deepEqual(await createKannel(settings()).send(nobody), { sent: false, reason: 'kannel_400' });
  });

  it('a gateway that nobody listens for is to be tried again', async () => {
    await kannel.stopSmsbox();
    await assert.rejects(createKannel(settings()).send(message('x')), isAway);
  });
});

describe('what a gateway answers', () => {
  for (const [status, expected] of [
    [200, { sent: true }],
    [202, { sent: true }],
    [400, { sent: false, reason: 'kannel_400' }],
    [401, 'again'],
    [403, 'again'],
    [404, 'again'],
    [413, { sent: false, reason: 'kannel_413' }],
    [408, 'again'],
    [429, 'again'],
    [302, 'again'],
    [500, 'again'],
    [503, 'again'],
    [undefined, 'again'],
  ] as const)
    it(`${status ?? 'nothing'} means ${typeof expected === 'string' ? 'again' : JSON.stringify(expected)}`, async () => {
      const gateway = await startLocalServer(() => (status ? { status } : undefined));
      const settings = { url: gateway.url, username: 'u', password: 'p', sender: 's', timeoutMs: 300 };
      try {
        const sending = createKannel(settings).send(message('x'));
        if (expected === 'again') await assert.rejects(sending, isAway);
        else assert.deepEqual(await sending, expected);
      } finally {
        await gateway.stop();
      }
    });
});

describe('a delivery report', () => {
  const messageId = randomUUID();
  const read = (query: string) => readKannelReport(new URLSearchParams(query));

  it('says delivered, or failed at the phone or in the network', () => {
    assert.deepEqual(read(`message=${messageId}&status=1`), { messageId, status: 'delivered' });
    assert.deepEqual(read(`message=${messageId}&status=2`), { messageId, status: 'failed' });
    assert.deepEqual(read(`message=${messageId}&status=16`), { messageId, status: 'failed' });
  });

  it('that says nothing final, or is not of ours, says nothing', () => {
    for (const query of [`message=${messageId}&status=4`, `message=${messageId}`, 'message=1&status=1', ''])
      assert.equal(read(query), undefined, query);
  });
});
