/** Whether the process and its stores answer. */
import type { Health } from '../../ports/monitoring.ts';
import type { Handlers } from '../contract/routes.ts';

export function createHealthHandlers(health: Health): Handlers {
  return {
    live(ctx) {
      ctx.body = { status: 'ok' };
    },
    async ready(ctx) {
      const failing = await health.failing();
      ctx.status = failing.length === 0 ? 200 : 503;
      ctx.body = failing.length === 0 ? { status: 'ok' } : { status: 'failing', failing };
    },
  };
}
