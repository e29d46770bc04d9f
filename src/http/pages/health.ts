/** Whether the process answers, and whether it can sign people in. */
import type { Health } from '../../ports/monitoring.ts';
import type { Handlers } from '../contract/routes.ts';

/** @param isDraining a process that is about to stop sends people elsewhere, and still serves those that come. */
export function createHealthHandlers(health: Health, isDraining: () => boolean): Handlers {
  return {
    live(ctx) {
      ctx.body = { status: 'ok' };
    },
    async ready(ctx) {
      const reasons = isDraining() ? {} : await health.failing();
      const failing = Object.keys(reasons);
      ctx.status = isDraining() || failing.length > 0 ? 503 : 200;
      if (isDraining()) ctx.body = { status: 'draining' };
      else ctx.body = failing.length > 0 ? { status: 'failing', failing, reasons } : { status: 'ok' };
    },
  };
}
