import assert from 'node:assert/strict';
import { createBreaker } from '../../../src/adapters/messages/breaker.ts';
import { byKind } from '../../../src/adapters/messages/by-kind.ts';
import { ServiceError } from '../../../src/errors.ts';
import type { SendResult } from '../../../src/ports/messages.ts';
import { movableClock } from '../../contracts/backends.ts';
import { createGate } from '../../support/wait.ts';

const LIMITS = { failures: 3, restSeconds: 30 };
const MESSAGE = { messageId: 'm', kind: 'sms', to: '+33612345678', text: 'x' } as const;

describe('the breaker of a gateway', () => {
  let clock: ReturnType<typeof movableClock>;
  let answer: () => SendResult | Promise<SendResult>;
  let breaker: ReturnType<typeof createBreaker>;
  const fails = () => {
    answer = () => Promise.reject(new ServiceError('store_unavailable'));
  };
  const send = () => breaker.send(MESSAGE).catch(() => 'failed');
  beforeEach(() => {
    clock = movableClock();
    breaker = createBreaker({ send: async () => answer() }, clock, LIMITS);
    fails();
  });

  it('lets the gateway rest after so many failures in a row, and not before', async () => {
    for (const rest of [0, 0, 30]) {
      await send();
      assert.equal(breaker.restSeconds(), rest);
    }
    clock.move(29);
    assert.equal(breaker.restSeconds(), 1);
    clock.move(1);
    assert.equal(breaker.restSeconds(), 0);
  });

  it('does not rest longer where the clock of the machine is set back', async () => {
    for (let failure = 0; failure < 3; failure++) await send();
    clock.move(-3600);
    assert.equal(breaker.restSeconds(), 0, 'one tries');
    await send();
    assert.equal(breaker.restSeconds(), 30);
    clock.move(10);
    clock.move(-10);
    assert.equal(breaker.restSeconds(), 30);
  });

  it('counts failures in a row alone: an answer ends the row, a no as well', async () => {
    for (const result of [{ sent: true }, { sent: false, reason: 'kannel_400' }] as const) {
      await send();
      await send();
      answer = () => result;
      assert.deepEqual(await send(), result);
      fails();
    }
    assert.equal(breaker.restSeconds(), 0);
  });

  it('after the rest lets one try while the others wait, and rests again where that one fails', async () => {
    for (let failure = 0; failure < 3; failure++) await send();
    clock.move(30);
    const gate = createGate();
    answer = () => gate.passed.then(() => Promise.reject(new ServiceError('store_unavailable')));
    const trying = send();
    assert.equal(breaker.restSeconds(), 1);
    gate.open();
    await trying;
    assert.equal(breaker.restSeconds(), 30);
  });

  it('says how long it rests in whole seconds, rounded up', async () => {
    for (let failure = 0; failure < 3; failure++) await send();
    clock.move(0.5);
    assert.equal(breaker.restSeconds(), 30);
    clock.move(29.499);
    assert.equal(breaker.restSeconds(), 1);
    clock.move(0.001);
    assert.equal(breaker.restSeconds(), 0);
  });

  it('throws what the gateway threw, also while it rests', async () => {
    const thrown = new ServiceError('store_unavailable');
    answer = () => Promise.reject(thrown);
    for (let failure = 0; failure < 4; failure++)
      await assert.rejects(breaker.send(MESSAGE), (error) => error === thrown);
  });

  it('of each kind of message is one of its own: 5 failures in a row, and 30 seconds of rest', async () => {
    const closed: string[] = [];
    const failing = { send: () => answer() as Promise<SendResult>, close: () => void closed.push('sms') };
    const notifier = byKind({ sms: failing, mail: { send: async () => ({ sent: true }) } }, clock);
    for (const rest of [0, 0, 0, 0, 30]) {
      await assert.rejects(notifier.send(MESSAGE));
      assert.equal(notifier.restSeconds('sms'), rest);
    }
    assert.deepEqual(await notifier.send({ ...MESSAGE, kind: 'mail' }), { sent: true });
    assert.deepEqual([notifier.restSeconds('sms'), notifier.restSeconds('mail')], [30, 0]);
    clock.move(30);
    assert.equal(notifier.restSeconds('sms'), 0);
    notifier.close();
    assert.deepEqual(closed, ['sms']);
  });

  it('works on where the one that tries gets through', async () => {
    for (let failure = 0; failure < 3; failure++) await send();
    clock.move(30);
    answer = () => ({ sent: true });
    await send();
    assert.equal(breaker.restSeconds(), 0);
    fails();
    await send();
    assert.equal(breaker.restSeconds(), 0, 'a new row');
  });
});
