/** An interaction is resumed by its own browser, once it is finished, and one time. */
import assert from 'node:assert/strict';
import { loadConfig } from '../../src/config/config.ts';
import { ownBrowser, RESUMED } from '../../src/http/middleware/own-browser.ts';
import type { Context } from '../../src/http/request-state.ts';
import { createBrowserBinding } from '../../src/oidc/interactions/browser-binding.ts';
import { createResumes } from '../../src/oidc/interactions/resumes.ts';
import { createMemoryPorts } from '../stories/support/memory-ports.ts';
import { complete } from '../support/configuration.ts';
import { ask, type Sent } from './application.ts';

const UID = 'Qf3kWm0tVbq2';
const CALLBACK = 'https://portal.test/callback?code=secret';

/** As the library answers: it takes its cookie back, and leads to the relying party. */
const resumes = (ctx: Context) => {
  ctx.cookies.set('mc_resume', null, { path: RESUMED + UID, overwrite: true });
  ctx.cookies.set('mc_session', 'new');
  ctx.redirect(CALLBACK);
  ctx.status = 303;
};

/** A browser that began the interaction, whose person has finished it. */
async function open({ finished = true } = {}) {
  const ports = createMemoryPorts();
  const store = ports.protocolStore;
  const config = loadConfig(complete, { ISSUER: 'http://localhost:4000' });
  const binding = createBrowserBinding(config, ports.clock);
  await store.upsert('Interaction', UID, { uid: UID, ...(finished && { result: {} }) }, 600);
  const begun = await ask([], {}, (ctx) => binding.begin(ctx, UID));
  const [proof = ''] = begun.headers['set-cookie']?.[0]?.split(';') ?? [];
  const cookies = { resume: `mc_resume=${UID}`, proof };
  const middleware = ownBrowser(binding, createResumes(store));
  const send = (below = resumes, sent: Sent = {}, sends: readonly string[] = Object.values(cookies)) =>
    ask([middleware], { target: RESUMED + UID, headers: { Cookie: sends.join('; ') }, ...sent }, below);
  const isThere = async () => (await store.find('Interaction', UID)) !== undefined;
  return { send, cookies, store, isThere };
}

const REFUSED = { location: undefined, code: 'interaction_not_found' };
const shortOf = ({ headers, code }: { headers: { location?: string }; code: string | undefined }) => ({
  location: headers.location,
  code,
});

