/** An audit event that nobody declared, one that says otherwise than its declaration, and a kind that stands in no catalogue. */

import type {} from '../../../src/app/audit-catalogue.ts';
import type { AuditLog, OutcomeOf } from '../../../src/ports/audit-log.ts';
import type { AttemptGuard, Guard, GuardPolicy } from '../../../src/stories/kit/guard.ts';
import { guardedKind } from '../../../src/stories/kit/guarded-kind.ts';
import type { AnyOutcome, Proved } from '../../../src/stories/kit/outcome.ts';

declare const audit: AuditLog;
declare const guard: Guard;
declare const policy: GuardPolicy<'provisional-identifier-recovery'>;
declare const attempt: AttemptGuard<'password-recovery'>;
declare const throttle: GuardPolicy<'sign-in'>['throttle'];

const from = { clientId: 'c', requestId: 'r', clientAddressIndex: 'i' };
await audit.record({ kind: 'sign-in', outcome: 'authenticated', ...from });
await audit.record({ kind: 'sign-in', outcome: 'sign_in_failed', accountId: 'a', ...from });
// refuses TS2820: Did you mean '"sign-in"'
await audit.record({ kind: 'sign-inn', outcome: 'authenticated', ...from });
// refuses TS2345: '"signed-in"' is not assignable
await audit.record({ kind: 'sign-in', outcome: 'signed-in', ...from });
// refuses TS2345: '"code-sent"' is not assignable to type
await audit.record({ kind: 'sign-in', outcome: 'code-sent', ...from });
// refuses TS2345: '"code_wrong"' is not assignable to type
await audit.record({ kind: 'sign-in', outcome: 'code_wrong', ...from });
// refuses TS2345: Property 'clientAddressIndex' is missing
await audit.record({ kind: 'sign-in', outcome: 'authenticated', clientId: 'c', requestId: 'r' });
// refuses TS2353: 'userAgent' does not exist
await audit.record({ kind: 'sign-in', outcome: 'authenticated', ...from, userAgent: 'm' });

const search = { kind: 'provisional-identifier-search', clientId: 'c' } as const;
await audit.record({ ...search, outcome: 'none', details: { matches: 0 } });
// refuses TS2345: Property 'details' is missing
await audit.record({ ...search, outcome: 'none' });
// refuses TS2322: Type 'string' is not assignable to type 'number'
await audit.record({ ...search, outcome: 'none', details: { matches: 'none' } });
// refuses TS2353: 'birthDate' does not exist
await audit.record({ ...search, outcome: 'none', details: { matches: 0, birthDate: '1955-08-14' } });
const none = { ...search, outcome: 'none', details: { matches: 0 } } as const;
// refuses TS2345: Type 'string' is not assignable to type 'undefined'
await audit.record({ ...none, requestId: 'r' });

const message = { messageId: 'm', template: 't', kind: 'sms' } as const;
await audit.record({ kind: 'message', outcome: 'refused', details: { ...message, reason: 'budget' } });
// refuses TS2345: is not assignable to type '"budget" | "country"'
await audit.record({ kind: 'message', outcome: 'refused', details: { ...message, reason: 'weather' } });

await audit.record({ kind: 'token', outcome: 'code-replayed' });
// refuses TS2345: Did you mean '"code-replayed"'
await audit.record({ kind: 'token', outcome: 'code-replay' });
// refuses TS2345: Property 'accountId' is missing
await audit.record({ kind: 'nir-release', outcome: 'released', clientId: 'c' });

attempt.eventOf('password-changed');
// refuses TS2345: is not assignable to parameter of type
attempt.eventOf('password-chagned');
// refuses TS2820: Did you mean '"throttled"'
export const searched: OutcomeOf<'password-recovery-search'> = 'throtled';

interface Sent extends AnyOutcome {
  readonly status: 'message-on-its-way';
}
interface Unnamed extends AnyOutcome {
  readonly status: 'message-lost';
}
export const right = guard(policy, async (): Promise<Sent> => ({ status: 'message-on-its-way' }));
// refuses TS2322: Type '"message-lost"' is not assignable to type
guard(policy, async (): Promise<Unnamed> => ({ status: 'message-lost' }));
declare const proved: Proved;
// refuses TS2322: Type 'Proved' is not assignable to type
guard(policy, async () => proved);

// refuses TS2322: Type 'true' is not assignable to type 'false'
export const spends: GuardPolicy<'sign-in'> = { audit: 'sign-in', throttle, spendsOneUse: true };
// refuses TS2322: Type '"token"' is not assignable to type '"sign-in"'
export const ofAJob: GuardPolicy<'sign-in'> = { audit: 'token', throttle };

// refuses TS2322: Type '"not_found"' is not assignable to type
guardedKind('A riddle.', { solved: 'It is solved.' }, ['not_found']);

declare module '../../../src/ports/audit-log.ts' {
  interface AuditKinds {
    readonly 'told-by-nobody': ReturnType<typeof guardedKind>;
  }
}
// refuses in src/app/audit-catalogue.ts TS2322: Type 'true' is not assignable to type 'false'
