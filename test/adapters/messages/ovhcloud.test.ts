import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { createOvhcloud, signOvhcloud } from '../../../src/adapters/messages/ovhcloud/ovhcloud.ts';
import { ServiceError } from '../../../src/errors.ts';
import { type LocalServer, type ReceivedRequest, startLocalServer } from '../../support/local-server.ts';

/** Their clock is not ours. */
const AHEAD_SECONDS = 5000;
const keys = { applicationKey: 'application', applicationSecret: 'secret', consumerKey: 'consumer' };
const clock = { now: () => new Date('2026-03-01T10:00:00Z') };
const theirTime = () => Math.floor(clock.now().getTime() / 1000) + AHEAD_SECONDS;
const message = {
  messageId: randomUUID(),
  kind: 'sms' as const,
  to: '+262692123456',
  text: 'Votre code : 123456 à saisir',
};
const refusesUs = (error: unknown) => isAway(error) && (error as ServiceError).details.refusesUs === true;
const isAway = (error: unknown) => error instanceof ServiceError && error.code === 'store_unavailable';

describe('the sender through OVHcloud', () => {
  let gateway: LocalServer;
  let answer: (request: ReceivedRequest) => { status: number; text?: string };
  const sender = () =>
    createOvhcloud({ ...keys, url: `${gateway.url}/1.0`, serviceName: 'sms-ab123-1', sender: 'MonCompte' }, clock);
  const jobs = () => gateway.requests.filter(({ method }) => method === 'POST');
  const accepted = () => ({
    status: 200,
    text: '{"ids":[1],"validReceivers":["+262692123456"],"invalidReceivers":[]}',
  });
  beforeEach(async () => {
    answer = accepted;
    gateway = await startLocalServer((request) => {
      if (request.url === '/1.0/auth/time') return { status: 200, text: String(theirTime()) };
      return isSigned(request, gateway.url)
        ? answer(request)
        : { status: 400, text: '{"message":"Invalid signature"}' };
    });
  });
  afterEach(() => gateway.stop());

  it('signs with the time of their clock, which it asks for once, and asks for no STOP clause', async () => {
    const ovhcloud = sender();
    assert.deepEqual(await ovhcloud.send(message), { sent: true });
    assert.deepEqual(await ovhcloud.send(message), { sent: true });
    assert.equal(gateway.requests.filter(({ url }) => url.endsWith('/auth/time')).length, 1);
    const [request] = jobs();
    assert.equal(request?.url, '/1.0/sms/sms-ab123-1/jobs');
    const body = JSON.parse(request?.body ?? '');
    assert.equal(body.noStopClause, true);
    assert.deepEqual(body.receivers, [message.to]);
    assert.equal(body.message, message.text);
    assert.equal(body.sender, 'MonCompte');
  });

  it('is asked for exactly this, in the words of its API', async () => {
    await sender().send(message);
    const [request] = jobs();
    assert.deepEqual(JSON.parse(request?.body ?? ''), {
      message: message.text,
      receivers: [message.to],
      sender: 'MonCompte',
      senderForResponse: false,
      noStopClause: true,
      priority: 'high',
      charset: 'UTF-8',
      coding: '7bit',
      class: 'phoneDisplay',
    });
    assert.equal(request?.headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(request?.headers['x-ovh-timestamp'], String(theirTime()));
  });

  it('is reached at its address with or without a slash at the end, its service escaped', async () => {
    const settings = { ...keys, url: `${gateway.url}/1.0/`, serviceName: 'sms/a b', sender: 'M' };
    await createOvhcloud(settings, clock).send(message);
    assert.deepEqual(
      gateway.requests.map(({ url }) => url),
      ['/1.0/auth/time', '/1.0/sms/sms%2Fa%20b/jobs'],
    );
  });

  it('whose time cannot be read is away', async () => {
    const times = ['', 'x1700000000', '1700000000x', '17e8', '-5'];
    let time: { status: number; text: string } | undefined;
    const other = await startLocalServer(() => time);
    try {
      const settings = { ...keys, url: other.url, serviceName: 's', sender: 'M', timeoutMs: 500 };
      const wrong = [...times.map((text) => ({ status: 200, text })), { status: 500, text: '1700000000' }];
      for (const each of wrong) {
        time = each;
        await assert.rejects(createOvhcloud(settings, clock).send(message), isAway, each.text);
      }
      assert.equal(other.requests.length, wrong.length, 'no job was asked for');
      time = { status: 200, text: ' 1700000000\n' };
      assert.deepEqual(await createOvhcloud(settings, clock).send(message), { sent: true });
    } finally {
      await other.stop();
    }
  });

  it('says in several words that it does not know us, or that our time is wrong, and that no other no is', async () => {
    const said = async (status: number, text: string) => {
      answer = () => ({ status, text });
      return sender()
        .send(message)
        .catch((error: ServiceError) => error.details);
    };
    for (const text of ['Invalid signature', 'INVALID_CREDENTIAL', 'invalid key', 'NOT_CREDENTIAL', 'not_granted_call'])
      assert.deepEqual(await said(400, text), { gateway: 'ovhcloud', status: 400, refusesUs: true }, text);
    for (const text of ['QUERY_TIME_OUT', 'Invalid timestamp'])
      assert.deepEqual(await said(400, text), { gateway: 'ovhcloud', status: 400 }, text);
    assert.deepEqual(await said(400, 'Invalid parameter'), { sent: false, reason: 'ovhcloud_400' });
    for (const text of ['INVALID_KEY', 'QUERY_TIME_OUT', 'nonsense', '{"invalidReceivers":true}', 'null'])
      assert.deepEqual(await said(200, text), { sent: true }, `${text} of a job that was taken`);
  });

  it('is asked for its time again after a refusal, and after nothing else', async () => {
    const ovhcloud = sender();
    const asked = () => gateway.requests.filter(({ url }) => url.endsWith('/auth/time')).length;
    await ovhcloud.send(message);
    answer = () => ({ status: 302 });
    await assert.rejects(ovhcloud.send(message), isAway);
    await assert.rejects(ovhcloud.send(message), isAway);
    assert.equal(asked(), 1);
    answer = () => ({ status: 400, text: '{}' });
    await ovhcloud.send(message);
    assert.equal(asked(), 1);
    answer = accepted;
    await ovhcloud.send(message);
    assert.equal(asked(), 2);
  });

  it('keys that it does not know, and credit that is spent, are our fault: to be tried again', async () => {
    const settings = {
      ...keys,
      applicationSecret: 'other',
      url: `${gateway.url}/1.0`,
      serviceName: 'sms-ab123-1',
      sender: 'M',
    };
    await assert.rejects(createOvhcloud(settings, clock).send(message), refusesUs);
    for (const status of [401, 402, 403, 404]) {
      answer = () => ({ status, text: '{}' });
      await assert.rejects(sender().send(message), refusesUs);
    }
    answer = () => ({ status: 400, text: '{"errorCode":"INVALID_KEY"}' });
    await assert.rejects(sender().send(message), refusesUs);
    answer = () => ({ status: 400, text: '{"message":"Invalid parameter"}' });
    assert.deepEqual(await sender().send(message), { sent: false, reason: 'ovhcloud_400' });
  });

  it('a number that the gateway leaves out was not sent to', async () => {
    answer = () => ({ status: 200, text: '{"ids":[],"validReceivers":[],"invalidReceivers":["+262692123456"]}' });
    assert.deepEqual(await sender().send(message), { sent: false, reason: 'ovhcloud_invalid_receiver' });
  });

  it('a clock that has drifted since is asked for again', async () => {
    const ovhcloud = sender();
    answer = () => ({ status: 403, text: '{"errorCode":"QUERY_TIME_OUT","message":"Query out of time"}' });
    await assert.rejects(ovhcloud.send(message), isAway);
    answer = accepted;
    assert.deepEqual(await ovhcloud.send(message), { sent: true });
    assert.equal(gateway.requests.filter(({ url }) => url.endsWith('/auth/time')).length, 2);
  });

  it('a failure of theirs is to be tried again', async () => {
    answer = () => ({ status: 500 });
    await assert.rejects(sender().send(message), isAway);
    answer = () => ({ status: 503 });
    await assert.rejects(sender().send(message), isAway);
  });
});

describe('the signature of OVHcloud', () => {
  it('is « $1$ » and the SHA-1 of the secrets, the call and the time, joined by +', () => {
    const signature = signOvhcloud(keys, 'POST', 'https://eu.api.ovh.com/1.0/sms/x/jobs', '{"a":1}', '1700000000');
    const text = 'secret+consumer+POST+https://eu.api.ovh.com/1.0/sms/x/jobs+{"a":1}+1700000000';
    assert.equal(signature, `$1$${createHash('sha1').update(text).digest('hex')}`);
    assert.match(signature, /^\$1\$[\da-f]{40}$/);
  });
});

/** As the gateway checks it: the keys, a time near its own, and the signature over what it received. */
function isSigned({ method, url, headers, body }: ReceivedRequest, origin: string): boolean {
  const timestamp = String(headers['x-ovh-timestamp']);
  const text = `secret+consumer+${method}+${origin}${url}+${body}+${timestamp}`;
  return (
    headers['x-ovh-application'] === 'application' &&
    headers['x-ovh-consumer'] === 'consumer' &&
    Math.abs(Number(timestamp) - theirTime()) < 30 &&
    headers['x-ovh-signature'] === `$1$${createHash('sha1').update(text).digest('hex')}`
  );
}
