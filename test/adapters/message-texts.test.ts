import assert from 'node:assert/strict';
import { createCatalogueTexts } from '../../src/adapters/messages/texts.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';

const VALUES = { identifier: 'P12345678', code: '123456' };

describe('the words of messages', () => {
  const texts = createCatalogueTexts(loadCatalogues());
  for (const template of ['provisional-identifier', 'password-recovery-code', 'password-changed'])
    for (const locale of ['fr', 'en'] as const)
      it(`${template} in ${locale} fits one SMS, has no link, and no secret in the subject of its mail`, () => {
        const sms = texts.write(template, 'sms', locale, VALUES).text;
        const mail = texts.write(template, 'mail', locale, VALUES);
        for (const text of [sms, mail.text]) {
          assert.doesNotMatch(text, /https?:|www\.|\{/);
        }
        for (const secret of Object.values(VALUES)) assert.ok(!mail.subject?.includes(secret));
      });

  it('are in the language of their person', () => {
    for (const kind of ['sms', 'mail'] as const) {
      assert.match(texts.write('password-recovery-code', kind, 'fr', VALUES).text, /[Vv]otre/);
      assert.match(texts.write('password-recovery-code', kind, 'en', VALUES).text, /[Yy]our/);
    }
  });
});
