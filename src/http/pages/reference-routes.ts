/** The places that forms ask for: départements, communes, countries. */
import type Router from '@koa/router';
import { ServiceError } from '../../errors.ts';
import type { ReferenceData } from '../../ports/reference-data.ts';
import type { Contract } from '../contract/contract.ts';
import { createRoutes } from '../contract/routes.ts';
import { localeOf } from '../locale.ts';
import type { RequestState } from '../request-state.ts';

/** The path below which they stand. */
export const REFERENCE = '/reference/';

const LONGEST_LIST = 50;

export function createReferenceRoutes(contract: Contract, referenceData: ReferenceData): Router<RequestState> {
  return createRoutes(contract, {
    listDepartements(ctx) {
      ctx.body = referenceData.departements().map(toNamedCode);
    },

    listCommunes(ctx, { params: { departement }, query: { search = '' } }) {
      if (!referenceData.departements().some(({ code }) => code === departement)) throw new ServiceError('not_found');
      ctx.body = referenceData.searchCommunes(departement, search, LONGEST_LIST).map(toNamedCode);
    },

    listCountries(ctx) {
      ctx.body = referenceData.countries(localeOf(ctx)).map(toNamedCode);
    },
  });
}

function toNamedCode({ code, name }: { readonly code: string; readonly name: string }) {
  return { code, name };
}
