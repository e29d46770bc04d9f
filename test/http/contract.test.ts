import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import Koa from 'koa';
import { FORM_TYPE, JSON_TYPE, loadContract } from '../../src/http/contract/contract.ts';
import { PUBLIC_CONTRACT, SCREENS_CONTRACT } from '../../src/http/contract/documents.ts';
import { createRoutes } from '../../src/http/contract/routes.ts';
import { toServiceError } from '../../src/http/problem.ts';
import type { RequestState } from '../../src/http/request-state.ts';

declare module '../../src/http/contract/operations.ts' {
  interface Operations {
    readonly letIn: { readonly responses: { readonly 204: object } };
    readonly listRooms: { readonly responses: { readonly 204: object } };
    readonly leaveWord: {
      readonly parameters: {
        readonly query?: { readonly loud?: 'yes' };
        readonly path: { readonly room: string };
      };
      readonly requestBody: { readonly content: { readonly 'application/json': { readonly word: string } } };
    };
  }
}

const EXAMPLE = path.join(import.meta.dirname, 'contract-example.yaml');

describe('the contract', () => {
  const contract = loadContract(PUBLIC_CONTRACT, EXAMPLE);

  it('is one document or several, each with its own references', () => {
    assert.deepEqual(
      contract.documents.map(({ name, title }) => [name, title]),
      [
        ['openapi.yaml', 'Mon Compte, identity service'],
        ['contract-example.yaml', 'A second document'],
      ],
    );
    assert.ok(contract.has('submitSignIn') && contract.has('leaveWord') && !contract.has('nothing'));
    assert.deepEqual(contract.routeOf('leaveWord'), { method: 'post', path: '/rooms/:room/words' });
    assert.equal(contract.faultOfAnswer('leaveWord', 200, JSON_TYPE, { word: 'hello', signed: true }), undefined);
    assert.match(contract.faultOfAnswer('leaveWord', 200, JSON_TYPE, {}) ?? '', /required/);
    assert.match(contract.faultOfAnswer('leaveWord', 404, JSON_TYPE, {}) ?? '', /not in the contract/);
    assert.match(contract.faultOfAnswer('leaveWord', 200, 'text/plain', undefined) ?? '', /not in the contract/);
    assert.equal(contract.faultOfAnswer('listRooms', 204, '', undefined), undefined);
    const unforeseen = contract.faultOfAnswer('live', 405, 'application/problem+json', undefined);
    assert.match(unforeseen ?? '', /not in the contract/, 'what default alone allows is no answer of the operation');
  });

  it('has no two operations of the same name', () => {
    assert.throws(() => loadContract(EXAMPLE, EXAMPLE), /same name|already exists/);
  });

  it('says what an operation is as a step', () => {
    assert.deepEqual(contract.stepOf('leaveWord'), {
      name: 'leave-word',
      method: 'POST',
      path: '/rooms/:room/words',
      isShown: false,
      takes: [
        { name: 'word', type: 'string', required: true, maximumLength: 10 },
        { name: 'note', type: 'string', required: false },
        { name: 'signed', type: 'boolean', required: true },
      ],
    });
    const cancel = contract.stepOf('cancelInteraction');
    assert.deepEqual([cancel.method, cancel.isShown, cancel.takes], ['DELETE', false, []]);
    assert.equal(contract.stepOf('submitSignIn').isShown, true, 'a GET of the same path shows its form');
    assert.throws(() => contract.stepOf('showInteraction'), /no x-step/);
  });

  it('says which security an operation asks for, its own or that of its document', () => {
    assert.deepEqual(contract.securityOf('leaveWord'), [['team']]);
    assert.deepEqual(contract.securityOf('listRooms'), []);
    assert.deepEqual(contract.securityOf('submitSignIn'), [['interaction', 'browser']]);
    assert.deepEqual(contract.securityOf('live'), []);
    assert.deepEqual(contract.securityOf('token'), [['client'], []]);
  });

  it('reads a form as the JSON body that it stands for', () => {
    const form = { csrf: 'token', word: 'on', note: '', signed: 'on', other: 'x' };
    assert.deepEqual(contract.toJsonBody('leaveWord', form), { word: 'on', signed: true, other: 'x' });
    assert.deepEqual(contract.toJsonBody('leaveWord', { signed: 'yes' }), { signed: 'yes' });
    assert.deepEqual(contract.toJsonBody('submitSignIn', { csrf: '', identifierType: 'nir', remember: 'on' }), {
      identifierType: 'nir',
      remember: true,
    });
  });

  it('names every fault of a body, and refuses a media type that the operation does not take', () => {
    assert.throws(
      () => contract.checkBody('leaveWord', JSON_TYPE, { word: 'x'.repeat(11), signed: true, note: 1, more: true }),
      ({ code, fields }) => {
        assert.equal(code, 'validation_failed');
        assert.deepEqual(
          fields.map((fault: { field: string; code: string }) => `${fault.field} ${fault.code}`).sort(),
          ['more field_unknown', 'note field_wrong_type', 'word field_too_long'],
        );
        return true;
      },
    );
    assert.throws(() => contract.checkBody('leaveWord', 'text/plain', 'x'), { code: 'unsupported_media_type' });
    assert.throws(() => contract.checkBody('listRooms', FORM_TYPE, {}), { code: 'unsupported_media_type' });
  });

  it('derives a form from the JSON body: texts, a token, a box that is ticked or not there, and nothing else', () => {
    const faultsOf = (form: object) => {
      try {
        contract.checkBody('leaveWord', FORM_TYPE, form);
        return [];
      } catch (error) {
        return toServiceError(error).fields.map(({ field, code }) => `${field} ${code}`);
      }
    };
    assert.deepEqual(faultsOf({ csrf: 'token', word: 'x', signed: 'on' }), []);
    assert.deepEqual(
      faultsOf({ csrf: 'token', word: 'x' }),
      [],
      'the box is required in JSON, and not sent by a browser',
    );
    assert.deepEqual(faultsOf({}), ['csrf field_required', 'word field_required']);
    assert.deepEqual(faultsOf({ csrf: 'token', word: 'x'.repeat(11), signed: 'true', renew: 'captcha' }), [
      'renew field_unknown',
      'word field_too_long',
      'signed field_invalid',
    ]);
    assert.deepEqual(faultsOf({ csrf: 'token', word: ['x', 'y'] }), ['word field_wrong_type']);
  });

  it('holds a body against the alternative that it says it is, and a form against all of them', () => {
    const faultsOf = (mediaType: string, body: object) => {
      try {
        contract.checkBody('letIn', mediaType, body);
        return [];
      } catch (error) {
        return toServiceError(error).fields.map(({ field, code }) => `${field} ${code}`);
      }
    };
    assert.deepEqual(contract.fieldsOf('letIn'), ['kind', 'pass', 'name', 'coat']);
    assert.deepEqual(faultsOf(JSON_TYPE, { kind: 'friend', name: 'Anne' }), []);
    assert.deepEqual(faultsOf(JSON_TYPE, { kind: 'friend', pass: '1', hat: 'x' }), [
      'hat field_unknown',
      'name field_required',
    ]);
    assert.deepEqual(faultsOf(JSON_TYPE, { kind: 'stranger' }), ['pass field_required']);
    for (const kind of ['nobody', 'constructor', '__proto__', 5, null, ['friend']])
      assert.match(faultsOf(JSON_TYPE, { kind, name: 'Anne' }).join(), /^kind field_(invalid|wrong_type)$/);
    assert.deepEqual(faultsOf(JSON_TYPE, {}), ['kind field_required']);
    assert.deepEqual(
      faultsOf(FORM_TYPE, { csrf: 'token', kind: 'stranger', name: 'Anne' }),
      [],
      'its row says the rest',
    );
  });

  it('keeps the forms of screens alone out of what is served', () => {
    const screens = loadContract(PUBLIC_CONTRACT, SCREENS_CONTRACT);
    screens.checkBody('cancelInteractionByForm', FORM_TYPE, { csrf: 'token' });
    assert.throws(() => screens.checkBody('cancelInteractionByForm', JSON_TYPE, {}), {
      code: 'unsupported_media_type',
    });
    assert.equal(contract.has('cancelInteractionByForm'), false);
  });

  it('serves the operations that have a handler, with their query checked', async () => {
    const app = new Koa<RequestState>();
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch (error) {
        ctx.status = toServiceError(error).status;
      }
      ctx.set('X-Operation', ctx.state.operation ?? '');
    });
    const router = createRoutes(contract, {
      leaveWord: (ctx, { params: { room }, query: { loud } }) => {
        ctx.body = `${room} ${loud ?? 'no'}`;
      },
    });
    app.use(router.routes());
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const post = (target: string) => fetch(`http://127.0.0.1:${port}${target}`, { method: 'POST' });
      const answer = await post('/rooms/blue%20one/words?loud=yes');
      assert.equal(await answer.text(), 'blue one yes');
      assert.equal(answer.headers.get('x-operation'), 'leaveWord');
      const refused = await post('/rooms/blue/words?loud=very');
      assert.deepEqual([refused.status, refused.headers.get('x-operation')], [422, 'leaveWord']);
      assert.equal((await post('/rooms')).status, 404);
    } finally {
      server.close();
    }
    assert.throws(() => createRoutes(loadContract(), { leaveWord: () => {} }), /no operation leaveWord/);
  });
});
