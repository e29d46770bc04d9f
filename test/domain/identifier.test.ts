import assert from 'node:assert/strict';
import { identifierTypeOf, identifierTypes, maskIdentifier, parseIdentifier } from '../../src/domain/identifier.ts';
import { ServiceError } from '../../src/errors.ts';
import { codesOf } from './vectors.ts';

describe('an identifier', () => {
  it('is a NIR or a provisional identifier, and nothing else', () => {
    assert.deepEqual(identifierTypes, ['nir', 'provisional']);
  });

  it('is read by the rule of the screen on which it was typed', () => {
    assert.deepEqual(parseIdentifier('nir', '2 55 08 14 168 025 38'), { type: 'nir', value: '2550814168025' });
    assert.deepEqual(parseIdentifier('provisional', '4071 8352'), { type: 'provisional', value: 'P40718352' });
  });

  it('typed on the screen of the other type is refused with a word of its own', () => {
    assert.deepEqual(
      codesOf(() => parseIdentifier('nir', 'P40718352')),
      ['identifier_is_provisional'],
    );
    assert.deepEqual(
      codesOf(() => parseIdentifier('provisional', '2550814168025')),
      ['identifier_is_nir'],
    );
  });

  it('that is missing is missed in the field of that name, unless another is named', () => {
    const fieldsOf = (...field: string[]) => {
      try {
        return parseIdentifier('nir', '', ...field);
      } catch (error) {
        return error instanceof ServiceError ? error.fields : error;
      }
    };
    assert.deepEqual(fieldsOf(), [{ field: 'identifier', code: 'field_required' }]);
    assert.deepEqual(fieldsOf('nir'), [{ field: 'nir', code: 'field_required' }]);
  });

  it('has its type named by somebody in exactly its own word', () => {
    assert.equal(identifierTypeOf('nir'), 'nir');
    assert.equal(identifierTypeOf('provisional'), 'provisional');
    for (const other of ['NIR', 'nir ', '', '2550814168025', undefined, null, ['nir'], { type: 'nir' }])
      assert.equal(identifierTypeOf(other), undefined);
  });

  it('is masked so that its owner knows it and a stranger learns nothing of it', () => {
    assert.equal(maskIdentifier({ type: 'nir', value: '2550814168025' }), '2 55 •• •• ••• •25');
    assert.equal(maskIdentifier({ type: 'provisional', value: 'P40718352' }), 'P •• •• •• 52');
    assert.equal(
      maskIdentifier({ type: 'nir', value: '2550814168025' }),
      maskIdentifier({ type: 'nir', value: '2559999999925' }),
    );
  });
});
