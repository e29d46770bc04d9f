/**
 * The admin application: metrics, and the delivery reports of the SMS gateway. It listens apart from the public one, on
 * an address that only operators and gateways reach, and passes every request through a table of its own.
 */
import type Koa from 'koa';
import type { Logger } from '../../ports/monitoring.ts';
import type { Catalogues } from '../../screens/catalogue.ts';
import { createApplication } from '../application.ts';
import type { Contract, ContractDocument } from '../contract/contract.ts';
import { createRoutes, nameOperation } from '../contract/routes.ts';
import { authenticate } from '../middleware/authenticate.ts';
import { checkAnswers } from '../middleware/check-answers.ts';
import { handleErrors } from '../middleware/handle-errors.ts';
import { logRequest } from '../middleware/log-request.ts';
import { nameRequest } from '../middleware/name-request.ts';
import { ownAddress } from '../middleware/own-address.ts';
import { refuseMethods } from '../middleware/refuse-methods.ts';
import { securityHeaders } from '../middleware/security-headers.ts';
import { serveDocs } from '../pages/docs.ts';
import type { RequestState } from '../request-state.ts';
import { type AdminActions, createAdminHandlers } from './handlers.ts';
import { createReportCredentials } from './report-credentials.ts';

export interface AdminParts {
  /** Where the admin listener is reached. */
  readonly address: string;
  /** Where the service is: its list of error codes is what a problem leads to. */
  readonly issuer: string;
  readonly log: Logger;
  readonly catalogues: Catalogues;
  readonly contract: Contract;
  /** What /docs shows. */
  readonly documents: readonly ContractDocument[];
  readonly actions: AdminActions;
  /** Whether its page says that this service is a trial. */
  readonly trial: boolean;
  /** `user:password`; without it no report is believed. */
  readonly reportCredentials?: string;
  /** Tests: refuse to send an answer that the contract does not allow. */
  readonly checkAnswers?: boolean;
}

export function createAdminServer(parts: AdminParts): Koa<RequestState> {
  const { address, issuer, log, catalogues, contract } = parts;
  const routes = createRoutes(contract, createAdminHandlers(parts.actions));
  const schemes = { reportCredentials: createReportCredentials(parts.reportCredentials) };
  const trialNotice = parts.trial ? catalogues.en.text('common.trial') : undefined;
  serveDocs(routes, { documents: parts.documents, errorsUrl: `${issuer}/docs/errors`, trialNotice });

  return createApplication(
    [
      ['own address', ownAddress(address)],
      ['security headers', securityHeaders(address)],
      ['name', nameRequest],
      ['log', logRequest(log)],
      ...(parts.checkAnswers ? ([['answers', checkAnswers(contract)]] as const) : []),
      ['errors', handleErrors({ issuer, log, catalogues })],
      ['operation', nameOperation(routes)],
      ['authentication', authenticate(contract, schemes)],
      ['operations and docs', routes.routes()],
      ['methods', refuseMethods],
    ],
    log,
  );
}
