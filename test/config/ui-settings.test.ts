/** What the operator gives of itself: how people reach their Caf, and what an audit of accessibility found. */
import assert from 'node:assert/strict';
import { checkConfig, loadConfig } from '../../src/config/config.ts';
import { complete, faultsOf, production } from '../support/configuration.ts';

describe('the settings of what people read', () => {
  it('take how people reach their Caf', () => {
    const { ui } = loadConfig(complete, { CAF_TELEPHONE: ' 32 30 ', CAF_ADDRESS: '24 rue Riquet, 31000 Toulouse' });
    assert.deepEqual(ui.caf, { telephone: '32 30', address: '24 rue Riquet, 31000 Toulouse' });
  });

  it('refuse what no page and no SMS could print', () => {
    for (const telephone of ['0 810', 'appelez-nous', '1', '+', '0123456789 0123456789', '05.61']) {
      const faults = faultsOf({ ...complete, CAF_TELEPHONE: telephone });
      assert.equal(faults.length, telephone === '0 810' ? 0 : 1, telephone);
    }
    for (const address of ['https://caf.example', 'www.caf.fr', 'a {b}', 'a\nb', 'x'.repeat(151)])
      assert.match(faultsOf({ ...complete, CAF_ADDRESS: address })[0] ?? '', /CAF_ADDRESS\): must be a postal address/);
  });

  it('doubt a production in which people are told to contact their Caf, and not how', () => {
    const doubted = (more: object) =>
      checkConfig({ ...production, ...more }).doubts.filter(({ variable }) => variable === 'CAF_TELEPHONE').length;
    assert.equal(doubted({ CAF_TELEPHONE: '' }), 1);
    assert.equal(doubted({ CAF_TELEPHONE: '', CAF_ADDRESS: '24 rue Riquet, 31000 Toulouse' }), 0);
    assert.equal(doubted({ CAF_TELEPHONE: '32 30' }), 0);
  });

  it('take the result of an audit of accessibility with its day, and none without', () => {
    const audited = { ACCESSIBILITY_STATE: 'partially-compliant', ACCESSIBILITY_AUDITED_ON: '2026-03-14' };
    assert.deepEqual(faultsOf({ ...complete, ...audited }), []);
    assert.deepEqual(faultsOf({ ...complete, ...audited, ACCESSIBILITY_STATE: 'non-compliant' }), []);
    assert.match(
      faultsOf({ ...complete, ...audited, ACCESSIBILITY_AUDITED_ON: '' })[0] ?? '',
      /^ACCESSIBILITY_STATE: /,
    );
    for (const day of ['14/03/2026', '2026-02-30', '2026-13-01', 'today'])
      assert.match(faultsOf({ ...complete, ...audited, ACCESSIBILITY_AUDITED_ON: day }).join(), /must be a day/, day);
  });
});
