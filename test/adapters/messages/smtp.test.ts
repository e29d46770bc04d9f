import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { mock } from 'node:test';
import tls from 'node:tls';
import type { SMTPServerOptions } from 'smtp-server';
import { smtp as gateway } from '../../../src/adapters/messages/smtp/gateway.ts';
import {
  createSmtp,
  isLoopback,
  type SmtpNotifier,
  type SmtpSettings,
} from '../../../src/adapters/messages/smtp/smtp.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { ServiceError } from '../../../src/errors.ts';
import type { Message } from '../../../src/ports/messages.ts';
import { type MailServer, selfSignedCertificate, startMailServer } from '../../support/mail-server.ts';
import { eventually } from '../../support/wait.ts';

const mail = (to = 'claire@example.test'): Message => ({
  messageId: randomUUID(),
  kind: 'mail',
  to,
  subject: 'Votre identifiant oublié',
  text: 'Bonjour,\n\nVoici l’identifiant : P12345678.\n',
});
const isAway = (error: unknown) => error instanceof ServiceError && error.code === 'store_unavailable';
const refusesUs = (error: unknown) => isAway(error) && (error as ServiceError).details.refusesUs === true;

describe('the sender through SMTP', () => {
  const certificate = selfSignedCertificate();
  let server: MailServer;
  let smtp: SmtpNotifier;
  const open = async (options: SMTPServerOptions = {}, settings: Partial<SmtpSettings> = {}) => {
    server = await startMailServer({ ...certificate, ...options });
    smtp = createSmtp({
      host: '127.0.0.1',
      port: server.port,
      secure: false,
      from: { name: 'Mon Compte', address: 'ne-pas-repondre@caf.example' },
      certificateAuthority: certificate.cert,
      tlsRequired: true,
      timeoutMs: 2000,
      ...settings,
    });
  };
  afterEach(async () => {
    smtp.close();
    await server.stop();
  });

  it('delivers over TLS, to one address, with a Message-ID that is the same each time', async () => {
    await open();
    const message = mail();
    assert.deepEqual(await smtp.send(message), { sent: true });
    assert.deepEqual(await smtp.send(message), { sent: true });
    assert.equal(server.mails.length, 2);
    for (const received of server.mails) {
      assert.equal(received.encrypted, true);
      assert.deepEqual(received.to, [message.to]);
      assert.equal(received.from, 'ne-pas-repondre@caf.example');
      assert.ok(received.raw.includes(`Message-ID: <${message.messageId}@caf.example>`), received.raw);
      assert.match(received.raw, /^Auto-Submitted: auto-generated\r$/m);
      assert.match(received.raw, /^Subject: =\?UTF-8\?/m);
      assert.match(received.raw, /^From: Mon Compte <ne-pas-repondre@caf\.example>\r$/m);
      assert.match(received.raw, /^To: claire@example\.test\r$/m);
      assert.match(received.raw, /^Content-Type: text\/plain; charset=utf-8\r$/m);
      assert.doesNotMatch(received.raw, /text\/html/);
      assert.ok(!received.raw.split('\r\n\r\n')[0]?.includes('P12345678'), 'the secret is in no header');
    }
  });

  it('signs in where the server asks for it', async () => {
    await open(
      {
        authOptional: false,
        onAuth: ({ username, password }, _session, done) =>
          username === 'mon-compte' && password === 'right' ? done(null, { user: username }) : done(new Error('no')),
      },
      { username: 'mon-compte', password: 'right' },
    );
    assert.deepEqual(await smtp.send(mail()), { sent: true });
    assert.equal(server.mails[0]?.user, 'mon-compte');
  });

  it('words that name a file or an address are words: nothing is read for them', async () => {
    await open();
    const text = { path: '/etc/hostname' };
    await assert.rejects(smtp.send({ ...mail(), text: text as Message['text'] & typeof text }), isAway);
    assert.equal(server.mails.length, 0);
  });

  it('of two faults of the server, tells a no that stays from one that is ours or passes', async () => {
    const refusal: { command: 'onMailFrom' | 'onRcptTo' | 'onData'; code: number }[] = [
      { command: 'onRcptTo', code: 499 },
      { command: 'onRcptTo', code: 530 },
      { command: 'onMailFrom', code: 451 },
      { command: 'onData', code: 451 },
    ];
    for (const { command, code } of refusal) {
      await open({ [command]: refusing(code) });
      await assert.rejects(smtp.send(mail()), (error: ServiceError) => {
        assert.deepEqual(error.details, {
          gateway: 'smtp',
          status: code,
          ...(code === 530 ? { refusesUs: true } : {}),
        });
        return true;
      });
      smtp.close();
      await server.stop();
    }
    await open({ onData: refusing(554) });
    assert.deepEqual(await smtp.send(mail()), { sent: false, reason: 'smtp_554' });
  });

  it('credentials that are refused are our fault: to be tried again, not the end of the message', async () => {
    await open({ onAuth: (_auth, _session, done) => done(new Error('no')) }, { username: 'a', password: 'wrong' });
    await assert.rejects(smtp.send(mail()), refusesUs);
  });

  it('a sender that is refused is our fault too', async () => {
    const done = Object.assign(new Error('no'), { responseCode: 550 });
    await open({ onMailFrom: (_address, _session, answer) => answer(done) });
    await assert.rejects(smtp.send(mail()), refusesUs);
  });

  it('sends nothing in clear to a server that offers no TLS', async () => {
    await open({ disabledCommands: ['STARTTLS'] });
    await assert.rejects(smtp.send(mail()), isAway);
    assert.equal(server.mails.length, 0);
  });

  it('goes on in clear on the machine itself alone, where nothing else is said', async () => {
    await open({ disabledCommands: ['STARTTLS'] }, { tlsRequired: undefined });
    assert.deepEqual(await smtp.send(mail()), { sent: true });
    smtp.close();
    await server.stop();
    // The same machine, by a name that could be another's.
    await open({ disabledCommands: ['STARTTLS'] }, { tlsRequired: undefined, host: '::ffff:127.0.0.1' });
    await assert.rejects(smtp.send(mail()), isAway);
    assert.equal(server.mails.length, 0);
  });

  it('is what the settings of the choice come to: the port says how TLS begins', async () => {
    await open({ disabledCommands: ['STARTTLS'] });
    const settings = { host: '127.0.0.1', port: server.port, sender: 'a@caf.example', username: '', password: '' };
    const chosen = gateway.create(settings, { clock: systemClock, smsSender: 'x' });
    try {
      assert.deepEqual(await chosen.send(mail()), { sent: true });
      assert.match(server.mails[0]?.raw ?? '', /^From: Mon Compte <a@caf\.example>\r$/m);
    } finally {
      chosen.close?.();
    }
  });

  describe('waits for a server that', () => {
    /** Says this, and nothing more. */
    async function mute(says: string, settings: Partial<SmtpSettings>) {
      const sockets: Socket[] = [];
      const listener = createServer();
      listener.on('connection', (socket) => {
        sockets.push(socket.on('error', () => {}));
        if (says) socket.write(says);
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      const { port } = listener.address() as AddressInfo;
      await open({}, { port, timeoutMs: undefined, ...settings });
      const close = () => {
        for (const socket of sockets) socket.destroy();
        listener.close();
      };
      return { close };
    }

    it('does not answer for ten seconds where nothing else is said', async () => {
      const set = mock.method(globalThis, 'setTimeout');
      const tenSeconds = () => set.mock.calls.filter(({ arguments: [, milliseconds] }) => milliseconds === 10_000);
      const { close } = await mute('', {});
      const sent = assert.rejects(smtp.send(mail()), isAway);
      try {
        await eventually('the call', () => tenSeconds().length > 0);
      } finally {
        set.mock.restore();
        close();
      }
      await sent;
    });

    for (const says of ['', '220 caf.example\r\n'])
      it(`falls silent ${says ? 'after its greeting' : 'at once'} for its time, and no longer`, async () => {
        const { close } = await mute(says, { timeoutMs: 50 });
        try {
          const startedAt = performance.now();
          await assert.rejects(smtp.send(mail()), isAway);
          assert.ok(performance.now() - startedAt < 5000);
        } finally {
          close();
        }
      }).timeout(6000);
  });

  it('begins with TLS at port 465, and in clear at another, to go on by STARTTLS', async () => {
    await open();
    const inTls = mock.method(tls, 'connect', () => assert.fail('nobody is called'));
    try {
      for (const [port, times] of [
        [587, 0],
        [465, 1],
      ] as const) {
        const settings = { host: '127.0.0.1', port, sender: 'a@caf.example', username: '', password: '' };
        const chosen = gateway.create(settings, { clock: systemClock, smsSender: 'x' });
        await assert.rejects(chosen.send(mail()), isAway);
        assert.equal(inTls.mock.callCount(), times, String(port));
        chosen.close?.();
      }
    } finally {
      inTls.mock.restore();
    }
  });

  it('sends nothing to a server whose certificate it does not believe', async () => {
    await open({}, { certificateAuthority: undefined });
    await assert.rejects(smtp.send(mail()), isAway);
    assert.equal(server.mails.length, 0);
  });

  it('an address that the server refuses for good is refused; one refused for now is tried again', async () => {
    await open({
      onRcptTo({ address }, _session, done) {
        const code = address.startsWith('nobody') ? 550 : 451;
        done(Object.assign(new Error('no'), { responseCode: code }));
      },
    });
    assert.deepEqual(await smtp.send(mail('nobody@example.test')), { sent: false, reason: 'smtp_550' });
    await assert.rejects(smtp.send(mail('full@example.test')), isAway);
  });

  it('an address cannot smuggle a second one, nor a header', async () => {
    await open();
    await smtp.send(mail('a@example.test, b@example.test')).catch(() => {});
    await smtp.send({ ...mail(), subject: 'x\r\nBcc: c@example.test' }).catch(() => {});
    const receivers = server.mails.flatMap(({ to }) => to);
    assert.ok(!receivers.includes('b@example.test') && !receivers.includes('c@example.test'), String(receivers));
    for (const { raw } of server.mails) assert.doesNotMatch(raw, /^Bcc:/m);
  });

  it('a server that is not there is to be tried again', async () => {
    await open();
    await server.stop();
    await assert.rejects(smtp.send(mail()), isAway);
    await open();
  });
});

/** Answers the last of the arguments: each command has its own before it. */
function refusing(responseCode: number) {
  return (...given: unknown[]) => {
    const [stream] = given;
    if (stream instanceof Readable) stream.resume();
    const done = given.at(-1) as (error: Error) => void;
    done(Object.assign(new Error('no'), { responseCode }));
  };
}

describe('TLS', () => {
  it('is required everywhere but on the machine itself', () => {
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1']) assert.equal(isLoopback(host), true, host);
    for (const host of [
      'smtp.example.fr',
      '10.0.0.1',
      '127.0.0',
      '127.0.0.1.1',
      '1127.0.0.1',
      '::11',
      '128.0.0.1',
      '127.0.0.1.example.fr',
      'localhost.example.fr',
    ])
      assert.equal(isLoopback(host), false, host);
  });
});
