/** In tests an answer that the contract does not have is a fault of ours; what screens are told stands apart from it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { loadContract } from '../../src/http/contract/contract.ts';
import { checkAnswers } from '../../src/http/middleware/check-answers.ts';
import type { Context } from '../../src/http/request-state.ts';
import { ask, type Sent } from './application.ts';

const contract = loadContract(path.join(import.meta.dirname, 'contract-example.yaml'));

async function faultOf(below: (ctx: Context) => unknown, sent: Sent = {}): Promise<string | undefined> {
  const got = await ask([checkAnswers(contract)], { ...sent, state: { operation: 'goThrough', ...sent.state } }, below);
  assert.equal(got.passed, true);
  return got.thrown === undefined ? undefined : String(got.thrown);
}
const json = (body: unknown) => (ctx: Context) => Object.assign(ctx, { body, type: 'application/json' });
const page = (status: number, location?: string) => (ctx: Context) => {
  ctx.type = 'html';
  ctx.body = 'a page';
  if (location) ctx.redirect(location);
  ctx.status = status;
};
const leads = (ctx: Context) => Object.assign(ctx, { type: 'text', body: 'leads on', status: 303 });
const WRONG = json({ word: 1 });
const BREAKS = /the answer breaks the contract: goThrough: 200/;

describe('an answer', () => {
  it('that the contract has is right, as an object and as a text', async () => {
    for (const body of [{ word: 'a' }, '{"word":"a"}']) assert.equal(await faultOf(json(body)), undefined);
    assert.equal(await faultOf((ctx) => Object.assign(ctx, { status: 204 })), undefined);
  });

  it('that it does not have is wrong: its members, its status, its type', async () => {
    for (const body of [{ word: 1 }, '{"word":1}', {}, { word: 'a', more: 1 }])
      assert.match(String(await faultOf(json(body))), BREAKS);
    assert.match(String(await faultOf((ctx) => Object.assign(ctx, { status: 201 }))), /201/);
    assert.match(String(await faultOf(page(200))), /text\/html is not in the contract/);
  });

  it('to HEAD is not looked at, nor one of no operation', async () => {
    assert.equal(await faultOf(WRONG, { method: 'HEAD' }), undefined);
    assert.equal(await faultOf(WRONG, { state: { operation: undefined } }), undefined);
    assert.equal(await faultOf(WRONG, { state: { operation: 'docs' } }), undefined);
  });

  it('to a form is not looked at', async () => {
    const form = {
      method: 'POST',
      body: 'a=1',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '3' },
    };
    assert.equal(await faultOf(page(200), form), undefined);
    const other = { ...form, headers: { ...form.headers, 'Content-Type': 'text/plain' } };
    assert.match(String(await faultOf(page(200), other)), /not in the contract/);
  });

  it('that is a page or leads on is not looked at for whoever wants a page, and is wrong for a program', async () => {
    for (const below of [page(200), page(404), page(303, 'https://portal.test'), leads]) {
      assert.equal(await faultOf(below, { state: { wantsHtml: true } }), undefined);
      assert.match(String(await faultOf(below)), /not in the contract/);
    }
  });

  it('that is JSON is looked at for whoever wants a page', async () => {
    assert.match(String(await faultOf(WRONG, { state: { wantsHtml: true } })), BREAKS);
  });
});
