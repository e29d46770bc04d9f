/** What belongs to no interaction: files, pages of text, the rendered contract, health. */
import Router from '@koa/router';
import { ServiceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Contract } from '../contract/contract.ts';
import type { Context, RequestState } from '../request-state.ts';
import { createDocs } from './docs.ts';
import type { Pages } from './pages.ts';

interface PlainParts {
  readonly ports: Pick<Ports, 'health'>;
  readonly contract: Contract;
  readonly pages: Pages;
}

export function createPlainRoutes({ ports, contract, pages }: PlainParts): Router<RequestState> {
  const router = new Router<RequestState>();
  const sendDocs = createDocs(contract);
  const or404 = (sent: boolean) => {
    if (!sent) throw new ServiceError('not_found');
  };
  const named = (operation: string, step: (ctx: Context, name: string) => unknown) =>
    (async (ctx: Context) => {
      ctx.state.operation = operation;
      await step(ctx, String((ctx as unknown as { params: { name?: string } }).params.name ?? ''));
    }) as never;

  router.get(
    '/assets/:name',
    named('assets', (ctx, name) => or404(pages.sendAsset(ctx, name))),
  );
  router.get(
    '/pages/:name',
    named('pages', (ctx, name) => or404(pages.renderText(ctx, name))),
  );
  router.get(
    '/docs/errors',
    named('errorCodes', (ctx) => pages.renderErrorCodes(ctx)),
  );
  router.get(
    ['/docs', '/docs/:name'],
    named('docs', (ctx, name) => or404(sendDocs(ctx, name))),
  );
  router.get(
    '/health/live',
    named('live', (ctx) => {
      ctx.body = { status: 'ok' };
    }),
  );
  router.get(
    '/health/ready',
    named('ready', async (ctx) => {
      const failing = await ports.health.failing();
      ctx.status = failing.length === 0 ? 200 : 503;
      ctx.body = failing.length === 0 ? { status: 'ok' } : { status: 'failing', failing };
    }),
  );
  return router;
}
