import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Provider } from 'oidc-provider';
import { createProviderHolder, oncePerProvider } from '../../src/oidc/provider-holder.ts';
import { heapUsed } from '../support/heap.ts';

/** The holder never looks into a provider: a name is enough of one. */
const named = (name: number) => ({ name }) as unknown as Provider;
const nameOf = (provider: Provider) => (provider as unknown as { name: number }).name;
const request = () => new IncomingMessage(new Socket());

describe('the provider holder', () => {
  it('builds at once, and gives what it built', async () => {
    const holder = await createProviderHolder(async () => named(1));
    assert.equal(nameOf(holder.current()), 1);
    await assert.rejects(
      createProviderHolder(async () => Promise.reject(new Error('no key'))),
      /no key/,
    );
  });

  it('lets a request keep the provider it began with, and begins new ones with the new provider', async () => {
    let built = 0;
    const holder = await createProviderHolder(async () => named(++built));
    const [early, late] = [request(), request()];
    assert.equal(nameOf(holder.of(early)), 1);
    await holder.rebuild();
    assert.equal(nameOf(holder.of(early)), 1);
    assert.equal(nameOf(holder.of(late)), 2);
    assert.equal(nameOf(holder.current()), 2);
    await holder.rebuild();
    assert.deepEqual([early, late].map(holder.of).map(nameOf), [1, 2]);
  });

  it('serves the provider before for as long as a build takes', async () => {
    const builds: (() => void)[] = [];
    let built = 0;
    const holder = await createProviderHolder(async () => {
      if (built > 0) await new Promise<void>((resolve) => builds.push(resolve));
      return named(++built);
    });
    const rebuilt = holder.rebuild();
    await Promise.resolve();
    assert.equal(nameOf(holder.current()), 1);
    builds[0]?.();
    await rebuilt;
    assert.equal(nameOf(holder.current()), 2);
  });

  it('does the rebuilds that are asked for at once one after the other, each with what was there when it was asked for', async () => {
    let [running, most, source] = [0, 0, 0];
    const holder = await createProviderHolder(async () => {
      most = Math.max(most, ++running);
      const read = source;
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return named(read);
    });
    const asked = Array.from({ length: 10 }, async (_, index) => {
      source = index + 1;
      await holder.rebuild();
      assert.ok(nameOf(holder.current()) >= index + 1);
    });
    await Promise.all(asked);
    assert.equal(most, 1);
  });

  it('keeps what it has when a build fails, tells who asked, and builds again when asked again', async () => {
    let built = 0;
    const holder = await createProviderHolder(async () => {
      if (++built === 2) throw new Error('no such client');
      return named(built);
    });
    const [failed, next] = await Promise.allSettled([holder.rebuild(), holder.rebuild()]);
    assert.equal(failed.status === 'rejected' && (failed.reason as Error).message, 'no such client');
    assert.equal(next.status, 'fulfilled', 'the failure of one is not that of the next');
    assert.equal(nameOf(holder.current()), 3);
  });

  it('lets an old provider go, with what was made of it, once its requests are over', async () => {
    const old: WeakRef<Provider>[] = [];
    const holder = await createProviderHolder(async () => {
      const provider = named(old.length);
      old.push(new WeakRef(provider));
      return provider;
    });
    const made = oncePerProvider((provider) => ({ provider }));
    const under: IncomingMessage[] = [request()];
    for (let rebuild = 0; rebuild < 3; rebuild++) {
      made(holder.of(under[0] ?? request()));
      made(holder.of(request()));
      await holder.rebuild();
    }
    await heapUsed();
    const alive = () => old.filter((reference) => reference.deref()).map((reference) => old.indexOf(reference));
    assert.deepEqual(alive(), [0, 3], 'the one of the request under way, and the one in use');
    under.pop();
    await heapUsed();
    assert.deepEqual(alive(), [3]);
  });

  it('makes what is made of a provider once for each', () => {
    let made = 0;
    const once = oncePerProvider(() => (++made === 1 ? undefined : made));
    const [one, two] = [named(1), named(2)];
    assert.deepEqual([once(one), once(one), once(two), once(two)], [undefined, undefined, 2, 2]);
  });
});
