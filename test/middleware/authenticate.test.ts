/** Who may ask for an operation: contract-example.yaml says what each asks for. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { loadContract } from '../../src/http/contract/contract.ts';
import { PUBLIC_CONTRACT } from '../../src/http/contract/documents.ts';
import { createRoutes, type Handlers, nameOperation } from '../../src/http/contract/routes.ts';
import { type AuthenticationScheme, authenticate } from '../../src/http/middleware/authenticate.ts';
import { ask, type Sent } from './application.ts';

const contract = loadContract(path.join(import.meta.dirname, 'contract-example.yaml'));
/** `Shown: team key` shows two of them. */
const scheme = (name: string, challenge: string): AuthenticationScheme => ({
  challenge,
  accepts: async (ctx) => ctx.get('Shown').split(' ').includes(name),
});
const team = scheme('team', 'Bearer');
const schemes = { team, key: scheme('key', 'Basic'), master: scheme('master', 'Bearer') };

async function send(sent: Sent) {
  const run: string[] = [];
  const note = (name: string) => () => void run.push(name);
  // Operations of another contract than the service's: their names are none of its.
  const handlers: Handlers = Object.fromEntries(contract.operationIds.map((id) => [id, note(id)]));
  const router = createRoutes(contract, handlers);
  const got = await ask([nameOperation(router), authenticate(contract, schemes), router.routes()], sent);
  return { ...got, run, challenge: got.headers['www-authenticate'] };
}

const WORDS = { method: 'POST', target: '/rooms/blue/words' };

describe('authentication', () => {
  it('asks what the contract asks, and runs nothing for whoever does not show it', async () => {
    for (const Shown of ['', 'other', 'key', 'master']) {
      const { status, code, challenge, run } = await send({ ...WORDS, headers: { Shown } });
      assert.deepEqual([status, code, challenge, run], [401, 'credentials_required', 'Bearer', []], Shown);
    }
    const accepted = await send({ ...WORDS, headers: { Shown: 'team' } });
    assert.deepEqual([accepted.code, accepted.challenge, accepted.run], [undefined, undefined, ['leaveWord']]);
  });

  it('is asked for before the query is read', async () => {
    const loud = { ...WORDS, target: '/rooms/blue/words?loud=very' };
    assert.equal((await send(loud)).code, 'credentials_required');
    assert.equal((await send({ ...loud, headers: { Shown: 'team' } })).code, 'validation_failed');
  });

  const alternatives: readonly [string, boolean][] = [
    ['', false],
    ['team', false],
    ['key', false],
    ['team key', true],
    ['master', true],
    ['team master', true],
  ];
  for (const [Shown, passes] of alternatives)
    it(`by « ${Shown} » ${passes ? 'is enough' : 'is too little'} where two together are asked for, or another one`, async () => {
      const { run, challenge } = await send({ target: '/vault', headers: { Shown } });
      assert.deepEqual([run, challenge], passes ? [['openVault'], undefined] : [[], 'Bearer, Basic']);
    });

  it('is asked for no operation that is open, and for nothing that is no operation', async () => {
    assert.deepEqual((await send({ target: '/open' })).run, ['goThrough']);
    assert.equal((await send({ target: '/nowhere' })).passed, true);
    assert.equal((await ask([authenticate(contract, schemes)], { state: { operation: 'docs' } })).passed, true);
  });

  it('does not start where the contract asks for a scheme that nobody knows', () => {
    assert.throws(() => authenticate(contract, {}), /leaveWord asks for team, which nobody knows/);
    assert.throws(() => authenticate(contract, { team }), /openVault asks for key/);
    assert.throws(() => authenticate(loadContract(PUBLIC_CONTRACT), schemes), /which nobody knows/);
  });
});
