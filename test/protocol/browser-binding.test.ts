/** The cookie by which the browser of an interaction is told, apart from any service. */
import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createCookieNames } from '../../src/oidc/cookie-names.ts';
import { createBrowserBinding } from '../../src/oidc/interactions/browser-binding.ts';
import { movableClock } from '../contracts/backends.ts';
import { HTTP, HTTPS, loaded } from './support/protocol.ts';

const SESSION_LIKE = { httpOnly: true, sameSite: 'lax', overwrite: true } as const;

interface Written {
  readonly name: string;
  readonly value: string | null;
  readonly options: object | undefined;
}

/** What is written, by name; and a browser that has what is kept of it. */
function createJar() {
  const written: Written[] = [];
  const kept = new Map<string, string>();
  const cookies = {
    set(name: string, value: string | null, options: object | undefined) {
      written.push({ name, value, options });
      if (value === null) kept.delete(name);
      else kept.set(name, value);
    },
  };
  const requestWith = (cookie: string | undefined) => {
    const req = new IncomingMessage(new Socket());
    if (cookie !== undefined) req.headers.cookie = cookie;
    return req;
  };
  const request = () => requestWith([...kept].map((pair) => pair.join('=')).join('; ') || undefined);
  return { written, kept, cookies, request, requestWith };
}

