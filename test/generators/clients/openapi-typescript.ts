/** Types of openapi-typescript, asked by openapi-fetch. */
import createClient from 'openapi-fetch';
import { type CreateFrontEnd, Refused } from './front-end.js';
import type { components, paths } from './made/openapi-typescript/contract.js';

type Problem = components['schemas']['Problem'];

/** An answer, or what was refused: the compiler knows the code of each. */
function taken<Data>({ data, error }: { data?: Data; error?: Problem }): Data {
  if (data === undefined) throw new Refused(error?.code ?? 'unknown');
  return data;
}

export const create: CreateFrontEnd = (baseUrl, uid, fetch) => {
  const { GET, POST } = createClient<paths>({ baseUrl, fetch, credentials: 'include' });
  const params = { path: { uid } };

  return {
    async signIn({ identifier, password }) {
      const { data, error } = await POST('/interactions/{uid}/sign-in', {
        params,
        body: { identifierType: 'nir', identifier, password },
      });
      if (error?.code === 'validation_failed') throw new Refused(error.errors[0]?.code ?? error.code);
      const step = taken({ data, error });
      if (step.status !== 'authenticated') throw new Refused(`${step.status} ${step.rules.minimumLength}`);
      return step.redirectTo;
    },

    async createPassword({ identifier, password: initial }, password) {
      const pair = { identifierType: 'nir', identifier, password: initial } as const;
      const first = taken(await POST('/interactions/{uid}/sign-in', { params, body: pair }));
      if (first.status !== 'password-creation-required') throw new Refused(first.status);
      const body = { password, confirmation: password };
      const created = taken(await POST('/interactions/{uid}/password', { params, body }));
      return created.status === 'authenticated' ? created.redirectTo : created.steps.length.toString();
    },

    async recoverPassword({ identifier, birthDate }, password, readCode) {
      const body = { identifierType: 'nir', identifier, birthDate, channel: 'sms' } as const;
      taken(await POST('/interactions/{uid}/password-recovery', { params, body }));
      const code = await readCode();
      taken(await POST('/interactions/{uid}/password-recovery/code', { params, body: { code } }));
      const chosen = { password, confirmation: password };
      return taken(await POST('/interactions/{uid}/password-recovery/password', { params, body: chosen })).status;
    },

    async recoverIdentifier(born, readCaptcha) {
      const form = taken(await GET('/interactions/{uid}/provisional-identifier-recovery', { params }));
      const { captchaId } = form.captcha;
      const body = { ...born, birthplace: 'france', captchaId, captcha: await readCaptcha(captchaId) } as const;
      return taken(await POST('/interactions/{uid}/provisional-identifier-recovery', { params, body })).status;
    },
  };
};
