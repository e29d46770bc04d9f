import assert from 'node:assert/strict';
import { createRelyingParty, type RelyingParty } from '../support/relying-party.ts';
import { type Service, startService } from '../support/service.ts';
import { Visitor } from '../support/visitor.ts';

describe('limits by client address, for whoever holds an IPv6 network', () => {
  const LIMIT = 2;
  let service: Service;
  let party: RelyingParty;
  before(async () => {
    service = await startService({ env: { THROTTLE_AUTHORIZATION_PER_MINUTE: String(LIMIT) } });
    party = await createRelyingParty(service.url);
  });
  after(() => service.stop());

  /** How many of the requests pass, one from each address. */
  async function passedOf(addresses: readonly string[]): Promise<number> {
    let passed = 0;
    for (const address of addresses) {
      const { status } = await new Visitor('json', address).request((await party.begin()).url);
      assert.ok(status === 303 || status === 429, String(status));
      passed += status === 303 ? 1 : 0;
    }
    return passed;
  }
  const count = (length: number, address: (index: number) => string) => Array.from({ length }, (_, at) => address(at));
  const hex = (number: number) => number.toString(16);

  it('a /64 has the limit of one address, wherever in it a request comes from and however it is written', async () => {
    const addresses = ['2001:db8:1:1::1', '2001:DB8:1:1:0:0:0:2', '2001:db8:1:1:ffff::3', '2001:db8:1:1::4'];
    assert.equal(await passedOf(addresses), LIMIT);
  });

  it('its /56 has 4 times as much', async () => {
    assert.equal(await passedOf(count(12, (at) => `2001:db8:2:1${hex(at).padStart(2, '0')}::1`)), 4 * LIMIT);
  });

  it('its /48 has 16 times as much: of 70 /64s of one, each in a /56 of its own, no more pass', async () => {
    assert.equal(await passedOf(count(70, (at) => `2001:db8:3:${hex(at + 1)}00::1`)), 16 * LIMIT);
    assert.equal(await passedOf(['2001:db8:4:100::1']), 1, 'a neighbour is not held up');
  });

  it('what a /64 is refused does not spend the limit of its neighbours', async () => {
    assert.equal(await passedOf(count(40, (at) => `2001:db8:5:100::${hex(at)}`)), LIMIT);
    assert.equal(await passedOf(['2001:db8:5:101::1', '2001:db8:5:102::1']), 2);
  });

  it('an IPv4 address in the clothes of IPv6 counts as itself', async () => {
    const addresses = ['192.0.2.77', '::ffff:192.0.2.77', '::ffff:c000:24d', '192.0.2.78'];
    assert.equal(await passedOf(addresses), LIMIT + 1);
  });
});
