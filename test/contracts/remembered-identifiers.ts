/** The suite of « Se souvenir de moi ». */
import assert from 'node:assert/strict';
import type { Identifier } from '../../src/domain/identifier.ts';
import type { RememberedIdentifiers } from '../../src/ports/remembered-identifiers.ts';
import { randomNir, randomProvisional } from '../support/people.ts';
import { type Backend, findReadable, type Opening, unavailable, unique } from './backends.ts';

const LIFE = 60;

export function describeRememberedIdentifiers(name: string, { open, away }: Opening<RememberedIdentifiers>): void {
  describe(`the remembered identifiers, on ${name}`, () => {
    let backend: Backend<RememberedIdentifiers>;
    let remembered: RememberedIdentifiers;
    before(async () => {
      backend = await open();
      remembered = backend.port;
    });
    after(() => backend.close());

    const provisional = (): Identifier => ({ type: 'provisional', value: randomProvisional() });
    const nir = (): Identifier => ({ type: 'nir', value: randomNir() });

    it('give back both types of identifier', async () => {
      for (const identifier of [provisional(), nir()]) {
        const token = unique();
        await remembered.save(token, identifier, LIFE);
        assert.deepEqual(await remembered.find(token), identifier);
      }
    });

    it('answer undefined for an unknown token', async () => {
      assert.equal(await remembered.find(unique()), undefined);
    });

    it('forget what they are told to forget, and nothing else', async () => {
      const [kept, forgotten, identifier] = [unique(), unique(), nir()];
      await remembered.save(kept, identifier, LIFE);
      await remembered.save(forgotten, identifier, LIFE);
      await remembered.forget(forgotten);
      await remembered.forget(unique());
      assert.equal(await remembered.find(forgotten), undefined);
      assert.deepEqual(await remembered.find(kept), identifier);
    });

    it('are the last that was saved under a token, and live as long as was said then, and not a second longer', async () => {
      const [token, last] = [unique(), provisional()];
      await remembered.save(token, nir(), 1);
      await remembered.save(token, last, LIFE);
      await backend.pass(LIFE - 1);
      assert.deepEqual(await remembered.find(token), last);
      await backend.pass(1);
      assert.equal(await remembered.find(token), undefined);
    });

    it('hold neither token nor identifier that could be read at rest', async () => {
      const [token, ofNir, ofProvisional] = [unique(), nir(), provisional()];
      await remembered.save(token, ofNir, LIFE);
      await remembered.save(`${token}-2`, ofProvisional, LIFE);
      const dump = await backend.atRest();
      assert.ok(dump.includes('remembered:'), 'the dump holds the record');
      assert.deepEqual(findReadable(dump, [token, ofNir.value, ofProvisional.value, ofProvisional.value.slice(1)]), []);
    });
  });

  if (away)
    describe(`the remembered identifiers, on ${name}, with the store away`, () => {
      let backend: Backend<RememberedIdentifiers>;
      before(async () => {
        backend = await away();
      });
      after(() => backend.close());

      it('say store_unavailable', async () => {
        await assert.rejects(backend.port.find('a'), unavailable);
        await assert.rejects(backend.port.save('a', { type: 'nir', value: randomNir() }, LIFE), unavailable);
        await assert.rejects(backend.port.forget('a'), unavailable);
      });
    });
}
