import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/adapters/system.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import { address, choice, type Group, gateway, secret } from '../../src/setting.ts';
import { complete, faultsOf } from '../support/configuration.ts';
import { startLocalServer } from '../support/local-server.ts';

describe('the settings of gateways', () => {
  const kannel = { MESSAGES_SMS: 'kannel', KANNEL_URL: 'http://kannel.test' };
  const credentials = { KANNEL_USERNAME: 'user', KANNEL_PASSWORD: 'kannel-password' };

  it('are asked for when the gateway is chosen, its secrets too, and named all at once', () => {
    assert.deepEqual(faultsOf({ ...complete, MESSAGES_SMS: 'kannel', MESSAGES_MAIL: 'smtp' }), [
      'messages.kannel.url (KANNEL_URL): required by messages.sms = kannel',
      'KANNEL_USERNAME: required by messages.sms = kannel, and has no default',
      'KANNEL_PASSWORD: required by messages.sms = kannel, and has no default',
      'messages.smtp.host (SMTP_HOST): required by messages.mail = smtp',
      'messages.smtp.sender (MAIL_SENDER): required by messages.mail = smtp',
      'SMTP_USERNAME: required by messages.mail = smtp, and has no default',
      'SMTP_PASSWORD: required by messages.mail = smtp, and has no default',
    ]);
    assert.deepEqual(faultsOf({ ...complete, CAPTCHA_PROVIDER: 'captchetat' }), [
      'captcha.captchetat.apiUrl (CAPTCHETAT_URL): required by captcha.provider = captchetat',
      'captcha.captchetat.tokenUrl (CAPTCHETAT_TOKEN_URL): required by captcha.provider = captchetat',
      'CAPTCHETAT_CLIENT_ID: required by captcha.provider = captchetat, and has no default',
      'CAPTCHETAT_CLIENT_SECRET: required by captcha.provider = captchetat, and has no default',
    ]);
  });

  it('of a gateway that is not chosen are not asked for, and are wrong when they are given wrong', () => {
    assert.deepEqual(faultsOf(complete), []);
    assert.deepEqual(faultsOf({ ...complete, KANNEL_URL: 'kannel' }), [
      'messages.kannel.url (KANNEL_URL): must be an http or https address, or empty',
    ]);
  });

  it('are read once: a wrong address of the chosen gateway is one fault', () => {
    assert.deepEqual(faultsOf({ ...complete, ...kannel, ...credentials, KANNEL_URL: 'kannel' }), [
      'messages.kannel.url (KANNEL_URL): must be an http or https address, or empty',
    ]);
    assert.deepEqual(faultsOf({ ...complete, ...kannel, ...credentials }), []);
  });

  it('refuse a gateway that is unknown', () => {
    assert.deepEqual(faultsOf({ ...complete, MESSAGES_SMS: 'pigeon', CAPTCHA_PROVIDER: '' }), [
      'captcha.provider (CAPTCHA_PROVIDER): must be own or captchetat',
      'messages.sms (MESSAGES_SMS): must be spool, kannel or ovhcloud',
    ]);
  });

  it('reach the gateway that they were written for', async () => {
    const server = await startLocalServer(() => ({ status: 202 }));
    const config = loadConfig({ ...complete, ...kannel, ...credentials, KANNEL_URL: server.url, SMS_SENDER: 'Caf' });
    const { sms, smsSender } = config.messages;
    const sender = sms.create({ clock: systemClock, smsSender });
    const message = { messageId: 'x', kind: 'sms', to: '+33612345678', text: 'Bonjour' } as const;
    assert.deepEqual(await sender.send(message), { sent: true });
    const [request] = server.requests;
    await server.stop();
    assert.equal(request?.headers['x-kannel-username'], credentials.KANNEL_USERNAME);
    assert.equal(request?.headers['x-kannel-password'], credentials.KANNEL_PASSWORD);
    assert.equal(request?.headers['x-kannel-from'], 'Caf');
    assert.equal(request?.headers['x-kannel-dlr-url'], undefined);
  });

  it('hold no secret in what can be read of the configuration', () => {
    const config = loadConfig({ ...complete, ...kannel, ...credentials });
    assert.equal(config.messages.kannel.url, kannel.KANNEL_URL);
    assert.deepEqual(config.messages.sms.settings, { url: kannel.KANNEL_URL, reportUrl: '' });
    assert.doesNotMatch(JSON.stringify(config.messages), /kannel-password/);
  });

  it('let the spool write in the folder that is set', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mon-compte-spool-'));
    const { messages } = loadConfig({ ...complete, MESSAGES_SPOOL_FOLDER: folder });
    assert.equal(messages.mail.name, 'spool');
    assert.equal(messages.spool.folder, folder);
    rmSync(folder, { recursive: true });
  });

  it('of a new gateway are its own definition and a name in a list', () => {
    const pigeon = gateway({
      settings: { loft: address('PIGEON_LOFT', '', 'Where pigeons live', { empty: 'until chosen' }) },
      secrets: { whistle: secret('PIGEON_WHISTLE', 'Calls them') },
      create: ({ loft, whistle }, grain: number) => `${loft} ${whistle} ${grain}`,
    });
    const definitions = { birds: { by: choice('BIRDS', { pigeon }, 'pigeon', 'Who flies'), pigeon: pigeon.settings } };
    const read = (env: Environment) => {
      const faults: string[] = [];
      const group = definitions satisfies Group;
      const sources = { env, file: undefined, production: false, embedded: false, faults };
      return { values: readSettings(group, sources), faults };
    };
    const given = read({ PIGEON_LOFT: 'https://loft.test', PIGEON_WHISTLE: 'fifi' });
    assert.deepEqual(given.faults, []);
    assert.equal(given.values.birds.by.create(3), 'https://loft.test fifi 3');
    assert.deepEqual(read({}).faults, [
      'birds.pigeon.loft (PIGEON_LOFT): required by birds.by = pigeon',
      'PIGEON_WHISTLE: required by birds.by = pigeon, and has no default',
    ]);
  });
});
