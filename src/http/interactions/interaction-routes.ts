/**
 * Runs the operations of an interaction: origin, body, contract, interaction, form token, step, answer, in the order
 * of the function `handle`. What a browser is refused is shown on its form; what a program is refused is a problem.
 */
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import type { Config } from '../../config/config.ts';
import type { IdentifierType } from '../../domain/identifier.ts';
import { ServiceError } from '../../errors.ts';
import type { Interactions, PendingInteraction } from '../../oidc/interactions.ts';
import type { FlowContext } from '../../stories/kit/outcome.ts';
import { type Contract, FORM_TYPE, JSON_TYPE } from '../contract/contract.ts';
import { setRetryAfter, toServiceError } from '../problem.ts';
import type { Context, RequestState } from '../request-state.ts';
import { DEVICE_COOKIE, REMEMBERED_COOKIE, readCookie } from './browser-cookies.ts';
import type { createFormTokens } from './form-token.ts';
import type { Body, Operation } from './operations.ts';
import { localeOfStep, type Responder, type Typed } from './respond.ts';

interface RouteParts {
  readonly config: Config;
  readonly contract: Contract;
  readonly interactions: Interactions;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly responder: Responder;
  readonly formTokens: ReturnType<typeof createFormTokens>;
}

const BODY_LIMIT = '16kb';

export function createInteractionRoutes(parts: RouteParts): Router<RequestState> {
  const { config, contract, interactions, operations, responder, formTokens } = parts;
  const router = new Router<RequestState>();
  const parse = bodyParser({
    enableTypes: ['json', 'form'],
    jsonLimit: BODY_LIMIT,
    formLimit: BODY_LIMIT,
    onError: (error) => {
      throw unreadableBody(error);
    },
  });

  for (const [operationId, operation] of Object.entries(operations)) {
    const { method, path } = contract.routeOf(operationId);
    const stack = [parse as never, ((ctx: Context) => handle(ctx, operationId, operation)) as never];
    router[method as 'get' | 'post' | 'delete'](path, ...(method === 'post' ? stack : stack.slice(1)));
  }
  return router;

  async function handle(ctx: Context, operationId: string, operation: Operation): Promise<void> {
    ctx.state.operation = operationId;
    if (ctx.method === 'HEAD') {
      // RFC 9110 §9.3.2: safe; a GET of ours may prolong or finish an interaction.
      ctx.status = 200;
      return;
    }
    const uid = String((ctx as unknown as { params: { uid: string } }).params.uid);
    const pending = await interactions.load(ctx.req, ctx.res, uid);
    ctx.state.pending = pending;
    if (await isHandedOn(ctx, pending, operationId)) return;
    contract.checkQuery(operationId, ctx.query);
    const context = createFlowContext(ctx, pending);
    await keepLocale(ctx, pending);
    let body: Body = {};
    try {
      body = ctx.method === 'POST' ? readBody(ctx, uid) : {};
      if (ctx.method === 'POST' && operation.form && operation.againButtons?.some((name) => name in body))
        return await showFormAgain(ctx, pending, operation.form, context, body);
      if (ctx.method === 'POST') checkBody(ctx, operationId, operation, context, body);
      const outcome = await operation.run(context, body);
      await responder.respond(ctx, pending, outcome);
    } catch (error) {
      // A refused step is a step: whoever waits for a lock to end still has the form.
      if (error instanceof ServiceError && error.status < 500 && !ctx.headerSent) await interactions.save(pending, {});
      if (!ctx.state.wantsHtml || !operation.form) throw error;
      await showRefusal(ctx, pending, operation, context, body, toServiceError(error));
    }
  }

  /** Every fault of the body at once, those that depend on this browser included. */
  function checkBody(ctx: Context, operationId: string, operation: Operation, context: FlowContext, body: Body): void {
    const fields = (operation.requires?.(context, body) ?? []).map((field) => ({
      field,
      code: 'field_required' as const,
    }));
    try {
      contract.checkBody(operationId, mediaTypeOf(ctx), body);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'validation_failed') throw error;
      throw new ServiceError('validation_failed', { fields: [...fields, ...error.fields] });
    }
    if (fields.length > 0) throw new ServiceError('validation_failed', { fields });
  }

  /** A browser that fetches a page goes to the configured front end; a request for consent alone is granted. */
  async function isHandedOn(ctx: Context, pending: PendingInteraction, operationId: string): Promise<boolean> {
    if (operationId === 'showInteraction' && pending.prompt === 'consent') {
      const redirectTo = await interactions.consent(ctx.req, ctx.res, pending);
      if (ctx.state.wantsHtml) ctx.redirect(redirectTo);
      else ctx.body = { status: 'authenticated', redirectTo };
      if (ctx.state.wantsHtml) ctx.status = 303;
      return true;
    }
    if (!config.ui.url || !ctx.state.wantsHtml || ctx.method !== 'GET') return false;
    const frontEnd = new URL(config.ui.url);
    frontEnd.searchParams.set('interaction', pending.uid);
    ctx.status = 303;
    ctx.redirect(frontEnd.href);
    return true;
  }

  function readBody(ctx: Context, uid: string): Body {
    const body = (ctx.request as unknown as { body?: unknown }).body;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ServiceError('malformed_body');
    const mediaType = mediaTypeOf(ctx);
    if (mediaType === FORM_TYPE) formTokens.check(uid, (body as Body).csrf);
    return withoutEmptyFields(body as Body, mediaType);
  }

  function createFlowContext(ctx: Context, pending: PendingInteraction): FlowContext {
    const chosen = ctx.query.identifier_type;
    return {
      uid: pending.uid,
      requestId: ctx.state.requestId,
      client: pending.client,
      locale: localeOfStep(ctx, pending),
      clientAddress: ctx.state.client.address,
      sharedAddress: ctx.state.client.shared,
      state: pending.state,
      identifierType: chosen === 'nir' || chosen === 'provisional' ? chosen : pending.loginHint,
      rememberedToken: readCookie(ctx, REMEMBERED_COOKIE),
      deviceToken: readCookie(ctx, DEVICE_COOKIE),
    };
  }

  /** A language chosen by its link holds for the rest of the interaction. */
  async function keepLocale(ctx: Context, pending: PendingInteraction): Promise<void> {
    const locale = localeOfStep(ctx, pending);
    if (ctx.query.lang !== undefined && locale !== pending.state.locale)
      (pending as { state: PendingInteraction['state'] }).state = { ...pending.state, locale };
  }

  async function showRefusal(
    ctx: Context,
    pending: PendingInteraction,
    operation: Operation,
    context: FlowContext,
    body: Body,
    refusal: ServiceError,
  ): Promise<void> {
    if (refusal.status >= 500 && refusal.code !== 'busy') throw refusal;
    if (!operation.form || !KEPT_ON_THE_FORM.has(refusal.code)) throw refusal;
    const typedProvisional = refusal.fields.some(({ code }) => code === 'identifier_is_provisional');
    const identifierType = typedProvisional ? 'provisional' : body.identifierType;
    setRetryAfter(ctx, refusal);
    const asked =
      identifierType === 'nir' || identifierType === 'provisional'
        ? { ...context, identifierType: identifierType as IdentifierType }
        : context;
    await showFormAgain(ctx, pending, operation.form, asked, body, refusal, typedProvisional);
  }

  async function showFormAgain(
    ctx: Context,
    pending: PendingInteraction,
    form: NonNullable<Operation['form']>,
    context: FlowContext,
    body: Body,
    refusal?: ServiceError,
    otherScreen = false,
  ): Promise<void> {
    const shown = await form(context);
    if (shown.status === 'authenticated' || shown.status === 'cancelled')
      throw refusal ?? new ServiceError('internal_error');
    responder.refuse(ctx, pending, shown, refusal, typedOf(body), otherScreen);
  }
}

