/** What is no operation of the contract: files, pages of text, and the contract itself, rendered. */
import Router from '@koa/router';
import type { ContractDocument } from '../contract/contract.ts';
import { LITERAL } from '../contract/routes.ts';
import type { RequestState } from '../request-state.ts';
import { serveDocs } from './docs.ts';
import type { Pages } from './pages.ts';
import { serve } from './serve.ts';

/** @param documents of the contract, the first of them shown first. */
export function createPageRoutes(pages: Pages, documents: readonly ContractDocument[]): Router<RequestState> {
  const router = new Router<RequestState>(LITERAL);
  serve(router, '/', 'home', pages.leadHome);
  serve(router, '/assets/:name', 'assets', pages.sendAsset);
  serve(router, '/pages/:name', 'pages', pages.renderText);
  serve(router, '/docs/errors', 'errorCodes', (ctx) => {
    pages.renderErrorCodes(ctx);
    return true;
  });
  serveDocs(router, { documents, errorsUrl: '/docs/errors', trialNotice: pages.trialNotice });
  return router;
}
