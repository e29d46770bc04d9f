/** What the texts say of the service follows its settings, wherever they say it. */
import assert from 'node:assert/strict';
import { createCatalogueTexts } from '../../src/adapters/messages/texts.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import { settings } from '../../src/config/settings.ts';
import { fitsOneSms } from '../../src/domain/gsm7.ts';
import { loadCatalogues } from '../../src/screens/catalogue.ts';
import { DEFAULT_FACTS, type Facts } from '../../src/screens/facts.ts';
import { complete } from '../support/configuration.ts';

const factual = (facts: Partial<Facts>) => loadCatalogues(undefined, undefined, { ...DEFAULT_FACTS, ...facts });
const REACHED = { telephone: '+33 9 69 32 52 52 00', address: '24 rue Riquet, 31000 Toulouse' };

describe('what the texts say of the service', () => {
  it('is, by default, what the default settings come to', () => {
    const values = readSettings(settings, { env: complete, file: {}, production: false, embedded: false, faults: [] });
    assert.deepEqual(DEFAULT_FACTS, {
      caf: values.ui.caf,
      accessibility: values.ui.accessibility,
      codeSeconds: values.codes.lifeSeconds,
      lockFromFailure: values.throttles.lockFromFailure,
      rememberIdentifierSeconds: values.times.rememberIdentifierSeconds,
      interactionRestartSeconds: values.times.interactionRestartSeconds,
    });
  });

  for (const locale of ['fr', 'en'] as const) {
    const contacts = [
      'errors.account_unavailable.detail',
      'identifierRecovery.nothing',
      'messages.password-changed.mail',
    ];

    it(`leads to the Caf by what was given, wherever people are told to contact it (${locale})`, () => {
      for (const [caf, said] of [
        [REACHED, /\(.*\+33 9 69 32 52 52 00\u00a0?; 24 rue Riquet, 31000 Toulouse\)/],
        [{ ...REACHED, address: '' }, /\(.*\+33 9 69 32 52 52 00\)/],
        [{ ...REACHED, telephone: '' }, /\(24 rue Riquet, 31000 Toulouse\)/],
        [{ telephone: '', address: '' }, /(votre|your) Caf(?! \()/],
      ] as const) {
        const words = factual({ caf })[locale];
        const paragraphs = ['accessibility', 'dataProtection', 'registration'].map((name) =>
          words.list(`pages.${name}.paragraphs`).join(' '),
        );
        for (const text of [...contacts.map((key) => words.text(key)), ...paragraphs]) assert.match(text, said);
      }
    });

    it(`gives the telephone number in an SMS, which stays one (${locale})`, () => {
      const texts = createCatalogueTexts(factual({ caf: REACHED }));
      const { text } = texts.write('password-changed', 'sms', locale, {});
      assert.match(text, /\+33 9 69 32 52 52 00/);
      assert.doesNotMatch(text, /Riquet/);
      assert.ok(fitsOneSms(text));
    });

    it(`leaves no placeholder in sight on a page of text (${locale})`, () => {
      const words = factual({ caf: REACHED })[locale];
      for (const name of words.under('pages'))
        for (const text of words.list(`pages.${name}.paragraphs`)) assert.doesNotMatch(text, /[{}]/);
    });
  }

  it('is that accessibility is not compliant, until an audit says otherwise on a day that is named', () => {
    const stateOf = (facts: Partial<Facts>) => {
      const { fr } = factual(facts);
      return [fr.text('links.accessibility'), fr.list('pages.accessibility.paragraphs')[1]];
    };
    assert.deepEqual(stateOf({}), [
      'Accessibilité\u00a0: non conforme',
      'État de conformité au RGAA 4.1\u00a0: non conforme. Aucun audit de conformité n’a encore été mené.',
    ]);
    assert.deepEqual(stateOf({ accessibility: { state: 'partially-compliant', auditedOn: '2026-03-14' } }), [
      'Accessibilité\u00a0: partiellement conforme',
      'État de conformité au RGAA 4.1\u00a0: partiellement conforme. Le dernier audit de conformité date du 14 mars 2026.',
    ]);
  });

  it('is how long a code, a remembered identifier and the cookie of an interaction live, and how many errors lock', () => {
    const times = { codeSeconds: 300, rememberIdentifierSeconds: 86_400, interactionRestartSeconds: 5400 };
    const { fr, en } = factual({ ...times, lockFromFailure: 4 });
    assert.match(fr.text('errors.code_wrong.detail'), /pendant 5 minutes/);
    assert.match(fr.text('messages.password-recovery-code.sms', { code: '123456' }), /valable 5 minutes/);
    assert.match(en.text('errors.sign_in_failed.detail'), /After 4 errors/);
    assert.match(fr.list('pages.dataProtection.paragraphs')[3] ?? '', /encore 90 minutes au plus.*pour 1 jour,/);
    assert.match(en.list('pages.dataProtection.paragraphs')[3] ?? '', /another 90 minutes at most/);
  });
});
