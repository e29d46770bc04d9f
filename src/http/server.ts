/**
 * The public application: what every request passes through, in order, down to oidc-provider. Koa's `ctx` goes no
 * further than this folder.
 */
import type Koa from 'koa';
import type { Config } from '../config/config.ts';
import type { ServiceError } from '../errors.ts';
import { createBrowserBinding } from '../oidc/interactions/browser-binding.ts';
import type { Interactions } from '../oidc/interactions/interactions.ts';
import { createResumes } from '../oidc/interactions/resumes.ts';
import { protocolPaths } from '../oidc/paths.ts';
import type { ProviderHolder } from '../oidc/provider-holder.ts';
import { createSignOut } from '../oidc/sign-out.ts';
import type { Ports } from '../ports/ports.ts';
import type { Catalogues } from '../screens/catalogue.ts';
import { createClientAddressThrottle } from '../stories/kit/client-address-throttle.ts';
import type { NextStep } from '../stories/kit/next-step.ts';
import { createApplication } from './application.ts';
import type { Contract, ContractDocument } from './contract/contract.ts';
import { createRoutes, pathsOf } from './contract/routes.ts';
import { createCaptchaRoutes } from './interactions/captcha-routes.ts';
import { interactionSurface } from './interactions/interaction-place.ts';
import { createInteractionRoutes } from './interactions/interaction-routes.ts';
import { createTimeRoutes } from './interactions/time-routes.ts';
import { allowFrontEnd } from './middleware/allow-front-end.ts';
import { answerPosts } from './middleware/answer-posts.ts';
import { boundRequest } from './middleware/bound-request.ts';
import { checkAnswers } from './middleware/check-answers.ts';
import { checkOrigin } from './middleware/check-origin.ts';
import { findClientAddress } from './middleware/client-address.ts';
import { emptyAnswers } from './middleware/empty-answers.ts';
import { handleErrors } from './middleware/handle-errors.ts';
import { leaveByPage } from './middleware/leave-by-page.ts';
import { logRequest } from './middleware/log-request.ts';
import { nameRequest } from './middleware/name-request.ts';
import { ownAddress } from './middleware/own-address.ts';
import { ownBrowser, RESUMED } from './middleware/own-browser.ts';
import { ownPostingPage } from './middleware/own-posting-page.ts';
import { askProvider, chooseProvider, nameProtocol } from './middleware/provider.ts';
import { publish } from './middleware/publish.ts';
import { refuseMethods } from './middleware/refuse-methods.ts';
import { refuseUnknownPaths } from './middleware/refuse-unknown-paths.ts';
import { retryLater } from './middleware/retry-later.ts';
import { sayGoodbye } from './middleware/say-goodbye.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { throttleProtocol } from './middleware/throttle-protocol.ts';
import { renderOAuthError } from './oauth-error.ts';
import { createHealthHandlers } from './pages/health.ts';
import { createPageRoutes } from './pages/page-routes.ts';
import type { Pages } from './pages/pages.ts';
import { createReferenceRoutes, REFERENCE } from './pages/reference-routes.ts';
import { createFindWhereabouts } from './places.ts';
import type { Context, RequestState } from './request-state.ts';
import { createFormTokens } from './steps/form-token.ts';
import type { StepRegistry } from './steps/registry.ts';
import { createResponder } from './steps/respond.ts';

export interface ServerParts {
  readonly config: Config;
  readonly ports: Pick<
    Ports,
    | 'clock'
    | 'log'
    | 'rateLimiter'
    | 'vault'
    | 'health'
    | 'captcha'
    | 'referenceData'
    | 'upstreamReturns'
    | 'protocolStore'
  >;
  readonly providers: ProviderHolder;
  readonly interactions: Interactions;
  readonly registry: StepRegistry;
  readonly nextStep: NextStep;
  readonly contract: Contract;
  /** What /docs shows. */
  readonly documents: readonly ContractDocument[];
  readonly catalogues: Catalogues;
  readonly pages: Pages;
  /** Whether the process is about to stop. */
  isDraining(): boolean;
  /** Tests: refuse to send an answer that the contract does not allow. */
  readonly checkAnswers?: boolean;
}

export function createServer(parts: ServerParts): Koa<RequestState> {
  const { config, ports, providers, interactions, contract, catalogues, pages } = parts;
  const { issuer, proxies, secrets, throttles } = config;
  const { clock, log, health, referenceData, upstreamReturns } = ports;
  const throttle = createClientAddressThrottle(ports, proxies.sharedFactor);
  const surfaces = [interactionSurface(interactions)];
  const { findWayBack } = interactions;
  const resumed = { prefix: RESUMED, findWayBack };
  const findWhereabouts = createFindWhereabouts([...surfaces, resumed]);

  const formTokens = createFormTokens(secrets.cookieKeys);
  const stepParts = { ...parts, formTokens, upstreamReturns, log };
  const responder = createResponder(stepParts);
  const routes = createInteractionRoutes({ ...stepParts, responder });
  const times = createTimeRoutes({ ...stepParts, responder });
  const captchas = createCaptchaRoutes({ config, contract, interactions, ports });
  const reference = createReferenceRoutes(contract, referenceData);
  const healthRoutes = createRoutes(contract, createHealthHandlers(health, parts.isDraining));
  const pageRoutes = createPageRoutes(pages, parts.documents);

  const renderForeign = (ctx: Context, error: ServiceError) => renderOAuthError(ctx, error, catalogues.en);
  const paths = [...contract.paths, ...pathsOf(pageRoutes), ...protocolPaths];

  return createApplication(
    [
      ['own address', ownAddress(issuer)],
      ['goodbye', sayGoodbye(parts.isDraining)],
      ['security headers', securityHeaders(issuer)],
      ['empty answers', emptyAnswers],
      ['published', publish],
      ['name', nameRequest],
      ['provider of now', chooseProvider(providers)],
      ['log', logRequest(log, nameProtocol)],
      ...(parts.checkAnswers ? ([['answers', checkAnswers(contract)]] as const) : []),
      [
        'errors',
        handleErrors({ issuer, log, catalogues, findWhereabouts, renderForeign, renderPage: pages.renderError }),
      ],
      ['front end', allowFrontEnd(config, [...surfaces.map(({ prefix }) => prefix), REFERENCE])],
      ['paths', refuseUnknownPaths(paths)],
      ['length', boundRequest],
      ['client address', findClientAddress(proxies)],
      ['origin', checkOrigin(config, surfaces)],
      ['interactions', routes.routes()],
      ['times', times.routes()],
      ['captchas', captchas.routes()],
      ['reference', reference.routes()],
      ['health', healthRoutes.routes()],
      ['pages', pageRoutes.routes()],
      ['methods', refuseMethods],
      ['posts', answerPosts],
      ['leaving', leaveByPage(pages, resumed)],
      ['throttle', throttleProtocol(throttle, throttles)],
      ['browser', ownBrowser(createBrowserBinding(config, clock), createResumes(ports.protocolStore))],
      ['retry', retryLater],
      ['posting page', ownPostingPage(pages, createSignOut(config))],
      ['provider', askProvider(providers)],
    ],
    log,
    secrets.cookieKeys,
  );
}
