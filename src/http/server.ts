/**
 * The Koa application: what every request passes through, in order, down to oidc-provider. Koa's `ctx` goes no further
 * than this folder.
 */
import { randomUUID } from 'node:crypto';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import type { Config } from '../config/config.ts';
import { ServiceError } from '../errors.ts';
import type { Interactions, WayBack } from '../oidc/interactions.ts';
import { oncePerProvider, type ProviderHolder } from '../oidc/provider-holder.ts';
import type { Ports } from '../ports/ports.ts';
import type { Catalogues } from '../screens/catalogue.ts';
import type { NextStep } from '../stories/kit/next-step.ts';
import { type Contract, PROBLEM_TYPE } from './contract/contract.ts';
import { createCaptchaRoutes } from './interactions/captcha-routes.ts';
import { INTERACTIONS } from './interactions/interaction-place.ts';
import { createInteractionRoutes } from './interactions/interaction-routes.ts';
import { localeOf } from './locale.ts';
import { checkOrigin } from './middleware/check-origin.ts';
import { createClientAddress } from './middleware/client-address.ts';
import { ownPostingPage } from './middleware/own-posting-page.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import type { Pages } from './pages/pages.ts';
import { createPlainRoutes } from './pages/plain-routes.ts';
import { createReferenceRoutes } from './pages/reference-routes.ts';
import { setRetryAfter, toProblem, toServiceError } from './problem.ts';
import type { Context, RequestState } from './request-state.ts';
import { localeOfStep } from './steps/context.ts';
import { createFormTokens } from './steps/form-token.ts';
import type { StepRegistry } from './steps/registry.ts';
import { createResponder } from './steps/respond.ts';

export interface ServerParts {
  readonly config: Config;
  readonly ports: Pick<
    Ports,
    'log' | 'rateLimiter' | 'vault' | 'health' | 'clock' | 'captcha' | 'referenceData' | 'upstreamReturns'
  >;
  readonly providers: ProviderHolder;
  readonly interactions: Interactions;
  readonly registry: StepRegistry;
  readonly nextStep: NextStep;
  readonly contract: Contract;
  readonly catalogues: Catalogues;
  readonly pages: Pages;
  /** Tests: refuse to send an answer that the contract does not allow. */
  readonly checkAnswers?: boolean;
}

type Step = Middleware<RequestState>;

const RETRY_SECONDS = 5;

const refused = () => new ServiceError('method_not_allowed');
const REFUSE_METHODS = { throw: true, methodNotAllowed: refused, notImplemented: refused };

export function createServer(parts: ServerParts): Koa<RequestState> {
  const { config, ports, providers, interactions, contract, catalogues, pages } = parts;
  const app = new Koa<RequestState>();
  app.proxy = true;
  app.keys = [...config.secrets.cookieKeys];
  const formTokens = createFormTokens(config.secrets.cookieKeys);
  const { upstreamReturns } = ports;
  const stepParts = { ...parts, formTokens, upstreamReturns, cookiePath: INTERACTIONS.slice(0, -1) };
  const responder = createResponder(stepParts);
  const captchas = createCaptchaRoutes({ config, contract, interactions, ports });
  const routes = createInteractionRoutes({ ...stepParts, responder });
  const reference = createReferenceRoutes(contract, ports.referenceData);
  const plain = createPlainRoutes(parts);

  const order: readonly (readonly [name: string, step: Step])[] = [
    ['headers', setHeaders(config)],
    ['name', nameRequest],
    ['log', logRequest(parts)],
    ['answers', parts.checkAnswers ? checkAnswers(contract) : (_ctx, next) => next()],
    ['errors', handleErrors],
    ['address', findClientAddress(config)],
    ['origin', checkOrigin(config) as Step],
    ['interactions', routes.routes() as unknown as Step],
    ['captchas', captchas.routes() as unknown as Step],
    ['reference', reference.routes() as unknown as Step],
    ['interaction methods', routes.allowedMethods(REFUSE_METHODS) as unknown as Step],
    ['pages', plain.routes() as unknown as Step],
    ['page methods', plain.allowedMethods(REFUSE_METHODS) as unknown as Step],
    ['throttle', throttleAuthorization(parts)],
    ['retry', retryLater],
    ['posting', ownPostingPage(parts)],
    ['provider', mountProvider(providers)],
  ];
  for (const [, step] of order) app.use(step);
  app.on('error', (error) => ports.log.error({ event: 'unhandled', error }, 'an error reached Koa'));
  return app;

  /** Whatever is thrown below becomes a problem or a page; nothing of its cause is shown. */
  async function handleErrors(ctx: Context, next: () => Promise<unknown>): Promise<void> {
    try {
      await next();
      if (ctx.status === 404 && ctx.body == null) throw new ServiceError('not_found');
    } catch (thrown) {
      const error = toServiceError(thrown);
      if (error.status >= 500)
        ports.log.error({ ...logFields(ctx), code: error.code, error: thrown, details: error.details }, 'failed');
      ctx.status = error.status;
      setRetryAfter(ctx, error);
      const origin = await findOrigin(ctx, error);
      const locale = ctx.state.place ? localeOfStep(ctx, ctx.state.place) : (origin?.locale ?? localeOf(ctx));
      if (ctx.state.wantsHtml) return pages.renderError(ctx, error, locale, origin);
      const words = catalogues[locale];
      const problem = toProblem(error, config.issuer, ctx.state.requestId, words);
      ctx.body = JSON.stringify(origin ? { ...problem, returnTo: origin.homeUrl } : problem);
      ctx.type = PROBLEM_TYPE;
    }
  }

  /** Leads a lost person back to the relying party they came from, as far as it is remembered. */
  async function findOrigin(ctx: Context, error: ServiceError): Promise<WayBack | undefined> {
    if (ctx.state.place) return ctx.state.place.wayBack;
    const uid = /^\/interactions\/([\w-]{1,64})/.exec(ctx.path)?.[1];
    if (!uid || error.status >= 500) return undefined;
    return interactions.findWayBack(uid).catch(() => undefined);
  }
}

