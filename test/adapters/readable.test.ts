/** What the suites look for at rest is found where it is: a search that finds nothing proves nothing. */
import assert from 'node:assert/strict';
import { findReadable, testVault } from '../contracts/backends.ts';

const TEXTS = ['account-of-nadia', '+33612345678', 'X123456789', 'ŒUVRARD ÉPOUSE'];

describe('a text at rest', () => {
  for (const [how, encode] of Object.entries({
    'as it is': (text: string) => text,
    'in hexadecimal': (text: string) => Buffer.from(text).toString('hex'),
    'in base64': (text: string) => Buffer.from(text).toString('base64'),
    'in base64 for addresses': (text: string) => Buffer.from(text).toString('base64url'),
  }))
    it(`is found ${how}, alone and in the midst of a record`, () => {
      for (const text of TEXTS)
        for (const before of ['', '{', '{"', '{"a', '{"value":"'])
          for (const after of ['', '"', '"}', '","more":1}'])
            assert.deepEqual(findReadable(`flow:{a}\n${encode(before + text + after)}\n`, [text, 'another text']), [
              text,
            ]);
    });

  it('is found as a whole word alone, when it is short', () => {
    assert.deepEqual(findReadable('a sealed k1.xFESx and "FES"', ['FES']), ['FES']);
    assert.deepEqual(findReadable('a sealed k1.xFESx', ['FES']), []);
  });

  it('is not found where it is sealed or indexed', () => {
    const vault = testVault();
    const kept = TEXTS.map((text) => `${vault.seal(text, 'place')}\n${vault.blindIndex('purpose', text)}`).join('\n');
    assert.deepEqual(findReadable(kept, TEXTS), []);
  });
});
