/** The functions of orval, for fetch. */
import { type CreateFrontEnd, Refused } from './front-end.js';
import * as service from './made/orval/client.js';
import { sendBy } from './orval-send.js';

export const create: CreateFrontEnd = (base, uid, send) => {
  sendBy(base, send);

  return {
    async signIn({ identifier, password }) {
      const answer = await service.submitSignIn(uid, { identifierType: 'nir', identifier, password });
      if (answer.status === 422) throw new Refused(answer.data.errors[0]?.code ?? answer.data.code);
      if (answer.status !== 200) throw new Refused(answer.data.code);
      const step = answer.data;
      if (step.status !== 'authenticated') throw new Refused(`${step.status} ${step.rules.minimumLength}`);
      return step.redirectTo;
    },

    async createPassword({ identifier, password: initial }, password) {
      const first = await service.submitSignIn(uid, { identifierType: 'nir', identifier, password: initial });
      if (first.status !== 200) throw new Refused(first.data.code);
      if (first.data.status !== 'password-creation-required') throw new Refused(first.data.status);
      const created = await service.submitPassword(uid, { password, confirmation: password });
      if (created.status !== 200) throw new Refused(created.data.code);
      const step = created.data;
      return step.status === 'authenticated' ? step.redirectTo : step.steps.length.toString();
    },

    async recoverPassword({ identifier, birthDate }, password, readCode) {
      const details = { identifierType: 'nir', identifier, birthDate, channel: 'sms' } as const;
      const asked = await service.submitPasswordRecovery(uid, details);
      if (asked.status !== 200) throw new Refused(asked.data.code);
      const proved = await service.submitRecoveryCode(uid, { code: await readCode() });
      if (proved.status !== 200) throw new Refused(proved.data.code);
      const changed = await service.submitRecoveryPassword(uid, { password, confirmation: password });
      if (changed.status !== 200) throw new Refused(changed.data.code);
      return changed.data.status;
    },

    async recoverIdentifier(born, readCaptcha) {
      const form = await service.showProvisionalIdentifierRecovery(uid);
      if (form.status !== 200) throw new Refused(form.data.code);
      const { captchaId } = form.data.captcha;
      const answer = { captchaId, captcha: await readCaptcha(captchaId) };
      const asked = await service.submitProvisionalIdentifierRecovery(uid, {
        ...born,
        birthplace: 'france',
        ...answer,
      });
      if (asked.status !== 200) throw new Refused(asked.data.code);
      return asked.data.status;
    },
  };
};
