/** The operations of an interaction: those of the stories, and its own (where it stands, giving up, the way back in). */
import type Router from '@koa/router';
import type { Config } from '../../config/config.ts';
import { type ErrorCode, ServiceError } from '../../errors.ts';
import type { Interactions } from '../../oidc/interactions/interactions.ts';
import type { Ports } from '../../ports/ports.ts';
import type { UpstreamReturns } from '../../ports/upstream-returns.ts';
import type { NextStep } from '../../stories/kit/next-step.ts';
import type { Contract } from '../contract/contract.ts';
import type { OperationId } from '../contract/operations.ts';
import { createRoutes, type Handlers } from '../contract/routes.ts';
import { readBody } from '../read-body.ts';
import type { Context, RequestState } from '../request-state.ts';
import type { FormTokens } from '../steps/form-token.ts';
import { createForms } from '../steps/forms.ts';
import type { StepOperation, StepRegistry } from '../steps/registry.ts';
import { lead, type Responder } from '../steps/respond.ts';
import { createStepRunner } from '../steps/run-step.ts';
import { loadInteraction } from './interaction-place.ts';

interface InteractionRouteParts {
  readonly config: Pick<Config, 'ui'>;
  readonly contract: Contract;
  readonly interactions: Interactions;
  readonly registry: StepRegistry;
  readonly nextStep: NextStep;
  readonly responder: Responder;
  readonly formTokens: FormTokens;
  readonly upstreamReturns: UpstreamReturns;
  readonly ports: Pick<Ports, 'clock'>;
}

export function createInteractionRoutes(parts: InteractionRouteParts): Router<RequestState> {
  const { config, contract, interactions, registry, nextStep, upstreamReturns } = parts;
  const runStep = createStepRunner({ ...parts, forms: createForms(registry, parts.ports.clock) });

  const cancel: StepOperation = { run: async () => ({ status: 'cancelled' }) };
  /** Where the interaction stands is what its person still owes, or the first step. */
  const current: StepOperation = {
    run: (context, { query }) => registry.show(nextStep.current(context), context, query),
    shows: nextStep.current,
  };
  const operations: readonly (readonly [OperationId, StepOperation])[] = [
    ['showInteraction', current],
    ['cancelInteraction', cancel],
    ['cancelInteractionByForm', cancel],
    ...registry.operations,
  ];
  const handlers: Handlers = Object.fromEntries([
    ...operations.map(([id, operation]) => [id, handlerOf(id, operation)] as const),
    ...registry.callbacks.map((id) => [id, comeBack] as const),
  ]);
  return createRoutes(contract, handlers);

  function handlerOf(id: OperationId, operation: StepOperation) {
    return async (ctx: Context, { params }: { readonly params: { readonly uid?: string } }): Promise<void> => {
      if (ctx.method === 'HEAD') {
        // RFC 9110 §9.3.2: safe; a GET of ours may prolong or finish an interaction.
        ctx.status = 200;
        return;
      }
      if (ctx.method === 'POST') await readBody(ctx);
      const uid = params.uid ?? '';
      const isHandedOn = config.ui.url !== '' && ctx.state.wantsHtml && ctx.method === 'GET';
      const restarts = ctx.state.wantsHtml && !isHandedOn;
      const place = await loadInteraction(interactions, ctx, uid, restarts).catch(async (error) => {
        // The front end shows that the time is over, and begins anew.
        if (isHandedOn && isA(error, 'interaction_expired')) return handOn(ctx, uid);
        // Whoever comes back to it (the back button) is led on. A program is told that it is over.
        const end =
          ctx.state.wantsHtml && isA(error, 'interaction_not_found')
            ? await interactions.findEnd(ctx.req, uid)
            : undefined;
        if (end === undefined) throw error;
        parts.responder.leadBack(ctx, end);
      });
      if (!place) return;
      ctx.state.place = place;
      if (id === 'showInteraction' && place.asksForConsentAlone)
        return lead(ctx, 'authenticated', await place.consent());
      if (isHandedOn) return handOn(ctx, place.placeId);
      await runStep(ctx, place, id, operation);
    };
  }

  /** A browser that fetches a page goes to the configured front end. */
  function handOn(ctx: Context, uid: string): void {
    const frontEnd = new URL(config.ui.url);
    frontEnd.searchParams.set('interaction', uid);
    ctx.redirect(frontEnd.href);
    ctx.status = 303;
  }

  /**
   * The fixed address of an upstream provider: the cookie of the interaction is not sent here, so `state` finds it and
   * the browser is led on to its step, with what the upstream provider answered, where the cookie is compared.
   */
  async function comeBack(ctx: Context): Promise<void> {
    const { state } = ctx.query;
    const found = typeof state === 'string' ? await upstreamReturns.find(state) : undefined;
    if (!found) throw new ServiceError('interaction_not_found');
    const { path } = contract.routeOf(found.operation);
    ctx.redirect(`${path.replace(':uid', found.placeId)}?${ctx.querystring}`);
    ctx.status = 303;
  }
}

function isA(error: unknown, code: ErrorCode): boolean {
  return error instanceof ServiceError && error.code === code;
}
