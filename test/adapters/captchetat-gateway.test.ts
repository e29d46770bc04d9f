/** The wire of CaptchEtat, letter for letter: what is asked, how long a token is used, and what is no answer. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { createCaptchetat } from '../../src/adapters/captcha/captchetat.ts';
import { createCaptchetatGateway } from '../../src/adapters/captcha/captchetat-gateway.ts';
import type { ServiceError } from '../../src/errors.ts';
import type { CaptchaChallenges } from '../../src/ports/captcha-challenges.ts';
import { movableClock } from '../contracts/backends.ts';
import { type LocalServer, type ReceivedRequest, startLocalServer } from '../support/local-server.ts';

const PNG = Buffer.from('89504e470d0a1a0a0001', 'hex').toString('base64');
type Answer = { status: number; text?: string; headers?: Record<string, string> } | undefined;

describe('the wire to CaptchEtat', () => {
  let server: LocalServer;
  let clock: ReturnType<typeof movableClock>;
  let token: Answer;
  let answer: Answer;
  let from: number;
  before(async () => {
    server = await startLocalServer(({ url }) => {
      if (url === '/elsewhere') return { status: 200, text: 'true' };
      return url === '/token' ? token : answer;
    });
  });
  beforeEach(() => {
    clock = movableClock();
    token = { status: 200, text: '{"access_token":"t0ken","expires_in":100}' };
    answer = { status: 200, text: 'true' };
    from = server.requests.length;
  });
  after(() => server.stop());

  const open = () =>
    createCaptchetatGateway(
      {
        apiUrl: `${server.url}/v2`,
        tokenUrl: `${server.url}/token`,
        clientId: 'id',
        clientSecret: 's+cret',
        timeoutMs: 500,
      },
      clock,
    );
  const asked = () => server.requests.slice(from);
  const paths = () => asked().map(({ url }) => url);
  const reasonOf = async (work: Promise<unknown>) => {
    const error: ServiceError = await work.then(
      () => assert.fail('it was answered'),
      (thrown) => thrown,
    );
    assert.equal(error.code, 'store_unavailable', String(error));
    assert.equal(error.details.gateway, 'captchetat');
    return error.details.reason;
  };

  it('is given up after three seconds where nothing else is said, each call by itself', async () => {
    const given = mock.method(AbortSignal, 'timeout');
    try {
      const settings = {
        apiUrl: `${server.url}/v2`,
        tokenUrl: `${server.url}/token`,
        clientId: 'i',
        clientSecret: 's',
      };
      await createCaptchetatGateway(settings, clock).validate('u', 'c');
      assert.deepEqual(
        given.mock.calls.map((call) => call.arguments),
        [[3000], [3000]],
      );
    } finally {
      given.mock.restore();
    }
  });

  it('asks for a token by client credentials in the body of a POST', async () => {
    await open().validate('u', 'c');
    const { method, url, body, headers } = asked()[0] as ReceivedRequest;
    assert.deepEqual([method, url], ['POST', '/token']);
    assert.match(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/);
    assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), {
      ...{ grant_type: 'client_credentials', client_id: 'id', client_secret: 's+cret', scope: 'piste.captchetat' },
    });
  });

  it('shows the token, and asks for each thing at its own address', async () => {
    const gateway = open();
    await gateway.validate('u-1', 'abc');
    answer = { status: 200, text: JSON.stringify({ uuid: 'u-2', imageb64: `data:image/png;base64,${PNG}` }) };
    const picture = await gateway.createPicture('captchaFR');
    assert.deepEqual([picture.uuid, picture.png.toString('base64')], ['u-2', PNG]);
    answer = { status: 200, text: 'RIFF….' };
    assert.equal((await gateway.sound('captchaEN', 'u 3')).toString('utf8'), 'RIFF….');
    const [, validated, pictured, sounded] = asked();
    assert.deepEqual(
      [validated?.method, validated?.url, validated?.body],
      ['POST', '/v2/valider-captcha', '{"uuid":"u-1","code":"abc"}'],
    );
    assert.equal(validated?.headers['content-type'], 'application/json');
    assert.deepEqual([pictured?.method, pictured?.url], ['GET', '/v2/simple-captcha-endpoint?get=image&c=captchaFR']);
    assert.deepEqual(
      [sounded?.method, sounded?.url],
      ['GET', '/v2/simple-captcha-endpoint?get=sound&c=captchaEN&t=u+3'],
    );
    for (const request of [validated, pictured, sounded]) assert.equal(request?.headers.authorization, 'Bearer t0ken');
  });

  it('uses a token until 30 seconds before its end, and not a second longer', async () => {
    const gateway = open();
    await gateway.validate('u', 'c');
    clock.move(69);
    await gateway.validate('u', 'c');
    assert.equal(paths().filter((path) => path === '/token').length, 1);
    clock.move(1);
    await gateway.validate('u', 'c');
    assert.equal(paths().filter((path) => path === '/token').length, 2);
  });

  it('takes true and false for a verdict, and nothing else', async () => {
    const gateway = open();
    for (const [text, verdict] of [
      ['true', true],
      ['false', false],
      [' true\n', true],
    ] as const) {
      answer = { status: 200, text };
      assert.equal(await gateway.validate('u', 'c'), verdict, text);
    }
    for (const text of ['', '1', 'TRUE', '"true"', '{"valid":true}', 'true true', 'xtrue']) {
      answer = { status: 200, text };
      assert.equal(await reasonOf(gateway.validate('u', 'c')), 'valider-captcha: unreadable', text);
    }
  });

  it('takes a picture for one by its first bytes, and a sound too', async () => {
    const gateway = open();
    for (const text of [{}, { uuid: 7, imageb64: PNG }, { uuid: 'u' }, { uuid: 'u', imageb64: 'AAAAAAAAAAAA' }]) {
      answer = { status: 200, text: JSON.stringify(text) };
      assert.equal(await reasonOf(gateway.createPicture('captchaFR')), 'image: unreadable');
    }
    answer = { status: 200, text: JSON.stringify({ uuid: 'u', imageb64: PNG }) };
    assert.equal((await gateway.createPicture('captchaFR')).uuid, 'u');
    answer = { status: 200, text: 'xRIFF' };
    assert.equal(await reasonOf(gateway.sound('captchaFR', 'u')), 'sound: unreadable');
  });

  it('takes anything but an answer to the question for a gateway that is away, and says where', async () => {
    const gateway = open();
    await gateway.validate('u', 'c');
    for (const status of [400, 403, 404, 500]) {
      answer = { status };
      assert.equal(await reasonOf(gateway.sound('n', 'u')), `/simple-captcha-endpoint: ${status}`);
    }
    answer = { status: 200, text: '<h1>' };
    assert.equal(await reasonOf(gateway.createPicture('n')), 'no answer');
    for (const status of [302, 307]) {
      answer = { status, headers: { location: '/elsewhere' } };
      assert.equal(await reasonOf(gateway.validate('u', 'c')), 'no answer', 'nothing is carried elsewhere');
    }
    assert.ok(!paths().includes('/elsewhere'));
    answer = undefined;
    assert.equal(await reasonOf(gateway.validate('u', 'c')), 'no answer');
  });

  it('takes a token that is refused or cannot be read for none, and asks again at the next call', async () => {
    const gateway = open();
    for (const [given, reason] of [
      [{ status: 401 }, 'token: 401'],
      [{ status: 200, text: '{"access_token":7,"expires_in":100}' }, 'token: unreadable'],
      [{ status: 200, text: '{"access_token":"t","expires_in":"100"}' }, 'token: unreadable'],
      [{ status: 200, text: 'nonsense' }, 'no answer'],
    ] as const) {
      token = given;
      assert.equal(await reasonOf(gateway.validate('u', 'c')), reason);
    }
    assert.deepEqual(new Set(paths()), new Set(['/token']));
    token = { status: 200, text: '{"access_token":"t","expires_in":100}' };
    assert.equal(await gateway.validate('u', 'c'), true);
  });

  it('asks for another token once where one is refused, and gives up at the second refusal', async () => {
    answer = { status: 401 };
    assert.equal(await reasonOf(open().validate('u', 'c')), '/valider-captcha: 401');
    assert.deepEqual(paths(), ['/token', '/v2/valider-captcha', '/token', '/v2/valider-captcha']);
  });

  it('is asked about a code of 1 to 64 characters, its spaces aside, and about no other', async () => {
    const judged: (boolean | undefined)[] = [];
    const challenge = { uuid: 'u', name: 'captchaFR', picture: '' };
    const challenges: CaptchaChallenges<typeof challenge> = {
      create: () => assert.fail('none is made'),
      find: async () => challenge,
      findAnswerable: async () => undefined,
      async solve(_captchaId, _uid, judge) {
        judged.push(judge && (await judge(challenge)));
        return 'right';
      },
      verify: () => assert.fail('none is used'),
    };
    const captcha = createCaptchetat(
      { apiUrl: `${server.url}/v2`, tokenUrl: `${server.url}/token`, clientId: 'id', clientSecret: 's' },
      challenges,
      clock,
    );
    for (const typed of [undefined, '', ' \u00a0', 'x'.repeat(65), 'x'.repeat(64), ' a b\u00a0c '])
      await captcha.solve('c', 'uid', typed);
    assert.deepEqual(judged, [undefined, false, false, false, true, true]);
    const codes = asked()
      .filter(({ url }) => url !== '/token')
      .map(({ body }) => JSON.parse(body).code);
    assert.deepEqual(codes, ['x'.repeat(64), 'abc']);
  });
});
