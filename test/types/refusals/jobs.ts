/** A misspelt job, a payload that its handler does not take, and a job that nobody does. */

import type {} from '../../../src/app/job-handlers.ts';
import type { JobHandlers, Jobs } from '../../../src/ports/jobs.ts';
import type { MessageToSend } from '../../../src/stories/kit/messages/send-to-contact-point.ts';

declare const jobs: Jobs;
declare const message: Pick<MessageToSend<'password-recovery-code'>, 'account' | 'contactPoint'>;
const device = { deviceId: '', accounts: [] };
const details = { codeId: 'a', type: 'nir', value: '2550814168025', birthDate: '1955-08-14' } as const;
const payload = { ...details, clientId: 'c', device };

await jobs.add('start-password-recovery', { ...payload, channel: 'sms' });
// refuses TS2345: is not assignable to parameter of type 'keyof JobPayloads'
await jobs.add('start-pasword-recovery', { ...payload, channel: 'sms' });
// refuses TS2561: Did you mean to write 'channel'
await jobs.add('start-password-recovery', { ...payload, chanel: 'sms' });
// refuses TS2322: Type '"fax"' is not assignable to type
await jobs.add('start-password-recovery', { ...payload, channel: 'fax' });
// refuses TS2741: Property 'channel' is missing
await jobs.add('start-password-recovery', payload);

export const right: MessageToSend<'password-recovery-code'> = {
  ...message,
  template: 'password-recovery-code',
  purpose: 'recovery-code',
  values: { code: '123456' },
};
// refuses TS2322: Type '"notice"' is not assignable to type
export const forElse: MessageToSend<'password-recovery-code'> = { ...right, purpose: 'notice' };
// refuses TS2353: 'kode' does not exist
export const misspelt: MessageToSend<'password-recovery-code'> = { ...right, values: { kode: '123456' } };
// refuses TS2344: does not satisfy the constraint 'keyof MessageTemplates'
export type Unknown = MessageToSend<'password-recovery-kode'>;

export const handlers = {
  // refuses TS2322: Property 'codeIdentifier' is missing
  'start-password-recovery': async (_payload: { readonly codeIdentifier: string }) => {},
} satisfies Partial<JobHandlers>;
export const ofNobody = {
  // refuses TS2353: ''start-pasword-recovery'' does not exist
  'start-pasword-recovery': async () => {},
} satisfies Partial<JobHandlers>;

declare module '../../../src/ports/jobs.ts' {
  interface JobPayloads {
    readonly 'done-by-nobody': object;
  }
}
// refuses in src/app/job-handlers.ts TS2322: Type 'true' is not assignable to type 'false'