describe('an interaction that is resumed', () => {
  it('by its own browser leads on, ends, and leaves to the browser that it held it', async () => {
    const { send, isThere } = await open();
    const { status, headers, passed } = await send();
    assert.deepEqual([status, headers.location, passed], [303, CALLBACK, true]);
    const set = headers['set-cookie'] ?? [];
    const left = set.filter((cookie) => !cookie.includes('1970'));
    assert.match(
      left.join('\n'),
      /^mc_session=new;.*\nmc_browser_Qf3kWm0tVbq2=0\.[\w-]{43};/,
      'it is forgotten before any other',
    );
    const gone = set.filter((cookie) => cookie.includes('1970')).map((cookie) => cookie.split('=')[0]);
    assert.deepEqual([...new Set(gone)], ['mc_resume', 'mc_resume.sig', 'mc_interaction', 'mc_interaction.sig']);
    assert.equal(await isThere(), false);
  });

  it('a second time is not found, and neither is one of two at once', async () => {
    const { send } = await open();
    const both = await Promise.all([send(), send()]);
    assert.deepEqual(
      both.map(shortOf).sort((one) => (one.code ? 1 : -1)),
      [{ location: CALLBACK, code: undefined }, REFUSED],
    );
    assert.deepEqual(shortOf(await send()), REFUSED);
  });

  it('while another request of it is under way is not found, and is resumed once that one has failed', async () => {
    const { send } = await open();
    const beside: unknown[] = [];
    const failed = await send(async (ctx) => {
      beside.push(shortOf(await send()));
      resumes(ctx);
      throw new Error('in the middle');
    });
    assert.deepEqual(beside, [REFUSED]);
    assert.deepEqual(
      [String(failed.thrown), failed.headers.location, failed.headers['set-cookie']],
      ['Error: in the middle', undefined, ['mc_session=new; path=/; httponly']],
    );
    assert.equal((await send()).headers.location, CALLBACK);
  });

  it('keeps what its browser resumes with where the answer is a failure, and is resumed later', async () => {
    const { send } = await open();
    const away = await send((ctx) => {
      ctx.cookies.set('mc_resume', null, { path: RESUMED + UID });
      ctx.set('Location', CALLBACK);
      ctx.cookies.set('mc_session', 'kept', { signed: false, overwrite: true });
      ctx.cookies.set('mc_resumes', 'another', { signed: false });
      ctx.status = 503;
    });
    const names = (away.headers['set-cookie'] ?? []).map((cookie) => cookie.split('=')[0]);
    assert.deepEqual([away.status, away.headers.location, names], [503, undefined, ['mc_session', 'mc_resumes']]);
    const again = await send();
    assert.deepEqual([again.status, again.headers.location], [303, CALLBACK]);
  });

  it('goes on where the library asks for another step, and is resumed after it', async () => {
    const { send, isThere } = await open();
    const asks = await send((ctx) => {
      ctx.cookies.set('mc_session', 'kept');
      ctx.status = 200;
      ctx.body = 'another step';
    });
    assert.deepEqual([asks.status, asks.text, await isThere()], [200, 'another step', true]);
    assert.equal((await send()).headers.location, CALLBACK);
  });

  it('that the library refuses before it is over is not found', async () => {
    for (const status of [400, 499]) {
      const { send } = await open();
      const got = await send((ctx) => Object.assign(ctx, { status, body: 'of the library' }));
      assert.equal(got.code, 'interaction_not_found', String(status));
      assert.equal((await send()).headers.location, CALLBACK);
    }
  });

  it('is not over with a fault of ours, though the library took its cookie back', async () => {
    for (const status of [500, 503]) {
      const { send, isThere } = await open();
      const got = await send((ctx) => {
        resumes(ctx);
        ctx.status = status;
      });
      assert.deepEqual([got.status, got.code, await isThere()], [status, undefined, true]);
      assert.doesNotMatch(String(got.headers['set-cookie']), /mc_resume=;/);
    }
    const { send } = await open();
    const failed = await send((ctx) => Object.assign(ctx, { status: 500, body: 'a fault' }));
    assert.deepEqual([failed.status, failed.code, failed.text], [500, undefined, 'a fault']);
    const bare = await send((ctx) => Object.assign(ctx, { status: 503 }));
    assert.equal(bare.headers['set-cookie'], undefined);
  });

  it('that the library takes back with a refusal is over', async () => {
    const { send, isThere } = await open();
    const got = await send((ctx) => {
      resumes(ctx);
      ctx.status = 499;
    });
    assert.deepEqual([got.code, await isThere()], [undefined, false]);
  });

  it('that has ended meanwhile is not found, and its answer leaves nothing but the session', async () => {
    const { send, store } = await open();
    const got = await send(async (ctx) => {
      resumes(ctx);
      await store.consume('Interaction', UID);
    });
    assert.deepEqual(shortOf(got), REFUSED);
    assert.deepEqual(got.headers['set-cookie'], ['mc_session=new; path=/; httponly']);
  });

  it('without the cookie of the library is not found, and with that of another one is elsewhere', async () => {
    const { send, cookies } = await open();
    const sent: readonly [readonly string[], string][] = [
      [[], 'interaction_not_found'],
      [[cookies.proof], 'interaction_not_found'],
      [[cookies.resume], 'interaction_elsewhere'],
      [['mc_resume=other', cookies.proof], 'interaction_elsewhere'],
      [[cookies.resume, cookies.proof.replace(UID, 'other')], 'interaction_elsewhere'],
      [[cookies.resume, `mc_browser_${UID}=0.AAAA`], 'interaction_elsewhere'],
    ];
    for (const [sends, code] of sent) {
      const got = await send(resumes, {}, sends);
      assert.deepEqual([got.code, got.passed, got.headers['set-cookie']], [code, false, undefined], sends.join());
    }
    assert.equal((await send()).passed, true, 'it was not spent');
  });

  it('at the address of another one is elsewhere', async () => {
    const { send } = await open();
    const got = await send(resumes, { target: `${RESUMED}other` });
    assert.deepEqual([got.code, got.passed], ['interaction_elsewhere', false]);
  });

  it('before its person has finished it leads back to its form', async () => {
    const { send } = await open({ finished: false });
    const { status, headers, passed } = await send();
    assert.deepEqual([status, headers.location, passed], [303, `/interactions/${UID}`, false]);
  });

  it('that there is no more is not found', async () => {
    const { send, store } = await open();
    await store.destroy('Interaction', UID);
    const got = await send();
    assert.deepEqual([shortOf(got), got.passed], [REFUSED, false]);
  });

  it('by HEAD changes nothing', async () => {
    const { send, isThere } = await open();
    const got = await send(resumes, { method: 'HEAD' });
    assert.deepEqual([got.status, got.passed, got.headers.location, await isThere()], [200, false, undefined, true]);
    assert.equal((await send()).headers.location, CALLBACK);
  });

  it('is none of another path', async () => {
    const { send } = await open();
    for (const target of ['/authorize', '/interactions/uid', '/token'])
      for (const method of ['GET', 'HEAD'])
        assert.equal((await send(resumes, { target, method }, [])).passed, true, target);
  });
});