describe('the binding of a browser', () => {
  const keys = ['a'.repeat(43), 'b'.repeat(43)];
  const create = (issuer = HTTPS, cookieKeys: readonly string[] = keys, clock = movableClock()) =>
    createBrowserBinding({ issuer, times: loaded.times, secrets: { ...loaded.secrets, cookieKeys } }, clock);

  for (const [issuer, host, secured, secure] of [
    [HTTPS, '__Host-', '__Secure-', true],
    [HTTP, '', '', false],
  ] as const)
    it(`is a cookie of its own for each interaction, over ${issuer.split(':')[0]}, and the end of it takes those of the library along`, () => {
      const { written, cookies, request } = createJar();
      const binding = create(issuer);
      binding.begin({ req: request(), cookies }, 'uid-1');
      const [begun] = written.splice(0);
      const own = { ...SESSION_LIKE, secure, path: '/', signed: false };
      assert.equal(begun?.name, `${host}mc_browser_uid-1`);
      assert.match(String(begun?.value), /^[0-9a-z]+\.[\w-]{43}$/);
      assert.deepEqual(begun?.options, { ...own, maxAge: 7_200_000 });
      binding.retire(cookies, 'uid-1');
      assert.deepEqual(
        written.map(({ name, value, options }) => ({ name, value: value?.split('.')[0], options })),
        [
          { name: `${host}mc_browser_uid-1`, value: '0', options: { ...own, maxAge: 7_200_000 } },
          ...[
            [`${secured}mc_interaction`, '/interactions/uid-1'],
            [`${secured}mc_resume`, '/authorize/uid-1'],
          ].map(([name, path]) => ({
            name,
            value: undefined,
            options: { ...SESSION_LIKE, secure, path, overwrite: false },
          })),
        ],
      );
      assert.equal(binding.resumeCookie, `${secured}mc_resume`);
      assert.ok(binding.isHeld(request(), 'uid-1'), 'its browser is still the one that held it');
    });

  it('is of one interaction, and of a key of ours: any of them, the first to sign', () => {
    const { cookies, request, kept, requestWith } = createJar();
    create().begin({ req: request(), cookies }, 'uid-1');
    assert.ok(create().isHeld(request(), 'uid-1'));
    assert.equal(create().isHeld(request(), 'uid-2'), false);
    const [[, value = ''] = []] = kept;
    assert.equal(create().isHeld(requestWith(`__Host-mc_browser_uid-2=${value}`), 'uid-2'), false);
    assert.ok(create(HTTPS, [...keys].reverse()).isHeld(request(), 'uid-1'), 'after a change of keys');
    assert.ok(create(HTTPS, [keys[0] ?? '']).isHeld(request(), 'uid-1'), 'the first one signed');
    assert.equal(create(HTTPS, [keys[1] ?? '']).isHeld(request(), 'uid-1'), false);
    assert.equal(create(HTTPS, []).isHeld(request(), 'uid-1'), false);
  });

  it('is proved by a whole proof: none, a part, more of it, or another is none', () => {
    const { cookies, request, kept, requestWith } = createJar();
    const binding = create();
    binding.begin({ req: request(), cookies }, 'uid-1');
    const [[name = '', value = ''] = []] = kept;
    const held = (cookie: string | undefined) => binding.isHeld(requestWith(cookie), 'uid-1');
    assert.ok(held(`${name}=${value}`));
    assert.ok(held(`other=1;${name}=${value};   third`));
    for (const wrong of [
      undefined,
      '',
      name,
      `${name}=`,
      `${name}=${value.split('.')[0]}`,
      `${name}=${value.slice(0, -4)}`,
      `${name}=${value}AAAA`,
      `${name}=${value.replace(/\../, (part) => (part === '.A' ? '.B' : '.A'))}`,
      `mc_browser_uid-1=${value}`,
    ])
      assert.equal(held(wrong), false, wrong);
  });

  it('of two cookies of one name is told by the first, which a browser sends for the longer path', () => {
    const { cookies, request, kept, requestWith } = createJar();
    const binding = create();
    binding.begin({ req: request(), cookies }, 'uid-1');
    const [[name = '', value = ''] = []] = kept;
    const planted = `${name}=0.${'A'.repeat(43)}`;
    assert.ok(binding.isHeld(requestWith(`${name}=${value}; ${planted}`), 'uid-1'));
    assert.equal(binding.isHeld(requestWith(`${planted}; ${name}=${value}`), 'uid-1'), false);
  });

  it('is that of eight interactions at most: the oldest ones end, first those that are over', () => {
    const { cookies, request, kept, written } = createJar();
    const clock = movableClock();
    const binding = create(HTTPS, keys, clock);
    const uids = () => [...kept.keys()].map((name) => name.replace('__Host-mc_browser_', ''));
    for (let begun = 1; begun <= 8; begun++) {
      binding.begin({ req: request(), cookies }, `uid-${begun}`);
      clock.move(40);
    }
    assert.equal(uids().length, 8);
    binding.begin({ req: request(), cookies }, 'uid-9');
    assert.deepEqual(uids().sort(), ['uid-2', 'uid-3', 'uid-4', 'uid-5', 'uid-6', 'uid-7', 'uid-8', 'uid-9']);
    const ended = written.filter(({ value }) => value === null).map(({ name, options }) => ({ name, ...options }));
    const own = { ...SESSION_LIKE, secure: true };
    assert.deepEqual(ended, [
      { ...own, name: '__Host-mc_browser_uid-1', path: '/', signed: false },
      { ...own, name: '__Secure-mc_interaction', path: '/interactions/uid-1', overwrite: false },
      { ...own, name: '__Secure-mc_resume', path: '/authorize/uid-1', overwrite: false },
    ]);
    binding.retire(cookies, 'uid-8');
    clock.move(40);
    binding.begin({ req: request(), cookies }, 'uid-10');
    assert.deepEqual(uids().sort(), ['uid-10', 'uid-2', 'uid-3', 'uid-4', 'uid-5', 'uid-6', 'uid-7', 'uid-9']);
  });

  it('ends no cookie whose name is not that of an interaction: whoever plants one writes no header of ours', () => {
    const { written, cookies, requestWith } = createJar();
    const planted = ['x', 'y z', '/a', 'q'.repeat(65), 'u'.repeat(64)].map((uid) => `__Host-mc_browser_${uid}=0.`);
    const held = Array.from({ length: 7 }, (_, index) => `__Host-mc_browser_new${index}=zzzzzz.x`);
    create().begin({ req: requestWith([...planted, ...held, 'mc_other=1'].join('; ')), cookies }, 'uid-1');
    const ended = written.filter(({ value }) => value === null).map(({ name }) => name);
    assert.deepEqual(ended.filter((name) => name.includes('browser')).sort(), [
      `__Host-mc_browser_${'u'.repeat(64)}`,
      '__Host-mc_browser_x',
    ]);
  });
});

describe('the names of our cookies', () => {
  it('bind them to this host over https, and to TLS where they have a path', () => {
    assert.deepEqual(createCookieNames(true), {
      session: '__Host-mc_session',
      interaction: '__Secure-mc_interaction',
      resume: '__Secure-mc_resume',
      browserPrefix: '__Host-mc_browser_',
      remembered: '__Host-mc_remembered',
      device: '__Host-mc_device',
    });
    assert.deepEqual(createCookieNames(false), {
      session: 'mc_session',
      interaction: 'mc_interaction',
      resume: 'mc_resume',
      browserPrefix: 'mc_browser_',
      remembered: 'mc_remembered',
      device: 'mc_device',
    });
  });
});