/**
 * Every forwarding header is replaced by what the configuration says: Koa and oidc-provider build no address from what
 * a client sent.
 */
function setHeaders(config: Config): Step {
  const issuer = new URL(config.issuer);
  const headers = securityHeaders(issuer.protocol === 'https:');
  return (ctx, next) => {
    // Koa and oidc-provider build addresses from the original target, too.
    ctx.url = ctx.originalUrl = ctx.request.originalUrl = originForm(ctx.url);
    const request = ctx.req.headers;
    request.host = issuer.host;
    request['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
    delete request['x-forwarded-host'];
    delete request.forwarded;
    ctx.set(headers as Record<string, string>);
    return next();
  };
}

/** RFC 9112 §3.2.2: a request target may name a host of its own, which is not ours to repeat. */
function originForm(target: string): string {
  if (target.startsWith('/')) return target.replace(/^\/+/, '/');
  const url = URL.parse(target);
  return url ? url.pathname + url.search : '/';
}

function nameRequest(ctx: Context, next: () => Promise<unknown>): Promise<unknown> {
  ctx.state.requestId = randomUUID();
  ctx.state.wantsHtml = ctx.accepts('json', 'html') === 'html';
  ctx.set('X-Request-Id', ctx.state.requestId);
  return next();
}

function findClientAddress(config: Config): Step {
  const clientAddress = createClientAddress(config.proxies);
  return (ctx, next) => {
    ctx.state.client = clientAddress(ctx.req);
    return next();
  };
}

/** One line a request: what was asked by its name, never by its address, which holds identifiers of interactions. */
function logRequest({ ports, providers }: ServerParts): Step {
  const names = ['authorization', 'token', 'userinfo', 'jwks', 'end_session', 'discovery'];
  const pathNames = oncePerProvider((provider) => new Map(names.map((name) => [provider.pathFor(name), name])));
  return async (ctx, next) => {
    const startedAt = performance.now();
    // The first to ask for the provider of this request: it is the one in use as the request begins.
    const nameOf = pathNames(providers.of(ctx.req));
    try {
      await next();
    } finally {
      ctx.state.operation ??= nameOf.get(ctx.path);
      const durationMs = Math.round(performance.now() - startedAt);
      ports.log.info(
        { event: 'request', ...logFields(ctx), method: ctx.method, status: ctx.status, durationMs },
        'request',
      );
    }
  };
}

function logFields(ctx: Context) {
  return {
    requestId: ctx.state.requestId,
    operation: ctx.state.operation,
    clientId: ctx.state.place?.wayBack.clientId,
  };
}

/** What the provider answers itself when a store is away says when to try again, too. */
async function retryLater(ctx: Context, next: () => Promise<unknown>): Promise<void> {
  await next();
  if (ctx.status === 503 && !ctx.response.get('Retry-After')) ctx.set('Retry-After', String(RETRY_SECONDS));
}

/** Everything that is not ours, to the provider of this request. */
function mountProvider(providers: ProviderHolder): Step {
  const mounted = oncePerProvider((provider) => mount(provider) as Step);
  return (ctx, next) => mounted(providers.of(ctx.req))(ctx, next);
}

/** Authorization requests, by client address. */
function throttleAuthorization({ config, ports, providers }: ServerParts): Step {
  const authorization = oncePerProvider((provider) => provider.pathFor('authorization'));
  const { authorizationPerMinute } = config.throttles;
  return async (ctx, next) => {
    if (ctx.path !== authorization(providers.of(ctx.req))) return next();
    const { address, shared } = ctx.state.client;
    const limit = authorizationPerMinute * (shared ? config.proxies.sharedFactor : 1);
    const key = ports.vault.blindIndex('client-address', address);
    const result = await ports.rateLimiter.count({ name: 'authorization', limit, windowSeconds: 60 }, key);
    if (!result.allowed) throw new ServiceError('too_many_requests', { retryAfterSeconds: result.retryAfterSeconds });
    return next();
  };
}

/** In tests every JSON answer of an operation is held against the contract. */
function checkAnswers(contract: Contract): Step {
  return async (ctx, next) => {
    await next();
    const operation = ctx.state.operation;
    const mediaType = ctx.response.type;
    if (!operation || !/json/.test(mediaType) || ['assets', 'pages', 'docs', 'errorCodes'].includes(operation)) return;
    const body = typeof ctx.body === 'string' ? JSON.parse(ctx.body) : ctx.body;
    const fault = contract.faultOfAnswer(operation, ctx.status, mediaType, JSON.parse(JSON.stringify(body)));
    if (fault) throw new Error(`the answer breaks the contract: ${fault}`);
  };
}
