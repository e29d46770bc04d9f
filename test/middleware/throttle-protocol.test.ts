/** The limits of the protocol's endpoints: on both sides, each with a counter of its own, and until the minute is over. */
import assert from 'node:assert/strict';
import type { ClientAddress } from '../../src/domain/client-address.ts';
import { throttleProtocol } from '../../src/http/middleware/throttle-protocol.ts';
import { createClientAddressThrottle } from '../../src/stories/kit/client-address-throttle.ts';
import { createMemoryPorts } from '../stories/support/memory-ports.ts';
import { ask } from './application.ts';

const AUTHORIZATION = 3;
const TOKEN = 5;
const SHARED_FACTOR = 2;
const HERE: ClientAddress = { address: '198.51.100.7', shared: false };
const ELSEWHERE: ClientAddress = { address: '198.51.100.8', shared: false };

function open() {
  const ports = createMemoryPorts();
  const throttle = createClientAddressThrottle(ports, SHARED_FACTOR);
  const limits = { authorizationPerMinute: AUTHORIZATION, tokenPerAddressPerMinute: TOKEN };
  const names = new Set<string>();
  const named: typeof throttle = (policy, address) => {
    names.add(policy.name);
    return throttle(policy, address);
  };
  const middleware = throttleProtocol(named, limits);
  const send = (target: string, method = 'GET', clientAddress = HERE) =>
    ask([middleware], { target, method, state: { clientAddress } });
  /** How many of so many pass; the others are refused for this reason alone. */
  const passedOf = async (target: string, count: number, method?: string, clientAddress?: ClientAddress) => {
    let passed = 0;
    for (let sent = 0; sent < count; sent++) {
      const got = await send(target, method, clientAddress);
      assert.equal(got.passed, got.code === undefined);
      assert.ok(got.passed || got.code === 'too_many_requests', got.code);
      passed += got.passed ? 1 : 0;
    }
    return passed;
  };
  return { clock: ports.clock, send, passedOf, names };
}

const LIMITS: readonly [string, number][] = [
  ['/authorize', AUTHORIZATION],
  ['/authorize?client_id=a', AUTHORIZATION],
  ['/authorize/uid', AUTHORIZATION],
  ['/session/end', AUTHORIZATION],
  ['/token', TOKEN],
  ['/token/revocation', TOKEN],
  ['/userinfo', TOKEN],
];

describe('the limit by client address of an endpoint', () => {
  for (const [target, limit] of LIMITS)
    it(`${target} lets ${limit} pass in a minute, and not one more`, async () => {
      const { passedOf, clock } = open();
      assert.equal(await passedOf(target, limit), limit);
      assert.equal(await passedOf(target, 2), 0);
      clock.move(59);
      assert.equal(await passedOf(target, 1), 0, 'a second before the minute is over');
      clock.move(1);
      assert.equal(await passedOf(target, limit + 1), limit, 'once it is over');
    });

  it('has the name by which it is observed and counted', async () => {
    const { send, names } = open();
    for (const [target] of LIMITS) await send(target);
    assert.deepEqual([...names], ['authorization', 'resume', 'session-end', 'token', 'userinfo']);
  });

  it('is of one address', async () => {
    const { passedOf } = open();
    assert.equal(await passedOf('/authorize', AUTHORIZATION + 1), AUTHORIZATION);
    assert.equal(await passedOf('/authorize', AUTHORIZATION + 1, 'GET', ELSEWHERE), AUTHORIZATION);
  });

  it('is higher for an address that is shared', async () => {
    const { passedOf } = open();
    const shared = { ...HERE, shared: true };
    assert.equal(await passedOf('/authorize', 9, 'GET', shared), AUTHORIZATION * SHARED_FACTOR);
    assert.equal(await passedOf('/token', 12, 'POST', shared), TOKEN * SHARED_FACTOR);
  });

  it('is counted apart: who began may go on, sign out, and be let in', async () => {
    const { passedOf } = open();
    for (const target of ['/authorize', '/authorize/uid', '/session/end', '/token', '/userinfo'])
      assert.ok((await passedOf(target, 1)) === 1, target);
    assert.equal(await passedOf('/authorize', AUTHORIZATION), AUTHORIZATION - 1);
    assert.equal(await passedOf('/authorize/uid', AUTHORIZATION), AUTHORIZATION - 1);
    assert.equal(await passedOf('/session/end', AUTHORIZATION), AUTHORIZATION - 1);
    assert.equal(await passedOf('/token', TOKEN), TOKEN - 1);
    assert.equal(await passedOf('/userinfo', TOKEN), TOKEN - 1);
  });

  it('is one for all interactions that are resumed, and one for tokens, given or taken back', async () => {
    const { passedOf } = open();
    assert.equal(await passedOf('/authorize/one', AUTHORIZATION), AUTHORIZATION);
    assert.equal(await passedOf('/authorize/another', 1), 0);
    assert.equal(await passedOf('/token', TOKEN, 'POST'), TOKEN);
    assert.equal(await passedOf('/token/revocation', 1, 'POST'), 0);
  });

  it('counts HEAD and POST, and no preflight', async () => {
    const { passedOf } = open();
    for (const [target, limit] of LIMITS) assert.equal(await passedOf(target, limit + 1, 'OPTIONS'), limit + 1, target);
    assert.equal(await passedOf('/authorize', 1, 'HEAD'), 1);
    assert.equal(await passedOf('/authorize', 1, 'POST'), 1);
    assert.equal(await passedOf('/authorize', AUTHORIZATION), AUTHORIZATION - 2);
  });

  it('is none of what the protocol publishes, nor of a path that only begins like one', async () => {
    const { passedOf } = open();
    for (const target of ['/jwks', '/.well-known/openid-configuration', '/session/end/success', '/authorized', '/'])
      assert.equal(await passedOf(target, TOKEN + 1), TOKEN + 1, target);
  });

  it('says when to come back', async () => {
    const { passedOf, send, clock } = open();
    await passedOf('/authorize', AUTHORIZATION);
    clock.move(20);
    const { thrown } = await send('/authorize');
    assert.equal(Object(thrown).retryAfterSeconds, 40);
  });
});
