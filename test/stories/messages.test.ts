import assert from 'node:assert/strict';
import { fitsOneSms } from '../../src/domain/gsm7.ts';
import { countMessage, giveBackMessage } from '../../src/stories/kit/messages/message-limits.ts';
import {
  type MessageToSend,
  orderContactPoints,
  sendToContactPoint,
} from '../../src/stories/kit/messages/send-to-contact-point.ts';
import { createTellPasswordChanged } from '../../src/stories/kit/messages/tell-password-changed.ts';
import type { MessageTemplates } from '../../src/stories/kit/messages/templates.ts';
import { messageTexts, openStories, type Stories, sending } from './support/stories.ts';
import { createReachable, type ReachablePerson } from './support/walks.ts';

const MOBILE = { kind: 'mobile', value: '+33612345678' } as const;
const EMAIL = { kind: 'email', value: 'claire@example.test' } as const;

/** Every template, with the longest values that it can have. */
const TEMPLATES: { readonly [Name in keyof MessageTemplates]: MessageTemplates[Name]['values'] } = {
  'password-changed': {},
  'password-recovery-code': { code: '888888888' },
  'provisional-identifier': { identifier: 'P88888888' },
  'wrong-codes': {},
};

describe('messages', () => {
  let stories: Stories;
  let person: ReachablePerson;
  beforeEach(async () => {
    stories = openStories({ env: { MESSAGES_RECOVERY_CODES_PER_HOUR: '6', MESSAGES_NOTICES_PER_HOUR: '6' } });
    person = await createReachable(stories);
  });

  const account = () =>
    ({ accountId: person.accountId, state: 'active', identityVerified: true, locale: 'fr' }) as const;
  const jobPorts = () => ({ ...stories.ports, ...sending(stories.config) });
  type Code = MessageToSend<'password-recovery-code'>;
  const sendCode = (more: Partial<Code> = {}) =>
    sendToContactPoint(jobPorts(), {
      account: account(),
      contactPoint: MOBILE,
      template: 'password-recovery-code',
      purpose: 'recovery-code',
      values: { code: '482913' },
      ...more,
    });
  const warn = (contactPoint: Code['contactPoint'] = MOBILE) =>
    sendToContactPoint(jobPorts(), {
      account: account(),
      contactPoint,
      template: 'password-changed',
      purpose: 'notice',
      values: {},
    });
  const log = () => stories.ports.log.lines;
  const metrics = () => stories.ports.metrics.counted;

  it('leave as a job that names the account, the template, the contact point and the words', async () => {
    assert.equal(await sendCode({ contactPoint: EMAIL, expiresAtMs: 12_000 }), true);
    const [job] = stories.ports.jobs.added;
    assert.ok(job?.name === 'deliver-mail' && 'text' in job.payload);
    const { messageId, text, queuedAtMs, countedAtMs, ...payload } = job.payload;
    const now = stories.ports.clock.now().getTime();
    assert.deepEqual([queuedAtMs, countedAtMs], [now, now]);
    assert.deepEqual(payload, {
      accountId: person.accountId,
      template: 'password-recovery-code',
      purpose: 'recovery-code',
      kind: 'mail',
      to: EMAIL.value,
      expiresAtMs: 12_000,
      subject: 'Mon Compte\u00a0: votre code',
    });
    assert.match(text, /482913/);
    assert.match(messageId, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    await sendCode();
    const [, sms] = stories.ports.jobs.added;
    assert.ok(sms?.name === 'deliver-sms' && 'to' in sms.payload && sms.payload.messageId !== messageId);
    assert.deepEqual([sms.payload.kind, sms.payload.to, sms.payload.subject], ['sms', MOBILE.value, undefined]);
  });

  it('to one contact point leave once a minute, three times an hour, whatever they say; others are not held up', async () => {
    assert.equal(await sendCode(), true);
    assert.equal(await sendCode(), false);
    assert.equal(await sendCode({ contactPoint: EMAIL }), true);
    for (const allowed of [true, true, false]) {
      stories.ports.clock.move(60);
      assert.equal(await sendCode(), allowed);
    }
    assert.deepEqual(metrics(), ['messages_refused_by_contact_point', 'messages_refused_by_contact_point']);
    assert.equal(stories.ports.jobs.added.length, 4);
    assert.deepEqual(log(), [], 'this is no alarm');
  });

  it('asked for from a browser that knows the account spend a share of their own, as high', async () => {
    for (const share of [undefined, 'known-browser'] as const) {
      assert.equal(await sendCode({ share }), true);
      assert.equal(await sendCode({ share }), false);
    }
  });

  it('to one contact point leave ten times a day', async () => {
    stories = openStories();
    const results = [];
    for (let hour = 0; hour < 12; hour++) {
      results.push(await sendCode());
      stories.ports.clock.move(3600);
    }
    assert.deepEqual(results, [...Array.from({ length: 10 }, () => true), false, false]);
    stories.ports.clock.move(12 * 3600);
    assert.equal(await sendCode(), true);
  });

  it('that never arrive leave twice as often at most, by the hour and by the day, whenever their failure is told', async () => {
    const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 24 * 3_600_000];
    const sms = { kind: 'sms', to: MOBILE.value, purpose: 'recovery-code' } as const;
    const mostIn = (windowMs: number, times: readonly number[]) =>
      Math.max(
        ...times.map((from) => times.filter((at) => Math.floor(at / windowMs) === Math.floor(from / windowMs)).length),
      );
    for (const askedEachMs of [20 * MINUTE, MINUTE])
      for (const toldAfterMs of [0, 30 * MINUTE, 12 * HOUR]) {
        stories = openStories();
        const left: number[] = [];
        let told = 0;
        for (let now = 0; now < 2 * DAY; now += askedEachMs) {
          for (; (left[told] ?? Infinity) <= now - toldAfterMs; told++)
            await giveBackMessage(jobPorts(), sms, now - (left[told] ?? 0));
          if ((await countMessage(jobPorts(), sms)) === undefined) left.push(now);
          stories.ports.clock.move(askedEachMs / 1000);
        }
        const what = `asked each ${askedEachMs} ms, told after ${toldAfterMs} ms`;
        assert.ok(mostIn(HOUR, left) <= 6, what);
        assert.equal(mostIn(DAY, left), 20, what);
      }
  });

  it('that warn of a change are not starved by those that were asked for, nor starve them', async () => {
    await sendCode();
    assert.equal(await sendCode(), false);
    assert.equal(await warn(), true);
    assert.equal(await warn(), true);
    stories.ports.clock.move(60);
    assert.equal(await sendCode(), true);
  });

  it('that were asked for stop when the budget of the service is spent, and raise an alarm each time', async () => {
    const sendTo = (value: string) => sendCode({ contactPoint: { kind: 'email', value } });
    for (let count = 0; count < 6; count++) assert.equal(await sendTo(`${count}@example.test`), true);
    for (const value of ['6@example.test', '7@example.test']) assert.equal(await sendTo(value), false);
    assert.deepEqual(metrics(), ['messages_refused_by_budget', 'messages_refused_by_budget']);
    const labels = { channel: 'mail', purpose: 'recovery-code' };
    assert.deepEqual(stories.ports.metrics.labelled[0]?.labels, labels);
    const alarm = { level: 'error', fields: { event: 'message_budget_spent', details: { purpose: 'recovery-code' } } };
    assert.deepEqual(log(), [alarm, alarm]);
    assert.deepEqual(new Set(stories.ports.log.texts), new Set(['the budget is spent: nothing is sent']));
    stories.ports.clock.move(3600);
    assert.equal(await sendTo('8@example.test'), true);
  });

  it('that warn of a change still leave when forms that strangers filled in have spent the budget of codes', async () => {
    for (let count = 0; count < 7; count++)
      await sendCode({ contactPoint: { kind: 'email', value: `${count}@example.test` } });
    assert.equal(await sendCode({ contactPoint: EMAIL }), false);
    assert.equal(await warn(), true);
  });

  it('of one purpose spend no limit of another: three codes an hour keep no identifier back', async () => {
    stories = openStories({ env: { MESSAGES_RECOVERY_CODES_PER_HOUR: '1' } });
    const sendIdentifier = () =>
      sendToContactPoint(jobPorts(), {
        account: account(),
        contactPoint: MOBILE,
        template: 'provisional-identifier',
        purpose: 'identifier',
        values: { identifier: 'P12345678' },
      });
    assert.deepEqual([await sendCode(), await sendCode()], [true, false]);
    assert.deepEqual([await sendIdentifier(), await sendIdentifier()], [true, false]);
  });

  it('that one limit stops spend none of the others', async () => {
    for (let count = 0; count < 6; count++)
      await sendCode({ contactPoint: { kind: 'email', value: `${count}@example.test` } });
    stories.ports.clock.move(1800);
    for (let refused = 0; refused < 5; refused++) {
      assert.equal(await sendCode(), false, 'the budget is spent');
      stories.ports.clock.move(60);
    }
    stories.ports.clock.move(1500);
    for (const allowed of [true, true, true, false]) {
      assert.equal(await sendCode(), allowed, 'three an hour');
      stories.ports.clock.move(60);
    }
  });

  describe('by country', () => {
    const BELGIAN = { kind: 'mobile', value: '+32470123456' } as const;
    const countries = (value = 'FR,BE') => openStories({ env: { MESSAGES_COUNTRIES: value } });
    const kinds = () => stories.ports.jobs.added.map(({ payload }) => ('kind' in payload ? payload.kind : ''));
    const labels = () => stories.ports.metrics.labelled.map(({ name, labels: given }) => [name, given]);

    it('leave for metropolitan and overseas France, and by default for nowhere else', async () => {
      for (const value of ['+33612345678', '+590690001234', '+596696201234', '+262692123456', '+687751234'])
        assert.equal(await sendCode({ contactPoint: { kind: 'mobile', value } }), true, value);
      for (const value of [BELGIAN.value, '+12133734253', '+18765550123', '+99912345', 'nothing'])
        assert.equal(await sendCode({ contactPoint: { kind: 'mobile', value } }), false, value);
      assert.deepEqual(labels()[0], ['messages_refused_by_country', { country: 'BE', purpose: 'recovery-code' }]);
      const [event] = stories.ports.audit.events;
      assert.deepEqual([event?.kind, event?.outcome, event?.details?.reason], ['message', 'refused', 'country']);
      assert.ok(!JSON.stringify([stories.ports.audit.events, log()]).includes('470123456'));
    });

    it('take the other contact point where they may not go, with its own limits', async () => {
      const more = { contactPoint: BELGIAN, otherwise: EMAIL };
      assert.deepEqual([await sendCode(more), await sendCode(more)], [true, false]);
      assert.deepEqual(kinds(), ['mail']);
    });

    it('never bound a mail, nor does their budget', async () => {
      assert.equal(await sendCode({ contactPoint: { kind: 'email', value: 'x@example.be' } }), true);
      stories = openStories({ env: { MESSAGES_COUNTRIES: 'FR,BE', MESSAGES_PER_COUNTRY_PER_HOUR: '1' } });
      for (const value of ['x@example.be', 'y@example.be', '+32470123456@example.be'])
        assert.equal(await sendCode({ contactPoint: { kind: 'email', value } }), true, value);
      assert.deepEqual(
        [await sendCode({ contactPoint: BELGIAN }), await sendCode()],
        [true, true],
        'nor do they spend it',
      );
    });

    it('leave for a country of the list within a budget of its own, and for France without one', async () => {
      stories = openStories({ env: { MESSAGES_COUNTRIES: 'FR,BE', MESSAGES_PER_COUNTRY_PER_HOUR: '2' } });
      const sendTo = (value: string) => sendCode({ contactPoint: { kind: 'mobile', value } });
      const belgians = [1, 2, 3].map((digit) => `+3247012345${digit}`);
      const results = [];
      for (const value of belgians) results.push(await sendTo(value));
      assert.deepEqual(results, [true, true, false]);
      assert.equal(log().at(-1)?.fields.event, 'message_country_budget_spent');
      for (const value of ['+33612345671', '+33612345672', '+33612345673']) assert.equal(await sendTo(value), true);
      const otherwise = { contactPoint: { kind: 'mobile', value: '+32470123454' }, otherwise: EMAIL } as const;
      assert.equal(await sendCode(otherwise), true);
      assert.equal(kinds().at(-1), 'mail');
      for (let times = 0; times < 3; times++) assert.equal(await warn(BELGIAN), true, 'nothing keeps a warning back');
      stories.ports.clock.move(3600);
      assert.equal(await sendTo(belgians[2] ?? ''), true);
    });

    it('leave for a country of the list within a budget for each purpose', async () => {
      stories = openStories({ env: { MESSAGES_COUNTRIES: 'FR,BE', MESSAGES_PER_COUNTRY_PER_HOUR: '1' } });
      const count = (purpose: 'recovery-code' | 'identifier', digit: number) =>
        countMessage(jobPorts(), { kind: 'sms', to: `+3247012345${digit}`, purpose });
      assert.deepEqual([await count('recovery-code', 1), await count('recovery-code', 2)], [undefined, 'country']);
      assert.deepEqual([await count('identifier', 1), await count('identifier', 2)], [undefined, 'country']);
    });

    it('leave for the whole world where the cap is off', async () => {
      stories = openStories({ env: { MESSAGES_COUNTRY_CAP: 'false' } });
      assert.equal(await sendCode({ contactPoint: BELGIAN }), true);
      assert.equal(await sendCode({ contactPoint: { kind: 'mobile', value: '+18765550123' } }), true);
      stories = countries('FR');
      assert.equal(await sendCode({ contactPoint: BELGIAN }), false);
    });
  });

  it('fit one SMS, in both languages, with the longest values; no mail has a secret in its subject', () => {
    for (const [template, values] of Object.entries(TEMPLATES))
      for (const locale of ['fr', 'en'] as const) {
        const sms = messageTexts.write(template, 'sms', locale, values);
        assert.ok(fitsOneSms(sms.text), `${template} in ${locale}: ${sms.text.length}`);
        assert.doesNotMatch(sms.text, /https?:|www\.|\{/, 'no link in an SMS, and no empty place');
        const mail = messageTexts.write(template, 'mail', locale, values);
        assert.ok(mail.subject);
        for (const secret of Object.values<string>(values)) {
          assert.ok(sms.text.includes(secret) && mail.text.includes(secret));
          assert.ok(!mail.subject.includes(secret));
        }
      }
  });

  it('go to the channel that was chosen, else to the other, else nowhere', () => {
    for (const [contactPoints, channel, ordered] of [
      [[EMAIL, MOBILE], 'sms', [MOBILE, EMAIL]],
      [[MOBILE, EMAIL], 'sms', [MOBILE, EMAIL]],
      [[MOBILE, EMAIL], 'mail', [EMAIL, MOBILE]],
      [[EMAIL], 'sms', [EMAIL]],
      [[MOBILE], 'mail', [MOBILE]],
      [[], 'sms', []],
    ] as const)
      assert.deepEqual(orderContactPoints(contactPoints, channel), ordered);
  });

  it('tell of a changed password on each contact point, also of an account that was suspended since', async () => {
    stories.ports.accounts.setState(person.accountId, 'suspended');
    const tell = createTellPasswordChanged(jobPorts());
    await tell({ accountId: person.accountId });
    await tell({ accountId: 'nobody' });
    await stories.runJobs();
    assert.deepEqual(new Set(stories.ports.notifier.sent.map(({ to }) => to)), new Set([person.mobile, person.email]));
  });
});
