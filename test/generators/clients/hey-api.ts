/** The client of @hey-api/openapi-ts. */
import { type CreateFrontEnd, Refused } from './front-end.js';
import { createClient } from './made/hey-api/client/index.js';
import * as service from './made/hey-api/index.js';

function taken<Data>({ data, error }: { data?: Data; error?: service.Problem }): Data {
  if (data === undefined) throw new Refused(error?.code ?? String(error));
  return data;
}

export const create: CreateFrontEnd = (baseUrl, uid, fetch) => {
  const client = createClient({ baseUrl, fetch, credentials: 'include' });
  const asked = { client, path: { uid } };

  return {
    async signIn({ identifier, password }) {
      const { data, error } = await service.submitSignIn({
        ...asked,
        body: { identifierType: 'nir', identifier, password },
      });
      if (error?.code === 'validation_failed') throw new Refused(error.errors[0]?.code ?? error.code);
      const step = taken({ data, error });
      if (step.status !== 'authenticated') throw new Refused(`${step.status} ${step.rules.minimumLength}`);
      return step.redirectTo;
    },

    async createPassword({ identifier, password: initial }, password) {
      const pair = { identifierType: 'nir', identifier, password: initial } as const;
      const first = taken(await service.submitSignIn({ ...asked, body: pair }));
      if (first.status !== 'password-creation-required') throw new Refused(first.status);
      const body = { password, confirmation: password };
      const created = taken(await service.submitPassword({ ...asked, body }));
      return created.status === 'authenticated' ? created.redirectTo : created.steps.length.toString();
    },

    async recoverPassword({ identifier, birthDate }, password, readCode) {
      const body = { identifierType: 'nir', identifier, birthDate, channel: 'sms' } as const;
      taken(await service.submitPasswordRecovery({ ...asked, body }));
      const code = await readCode();
      taken(await service.submitRecoveryCode({ ...asked, body: { code } }));
      const chosen = { password, confirmation: password };
      return taken(await service.submitRecoveryPassword({ ...asked, body: chosen })).status;
    },

    async recoverIdentifier(born, readCaptcha) {
      const { captcha } = taken(await service.showProvisionalIdentifierRecovery(asked));
      const answer = { captchaId: captcha.captchaId, captcha: await readCaptcha(captcha.captchaId) };
      const body = { ...born, birthplace: 'france', ...answer } as const;
      return taken(await service.submitProvisionalIdentifierRecovery({ ...asked, body })).status;
    },
  };
};
