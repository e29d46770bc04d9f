/**
 * The time of an interaction, for a program: more of it while it lasts, and another beginning once it is over. A screen of
 * ours needs neither: its form has a button for the first, and begins anew by itself (ADR 0033).
 */
import type Router from '@koa/router';
import type { Interactions } from '../../oidc/interactions/interactions.ts';
import type { NextStep } from '../../stories/kit/next-step.ts';
import { type Contract, JSON_TYPE } from '../contract/contract.ts';
import type { OperationId } from '../contract/operations.ts';
import { createRoutes } from '../contract/routes.ts';
import { readJson } from '../read-body.ts';
import type { Context, RequestState } from '../request-state.ts';
import { createStepContext } from '../steps/context.ts';
import type { StepRegistry } from '../steps/registry.ts';
import type { Responder } from '../steps/respond.ts';
import { type InteractionPlace, loadInteraction } from './interaction-place.ts';

interface TimeRouteParts {
  readonly contract: Contract;
  readonly interactions: Interactions;
  readonly registry: StepRegistry;
  readonly nextStep: NextStep;
  readonly responder: Responder;
}

export function createTimeRoutes(parts: TimeRouteParts): Router<RequestState> {
  const { contract, interactions, registry, nextStep, responder } = parts;

  return createRoutes(contract, {
    async prolongInteraction(ctx, { params: { uid } }) {
      const place = await load(ctx, 'prolongInteraction', uid, false);
      await place.touch();
      ctx.body = { status: 'prolonged', expiresAt: place.timeLeft().endsAt.toISOString() };
    },

    async restartInteraction(ctx, { params: { uid } }) {
      const place = await load(ctx, 'restartInteraction', uid, true);
      if (!place.isRestarted) await place.restart();
      const context = createStepContext(ctx, place);
      await responder.showAsked(ctx, place, await registry.show(nextStep.current(context), context));
    },
  });

  async function load(ctx: Context, id: OperationId, uid: string, restarts: boolean): Promise<InteractionPlace> {
    const body = await readJson(ctx);
    const place = await loadInteraction(interactions, ctx, uid, restarts);
    ctx.state.place = place;
    contract.checkBody(id, JSON_TYPE, body);
    return place;
  }
}
