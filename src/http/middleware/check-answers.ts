/** In tests every answer of an operation is held against the contract. */
import type { Contract } from '../contract/contract.ts';
import type { Context, Middleware } from '../request-state.ts';

export function checkAnswers(contract: Contract): Middleware {
  return async (ctx, next) => {
    await next();
    const { operation } = ctx.state;
    if (ctx.method === 'HEAD' || !operation || !contract.has(operation) || isForScreens(ctx)) return;
    const { type } = ctx.response;
    const fault = contract.faultOfAnswer(operation, ctx.status, type, /json/.test(type) ? asSent(ctx.body) : undefined);
    if (fault) throw new Error(`the answer breaks the contract: ${fault}`);
  };
}

/** Pages, the redirects of browsers, and what a form is told: they stand apart from the JSON contract. */
function isForScreens(ctx: Context): boolean {
  if (ctx.is('urlencoded')) return true;
  return ctx.state.wantsHtml && (ctx.status === 303 || ctx.response.is('html') === 'html');
}

function asSent(body: unknown): unknown {
  return JSON.parse(typeof body === 'string' ? body : JSON.stringify(body));
}