const KEPT_ON_THE_FORM = new Set([
  'validation_failed',
  'sign_in_failed',
  'sign_in_locked',
  'code_wrong',
  'code_tries_exceeded',
  'too_many_requests',
  'account_unavailable',
  'form_token_invalid',
  'busy',
]);

/** Passwords, codes and captchas are typed again. */
const NEVER_SHOWN_AGAIN = new Set(['password', 'confirmation', 'code', 'captcha', 'captchaId', 'csrf']);

function typedOf(body: Body): Typed {
  const values = Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' && !NEVER_SHOWN_AGAIN.has(name) ? [[name, value.slice(0, 100)]] : [],
    ),
  );
  return { identifier: values.identifier, remember: body.remember === 'on', values };
}

/** What the parser throws is always the client's fault: too long, in an unknown encoding, or not what it says it is. */
function unreadableBody(error: Error): ServiceError {
  const known = toServiceError(Object.assign(error, { expose: true }));
  return known.status < 500 ? known : new ServiceError('malformed_body', { cause: error });
}

function mediaTypeOf(ctx: Context): string {
  if (ctx.is('json')) return JSON_TYPE;
  if (ctx.is('urlencoded')) return FORM_TYPE;
  throw new ServiceError('unsupported_media_type');
}

/** Browsers send every field of a form: an empty one is an absent one. */
function withoutEmptyFields(body: Body, mediaType: string): Body {
  if (mediaType !== FORM_TYPE) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== ''));
}
